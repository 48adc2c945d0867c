package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
)

// newId is a UUID, version 4, as the client makes for each message.
func newId() string {
	var raw [16]byte
	fill(raw[:])
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	return unpackId(raw)
}

func newKey() string {
	var raw [16]byte
	fill(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

func fill(raw []byte) {
	if _, err := rand.Read(raw); err != nil {
		fail("random", err)
	}
}

func unpackId(raw [16]byte) string {
	text := hex.EncodeToString(raw[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// packId keeps 16 bytes of the 36 of a UUID's text.
func packId(text []byte) (packed [16]byte) {
	at := 0
	for i := 0; i+1 < len(text) && at < 16; i++ {
		if text[i] == '-' {
			continue
		}
		packed[at] = nibble(text[i])<<4 | nibble(text[i+1])
		at++
		i++
	}
	return packed
}

func nibble(letter byte) byte {
	if letter >= 'a' {
		return letter - 'a' + 10
	}
	return letter - '0'
}

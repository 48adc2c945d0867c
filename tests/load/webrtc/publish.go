package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"
)

// A file that a presenter sends over and over: H.264 as Annex B, or Opus packets of 20 ms, each after its length in two bytes.
type track struct {
	Kind        string `json:"kind"` // audio, video
	File        string `json:"file"`
	Fps         int    `json:"fps"`
	SSRC        uint32 `json:"ssrc"`
	PayloadType uint8  `json:"payloadType"`
	Cname       string `json:"cname"`
	// Header extension of the MID, as negotiated; 0: none.
	MidExtension uint8  `json:"midExtension"`
	Mid          string `json:"mid"`
	// Video goes on where it is when a key frame is asked for: the file has enough of them.
	KeepsPlace bool `json:"keepsPlace"`
}

func (one track) cname() string {
	if one.Cname == "" {
		return "presenter"
	}
	return one.Cname
}

const (
	maxPayload  = 1150
	reportEvery = time.Second
)

type publisher struct {
	track
	owner     *peer
	units     [][][]byte // access units, each of RTP payloads
	unitTicks uint32
	unitTime  time.Duration
	place     int
	packets   int
	octets    int
	restartAt time.Time
}

func (one *peer) startSending() {
	for _, sent := range one.send {
		made, err := newPublisher(one, sent)
		if err != nil {
			say(map[string]interface{}{"event": "state", "id": one.id, "state": "connected", "error": err.Error()})
			continue
		}
		one.lock.Lock()
		one.publishers = append(one.publishers, made)
		one.lock.Unlock()
		go made.run()
	}
}

func newPublisher(owner *peer, sent track) (*publisher, error) {
	content, err := os.ReadFile(sent.File)
	if err != nil {
		return nil, err
	}
	made := &publisher{track: sent, owner: owner}
	if sent.Kind == "audio" {
		made.unitTicks, made.unitTime = 960, 20*time.Millisecond
		for len(content) >= 2 {
			length := int(binary.BigEndian.Uint16(content))
			if 2+length > len(content) {
				return nil, errors.New("the Opus file ends within a packet")
			}
			made.units = append(made.units, [][]byte{content[2 : 2+length]})
			content = content[2+length:]
		}
	} else {
		if sent.Fps < 1 {
			return nil, errors.New("fps is missing")
		}
		made.unitTicks, made.unitTime = uint32(90_000/sent.Fps), time.Second/time.Duration(sent.Fps)
		made.units = accessUnits(content)
	}
	if len(made.units) == 0 {
		return nil, fmt.Errorf("nothing to send in %s", sent.File)
	}
	return made, nil
}

func (one *publisher) run() {
	began := time.Now()
	sequence := uint16(began.UnixNano())
	timestamp := uint32(began.UnixNano() / 1000)
	reported := time.Time{}
	for n := 0; ; n++ {
		select {
		case <-one.owner.done:
			return
		case <-time.After(time.Until(began.Add(time.Duration(n) * one.unitTime))):
		}
		one.owner.lock.Lock()
		unit := one.units[one.place%len(one.units)]
		one.place++
		for i, payload := range unit {
			sequence++
			one.packets++
			one.octets += len(payload)
			one.write(sequence, timestamp, i == len(unit)-1, payload)
		}
		if at := time.Now(); at.Sub(reported) >= reportEvery {
			reported = at
			one.owner.writeRtcp(senderReport(one.SSRC, at, timestamp, one.packets, one.octets, one.cname()))
		}
		one.owner.lock.Unlock()
		timestamp += one.unitTicks
	}
}

func (one *publisher) write(sequence uint16, timestamp uint32, isLast bool, payload []byte) {
	packet := make([]byte, 12, 32+len(payload))
	packet[0], packet[1] = 0x80, one.PayloadType
	if isLast {
		packet[1] |= 0x80
	}
	binary.BigEndian.PutUint16(packet[2:], sequence)
	binary.BigEndian.PutUint32(packet[4:], timestamp)
	binary.BigEndian.PutUint32(packet[8:], one.SSRC)
	if one.MidExtension > 0 && one.Mid != "" {
		packet[0] |= 0x10
		extension := append([]byte{one.MidExtension<<4 | byte(len(one.Mid)-1)}, one.Mid...)
		for len(extension)%4 != 0 {
			extension = append(extension, 0)
		}
		packet = append(packet, 0xbe, 0xde, 0, byte(len(extension)/4))
		packet = append(packet, extension...)
	}
	encrypted, err := one.owner.transmit.EncryptRTP(nil, append(packet, payload...), nil)
	if err == nil {
		_ = one.owner.wire.write(encrypted)
	}
}

func (one *publisher) stats() map[string]interface{} {
	return map[string]interface{}{"kind": one.Kind, "packets": one.packets, "bytes": one.octets}
}

// restartVideo begins the file anew with its key frame, at most once a second; the lock is held.
func (one *peer) restartVideo() {
	for _, publisher := range one.publishers {
		if publisher.Kind == "video" && !publisher.KeepsPlace && time.Since(publisher.restartAt) > time.Second {
			publisher.restartAt, publisher.place = time.Now(), 0
		}
	}
}

// accessUnits of an Annex B stream in which each picture is one or more slices and the first slice begins a picture
// (first_mb_in_slice = 0). AUD and SEI are left out.
func accessUnits(content []byte) [][][]byte {
	units := [][][]byte{}
	var unit [][]byte
	hasSlice := false
	for _, nal := range splitAnnexB(content) {
		kind := nal[0] & 0x1f
		isSlice := kind == 1 || kind == nalIdr
		if (isSlice && hasSlice && len(nal) > 1 && nal[1]&0x80 != 0) || (!isSlice && hasSlice) {
			units = append(units, unit)
			unit, hasSlice = nil, false
		}
		hasSlice = hasSlice || isSlice
		if kind != 6 && kind != 9 {
			unit = append(unit, packetize(nal)...)
		}
	}
	if hasSlice {
		units = append(units, unit)
	}
	return units
}

func splitAnnexB(content []byte) [][]byte {
	nals := [][]byte{}
	for _, piece := range bytes.Split(content, []byte{0, 0, 1}) {
		if piece = bytes.TrimRight(piece, "\x00"); len(piece) > 0 {
			nals = append(nals, piece)
		}
	}
	return nals
}

// packetize gives the RTP payloads of one NAL unit (RFC 6184: single, or FU-A).
func packetize(nal []byte) [][]byte {
	if len(nal) <= maxPayload {
		return [][]byte{nal}
	}
	pieces := [][]byte{}
	for at := 1; at < len(nal); at += maxPayload - 2 {
		end := at + maxPayload - 2
		if end > len(nal) {
			end = len(nal)
		}
		head := nal[0] & 0x1f
		if at == 1 {
			head |= 0x80
		}
		if end == len(nal) {
			head |= 0x40
		}
		pieces = append(pieces, append([]byte{nal[0]&0xe0 | nalFuA, head}, nal[at:end]...))
	}
	return pieces
}

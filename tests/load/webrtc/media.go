package main

import (
	"encoding/binary"

	"github.com/pion/rtp"
)

// handleMedia counts an SRTP or SRTCP packet; the peer's lock is held.
func (one *peer) handleMedia(packet []byte, atMs float64) {
	if packet[1] >= 192 && packet[1] <= 223 {
		one.counts.rtcp++
		if len(one.send) > 0 {
			one.handleRtcp(packet)
		}
		return
	}
	if len(packet) < 12 {
		return
	}
	kind := one.counts.byType[packet[1]&0x7f]
	if kind == nil {
		return
	}
	kind.count(len(packet), atMs)
	if packet[1]&0x80 != 0 {
		kind.frames++
	}
	ssrc := binary.BigEndian.Uint32(packet[8:])
	stream := one.counts.streams[ssrc]
	if stream == nil {
		stream = &sequence{kind: kind}
		one.counts.streams[ssrc] = stream
	}
	if !stream.add(binary.BigEndian.Uint16(packet[2:])) || kind.kind == "rtx" || one.receive == nil {
		return
	}
	if one.decrypt == "first" && (kind.kind != "video" || one.counts.picture.firstMs != 0) {
		return
	}
	var header rtp.Header
	plain, err := one.receive.DecryptRTP(one.payload[:0], packet, &header)
	if err != nil {
		return
	}
	payload := plain[headerBytes(plain):]
	countLatency(one.group, kind.kind, payload, atMs)
	if kind.kind == "video" && one.counts.picture.watch(&header, payload, atMs) {
		say(map[string]interface{}{"event": "picture", "id": one.id, "atMs": atMs, "afterMs": atMs - one.openedMs})
	}
}

// headerBytes of an RTP packet with its extension as it is on the wire, padding included (RFC 3550 5.1, 5.3.1).
func headerBytes(packet []byte) int {
	size := 12 + 4*int(packet[0]&0x0f)
	if packet[0]&0x10 != 0 && len(packet) >= size+4 {
		size += 4 + 4*int(binary.BigEndian.Uint16(packet[size+2:]))
	}
	if size > len(packet) {
		return len(packet)
	}
	return size
}

// When a decoder could have begun: all of an IDR picture has come, with nothing missing in between.
type pictureWatch struct {
	firstMs   float64
	keyFrames int
	isKey     bool
	isWhole   bool
	ssrc      uint32
	timestamp uint32
	next      uint16
}

// watch says whether this packet completed the first key frame.
func (watch *pictureWatch) watch(header *rtp.Header, payload []byte, atMs float64) bool {
	if header.Timestamp != watch.timestamp || header.SSRC != watch.ssrc {
		watch.ssrc, watch.timestamp, watch.isKey, watch.isWhole = header.SSRC, header.Timestamp, false, false
		if beginsKeyFrame(payload) {
			watch.isKey, watch.isWhole = true, true
		}
	} else if header.SequenceNumber != watch.next {
		watch.isWhole = false
	}
	watch.next = header.SequenceNumber + 1
	if !header.Marker || !watch.isKey || !watch.isWhole {
		return false
	}
	watch.keyFrames++
	if watch.firstMs != 0 {
		return false
	}
	watch.firstMs = atMs
	return true
}

const (
	nalIdr, nalSps, nalStapA, nalFuA = 5, 7, 24, 28
)

// beginsKeyFrame: SPS or the first piece of an IDR slice (RFC 6184).
func beginsKeyFrame(payload []byte) bool {
	if len(payload) < 2 {
		return false
	}
	switch payload[0] & 0x1f {
	case nalSps, nalIdr:
		return true
	case nalStapA:
		return len(payload) > 3 && (payload[3]&0x1f == nalSps || payload[3]&0x1f == nalIdr)
	case nalFuA:
		return payload[1]&0x80 != 0 && payload[1]&0x1f == nalIdr
	}
	return false
}

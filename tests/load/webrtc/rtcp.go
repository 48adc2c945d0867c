package main

import (
	"encoding/binary"
	"time"
)

const (
	ownSsrc         = 1
	rtcpReport      = 201
	rtcpSender      = 200
	rtcpDescription = 202
	rtcpFeedback    = 206
	formatPli       = 1
	formatFir       = 4
	// Between two looks at what is due, over all peers.
	tick = 100 * time.Millisecond
)

// keepAlive renews consent and sends receiver reports, one goroutine for all peers, spread over the time.
func keepAlive() {
	consentAt := map[*peer]time.Time{}
	for range time.Tick(tick) {
		at, atMs := time.Now(), nowMs()
		for _, one := range findPeers(request{}) {
			one.lock.Lock()
			isConnected := one.state == "connected"
			isReportDue := isConnected && one.reportMs > 0 && atMs-one.reportedMs >= one.reportMs
			if isReportDue {
				one.reportedMs = atMs
				one.writeRtcp(one.receiverReport())
			}
			one.lock.Unlock()
			if isConnected && at.Sub(consentAt[one]) >= consentEvery {
				consentAt[one] = at
				_ = one.check.ask(one.wire)
			}
		}
		for one := range consentAt {
			if _, err := findPeer(one.id); err != nil {
				delete(consentAt, one)
			}
		}
	}
}

// writeRtcp encrypts and sends; the peer's lock is held.
func (one *peer) writeRtcp(packet []byte) {
	if one.transmit == nil {
		return
	}
	encrypted, err := one.transmit.EncryptRTCP(nil, packet, nil)
	if err == nil {
		_ = one.wire.write(encrypted)
	}
}

// receiverReport of all streams (RFC 3550 6.4.2): their highest sequence numbers and losses so far.
func (one *peer) receiverReport() []byte {
	packet := make([]byte, 8, 8+24*len(one.counts.streams))
	blocks := 0
	for ssrc, stream := range one.counts.streams {
		if stream.kind.kind == "rtx" || blocks == 31 {
			continue
		}
		block := make([]byte, 24)
		binary.BigEndian.PutUint32(block, ssrc)
		lost := uint32(stream.lost())
		block[5], block[6], block[7] = byte(lost>>16), byte(lost>>8), byte(lost)
		binary.BigEndian.PutUint32(block[8:], uint32(stream.highest))
		packet = append(packet, block...)
		blocks++
	}
	packet[0], packet[1] = byte(0x80|blocks), rtcpReport
	binary.BigEndian.PutUint16(packet[2:], uint16(len(packet)/4-1))
	binary.BigEndian.PutUint32(packet[4:], ownSsrc)
	return packet
}

// sendPli asks for a key frame of each video stream (RFC 4585 6.3.1).
func (one *peer) sendPli() {
	one.lock.Lock()
	defer one.lock.Unlock()
	for ssrc, stream := range one.counts.streams {
		if stream.kind.kind != "video" {
			continue
		}
		packet := make([]byte, 12)
		packet[0], packet[1], packet[3] = 0x80|formatPli, rtcpFeedback, 2
		binary.BigEndian.PutUint32(packet[4:], ownSsrc)
		binary.BigEndian.PutUint32(packet[8:], ssrc)
		one.writeRtcp(append(one.receiverReport(), packet...))
	}
}

// handleRtcp looks for key frames that are asked of a presenter; the peer's lock is held.
func (one *peer) handleRtcp(packet []byte) {
	if one.receive == nil {
		return
	}
	plain, err := one.receive.DecryptRTCP(nil, packet, nil)
	if err != nil {
		return
	}
	for len(plain) >= 8 {
		length := 4 * (int(binary.BigEndian.Uint16(plain[2:])) + 1)
		if length > len(plain) {
			return
		}
		if plain[1] == rtcpFeedback {
			switch plain[0] & 0x1f {
			case formatPli:
				one.counts.requests.pli++
				one.restartVideo()
			case formatFir:
				one.counts.requests.fir++
				one.restartVideo()
			}
		}
		plain = plain[length:]
	}
}

// senderReport with a CNAME, as both RTP senders send once a second (RFC 3550 6.4.1, 6.5).
func senderReport(ssrc uint32, at time.Time, timestamp uint32, packets, octets int, cname string) []byte {
	report := make([]byte, 28)
	report[0], report[1], report[3] = 0x80, rtcpSender, 6
	binary.BigEndian.PutUint32(report[4:], ssrc)
	const ntpEpoch = 2_208_988_800
	binary.BigEndian.PutUint32(report[8:], uint32(at.Unix()+ntpEpoch))
	binary.BigEndian.PutUint32(report[12:], uint32(uint64(at.Nanosecond())<<32/1_000_000_000))
	binary.BigEndian.PutUint32(report[16:], timestamp)
	binary.BigEndian.PutUint32(report[20:], uint32(packets))
	binary.BigEndian.PutUint32(report[24:], uint32(octets))
	item := append([]byte{1, byte(len(cname))}, cname...)
	item = append(item, 0)
	for len(item)%4 != 0 {
		item = append(item, 0)
	}
	description := make([]byte, 8)
	description[0], description[1] = 0x81, rtcpDescription
	binary.BigEndian.PutUint16(description[2:], uint16((8+len(item))/4-1))
	binary.BigEndian.PutUint32(description[4:], ssrc)
	return append(append(report, description...), item...)
}

package main

import (
	"encoding/binary"
	"net"
	"sync"
	"time"
)

// One outgoing RTP stream of a source: made-up pictures or sound of an even rate, each packet with its instant.
type stream struct {
	Kind        string  `json:"kind"` // audio, video
	Address     string  `json:"address"`
	RtcpAddress string  `json:"rtcpAddress"` // empty: no reports
	PayloadType uint8   `json:"payloadType"`
	SSRC        uint32  `json:"ssrc"`
	Kbps        int     `json:"kbps"`
	Fps         int     `json:"fps"` // of sound: packets a second, 50 unless told
	GopSeconds  float64 `json:"gopSeconds"`
}

const (
	sourcePayload = 1200
	// Beside the pictures between: a key frame of a 720p programme (31 packets at 1.5 Mbit/s).
	keyFrameShare = 0.1
	minKeyPackets = 8
	extraKeyEvery = time.Second
	regularIsNear = 200 * time.Millisecond
)

// A deterministic programme over plain RTP: all RTP leaves from one local socket and all RTCP from another, as mediasoup's
// comedia transports want it.
type source struct {
	streams []*sourceStream
	done    chan struct{}
}

type sourceStream struct {
	stream
	lock       sync.Mutex
	isKeyAsked bool
	packets    int
	octets     int
	keyFrames  int
	requests   int
	extraAt    time.Time
}

func openSource(asked request) (map[string]interface{}, error) {
	rtp, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		return nil, err
	}
	rtcp, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		return nil, err
	}
	made := &source{done: make(chan struct{})}
	began := time.Now()
	for i := range asked.Streams {
		one := &sourceStream{stream: asked.Streams[i]}
		target, err := net.ResolveUDPAddr("udp4", one.Address)
		if err != nil {
			return nil, err
		}
		var reports *net.UDPAddr
		if one.RtcpAddress != "" {
			if reports, err = net.ResolveUDPAddr("udp4", one.RtcpAddress); err != nil {
				return nil, err
			}
		}
		made.streams = append(made.streams, one)
		go one.run(began, made.done, func(packet []byte) { _, _ = rtp.WriteToUDP(packet, target) }, func(packet []byte) {
			if reports != nil {
				_, _ = rtcp.WriteToUDP(packet, reports)
			}
		})
	}
	go func() {
		<-made.done
		_, _ = rtp.Close(), rtcp.Close()
	}()
	sources[asked.ID] = made
	return nil, nil
}

func (one *source) close() { close(one.done) }

func (one *source) requestKeyFrame(ssrc uint32) {
	for _, stream := range one.streams {
		if stream.Kind == "video" && (ssrc == 0 || stream.SSRC == ssrc) {
			stream.lock.Lock()
			stream.isKeyAsked = true
			stream.requests++
			stream.lock.Unlock()
		}
	}
}

func (one *source) stats() []map[string]interface{} {
	list := []map[string]interface{}{}
	for _, stream := range one.streams {
		stream.lock.Lock()
		list = append(list, map[string]interface{}{
			"ssrc": stream.SSRC, "kind": stream.Kind, "packets": stream.packets, "bytes": stream.octets,
			"keyFrames": stream.keyFrames, "keyFramesRequested": stream.requests,
		})
		stream.lock.Unlock()
	}
	return list
}

func (one *sourceStream) run(began time.Time, done chan struct{}, write, report func([]byte)) {
	unitTime, ticks := 20*time.Millisecond, uint32(960)
	if one.Kind == "video" {
		unitTime, ticks = time.Second/time.Duration(one.Fps), uint32(90_000/one.Fps)
	} else if one.Fps > 0 {
		unitTime, ticks = time.Second/time.Duration(one.Fps), uint32(48_000/one.Fps)
	}
	bytesASecond := one.Kbps * 125
	gop := int(one.GopSeconds * float64(one.Fps))
	timestamp, sequence := uint32(began.UnixNano()/1000), uint16(0)
	sinceGop, reported := gop, time.Time{}
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		case <-time.After(time.Until(began.Add(time.Duration(n) * unitTime))):
		}
		one.lock.Lock()
		isRegular := one.Kind == "video" && sinceGop >= gop
		isKey := isRegular || one.takeExtraKey(time.Duration(gop-sinceGop)*unitTime)
		if isRegular {
			sinceGop, one.isKeyAsked = 0, false
		}
		sinceGop++
		size := int(float64(bytesASecond) * unitTime.Seconds())
		if one.Kind == "video" {
			size = int(float64(size) * (1 - keyFrameShare))
		}
		if isKey {
			one.keyFrames++
			size = keyFrameBytes(one.Kbps, one.GopSeconds)
		}
		send := func(packet []byte) {
			sequence++
			one.packets++
			one.octets += len(packet) - 12
			write(packet)
		}
		if isKey {
			send(one.parameterSet(sequence, timestamp))
		}
		count := (size + sourcePayload - 1) / sourcePayload
		for i := 0; i < count; i++ {
			send(one.packet(size/count, sequence, timestamp, i, count, isKey))
		}
		if at := time.Now(); at.Sub(reported) >= reportEvery {
			reported = at
			report(senderReport(one.SSRC, at, timestamp, one.packets, one.octets, "programme"))
		}
		one.lock.Unlock()
		timestamp += ticks
	}
}

// takeExtraKey: as the product's mixer does, at most one a second beside the regular ones, none shortly before one; who
// asks meanwhile is served then.
func (one *sourceStream) takeExtraKey(untilRegular time.Duration) bool {
	if !one.isKeyAsked || untilRegular <= regularIsNear || time.Since(one.extraAt) < extraKeyEvery {
		return false
	}
	one.isKeyAsked, one.extraAt = false, time.Now()
	return true
}

func keyFrameBytes(kbps int, gopSeconds float64) int {
	share := int(float64(kbps) * 125 * gopSeconds * keyFrameShare)
	if share < minKeyPackets*sourcePayload {
		return minKeyPackets * sourcePayload
	}
	return share
}

// parameterSet is an SPS in a packet of its own: by it mediasoup and Janus know a key frame.
func (one *sourceStream) parameterSet(sequence uint16, timestamp uint32) []byte {
	packet := one.packet(stampOffset+stampBytes, sequence, timestamp, 0, 2, true)
	packet[12], packet[13] = 0x60|nalSps, 0x42
	return packet
}

// packet is one piece of a picture (FU-A) or a packet of sound, filled with what does not compress.
func (one *sourceStream) packet(size int, sequence uint16, timestamp uint32, i, count int, isKey bool) []byte {
	if size < stampOffset+stampBytes {
		size = stampOffset + stampBytes
	}
	packet := make([]byte, 12+size)
	packet[0], packet[1] = 0x80, one.PayloadType
	binary.BigEndian.PutUint16(packet[2:], sequence)
	binary.BigEndian.PutUint32(packet[4:], timestamp)
	binary.BigEndian.PutUint32(packet[8:], one.SSRC)
	payload := packet[12:]
	for at := range payload {
		payload[at] = byte(at*31 + int(sequence))
	}
	if one.Kind == "video" {
		kind := byte(1)
		if isKey {
			kind = nalIdr
		}
		payload[0], payload[1] = 0x60|nalFuA, kind
		if i == 0 {
			payload[1] |= 0x80
		}
		if i == count-1 {
			payload[1] |= 0x40
			packet[1] |= 0x80
		}
	}
	writeStamp(payload, time.Now().UnixNano()/1000)
	return packet
}

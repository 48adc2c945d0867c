package main

import (
	"encoding/json"
	"os"
	"sort"
	"sync"
	"time"
)

// Truth is what all sockets together saw of one chat: which message stands at which number, what was acknowledged,
// and how long things took. A socket's own part (no gap, no repeat) is kept by the socket.
type Truth struct {
	mutex   sync.Mutex
	entries map[int64][16]byte
	maxSeq  int64
	// Sockets that saw another message at a number than the first one did.
	contradictions int
	acknowledged   []acknowledgement
	journal        *os.File

	deliveries int
	deliveryUs samples
	answerUs   samples
	outageUs   samples
	codes      map[string]int
	notices    map[string]int
	bytes      int64
	frames     int64
}

type acknowledgement struct {
	MessageId string  `json:"messageId"`
	Seq       int64   `json:"seq"`
	SentAtMs  float64 `json:"sentAtMs"`
	AckedAtMs float64 `json:"ackedAtMs"`
}

func newTruth() *Truth {
	return &Truth{entries: map[int64][16]byte{}, codes: map[string]int{}, notices: map[string]int{}}
}

// saw notes one entry at one socket; `nowUs` 0: not a delivery as it happened (a page that was asked for).
func (truth *Truth) saw(seq int64, messageId []byte, sentUs, nowUs int64) {
	key := packId(messageId)
	truth.mutex.Lock()
	defer truth.mutex.Unlock()
	if known, isKnown := truth.entries[seq]; !isKnown {
		truth.entries[seq] = key
		if seq > truth.maxSeq {
			truth.maxSeq = seq
		}
	} else if known != key {
		truth.contradictions++
	}
	if nowUs > 0 {
		truth.deliveries++
		if sentUs > 0 {
			truth.deliveryUs.add(nowUs - sentUs)
		}
	}
}

func (truth *Truth) sawFrame(length int) {
	truth.mutex.Lock()
	truth.bytes += int64(length)
	truth.frames++
	truth.mutex.Unlock()
}

// acknowledge is on disk before it counts, when there is a journal.
func (truth *Truth) acknowledge(one acknowledgement) {
	truth.mutex.Lock()
	defer truth.mutex.Unlock()
	if truth.journal != nil {
		line, _ := json.Marshal(one)
		if _, err := truth.journal.Write(append(line, '\n')); err != nil {
			fail("journal", err)
		}
	}
	truth.acknowledged = append(truth.acknowledged, one)
	truth.answerUs.add(int64((one.AckedAtMs - one.SentAtMs) * 1000))
}

func (truth *Truth) count(table map[string]int, key string) {
	truth.mutex.Lock()
	table[key]++
	truth.mutex.Unlock()
}

// messages are the ids by number, for the comparison with the database.
func (truth *Truth) messages() map[int64]string {
	truth.mutex.Lock()
	defer truth.mutex.Unlock()
	list := make(map[int64]string, len(truth.entries))
	for seq, key := range truth.entries {
		list[seq] = unpackId(key)
	}
	return list
}

// reset forgets figures, not facts: numbers, ids and acknowledgements stay.
func (truth *Truth) reset() {
	truth.mutex.Lock()
	defer truth.mutex.Unlock()
	truth.deliveries, truth.bytes, truth.frames = 0, 0, 0
	truth.deliveryUs, truth.answerUs, truth.outageUs = nil, nil, nil
	truth.codes, truth.notices = map[string]int{}, map[string]int{}
}

// samples are microseconds, summed up in milliseconds.
type samples []uint32

func (list *samples) add(us int64) {
	if us < 0 {
		us = 0
	}
	if us > 4_000_000_000 {
		us = 4_000_000_000
	}
	*list = append(*list, uint32(us))
}

type Summary struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

func (list samples) summary() Summary {
	sorted := append(samples(nil), list...)
	sort.Slice(sorted, func(a, b int) bool { return sorted[a] < sorted[b] })
	at := func(share float64) float64 {
		if len(sorted) == 0 {
			return 0
		}
		return float64(sorted[int(share*float64(len(sorted)-1))]) / 1000
	}
	return Summary{len(sorted), at(0.5), at(0.95), at(0.99), at(1)}
}

func nowUs() int64 { return time.Now().UnixMicro() }

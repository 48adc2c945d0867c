package main

import (
	"encoding/binary"
	"math"
	"sync"
)

// Packets of our own sources carry their instant: two bytes of NAL header (or of Opus), a mark, microseconds of the wall clock.
const (
	stampMark   = 0x746f7269
	stampOffset = 2
	stampBytes  = 12
	// 0.1 ms up to 5 s; what is later counts as 5 s.
	bucketMs    = 0.1
	bucketCount = 50_000
)

type histogram struct {
	buckets []uint32
	count   int
	maxMs   float64
}

var (
	latency     = map[string]*histogram{} // by group and kind
	latencyLock sync.Mutex
)

func writeStamp(payload []byte, microseconds int64) {
	binary.BigEndian.PutUint32(payload[stampOffset:], stampMark)
	binary.BigEndian.PutUint64(payload[stampOffset+4:], uint64(microseconds))
}

func countLatency(group, kind string, payload []byte, atMs float64) {
	if len(payload) < stampOffset+stampBytes || binary.BigEndian.Uint32(payload[stampOffset:]) != stampMark {
		return
	}
	ms := atMs - float64(binary.BigEndian.Uint64(payload[stampOffset+4:]))/1000
	latencyLock.Lock()
	defer latencyLock.Unlock()
	key := group + "/" + kind
	one := latency[key]
	if one == nil {
		one = &histogram{buckets: make([]uint32, bucketCount)}
		latency[key] = one
	}
	one.count++
	one.maxMs = math.Max(one.maxMs, ms)
	one.buckets[int(math.Max(0, math.Min(bucketCount-1, ms/bucketMs)))]++
}

func resetLatency(group string) {
	latencyLock.Lock()
	defer latencyLock.Unlock()
	for _, kind := range []string{"audio", "video"} {
		delete(latency, group+"/"+kind)
	}
	if group == "" {
		latency = map[string]*histogram{}
	}
}

// latencyOf gives the percentiles of a group's packets, or of all groups' together, by kind.
func latencyOf(group string) map[string]interface{} {
	latencyLock.Lock()
	defer latencyLock.Unlock()
	answer := map[string]interface{}{}
	for _, kind := range []string{"audio", "video"} {
		sum := &histogram{buckets: make([]uint32, bucketCount)}
		for key, one := range latency {
			if key == group+"/"+kind || (group == "" && key[len(key)-5:] == kind) {
				sum.count += one.count
				sum.maxMs = math.Max(sum.maxMs, one.maxMs)
				for i, n := range one.buckets {
					sum.buckets[i] += n
				}
			}
		}
		if sum.count > 0 {
			answer[kind] = map[string]interface{}{
				"count": sum.count, "p50Ms": sum.percentile(0.5), "p95Ms": sum.percentile(0.95), "p99Ms": sum.percentile(0.99), "maxMs": sum.maxMs,
			}
		}
	}
	return answer
}

func (one *histogram) percentile(share float64) float64 {
	rest := int(math.Ceil(share * float64(one.count)))
	for i, n := range one.buckets {
		if rest -= int(n); rest <= 0 {
			return (float64(i) + 0.5) * bucketMs
		}
	}
	return one.maxMs
}

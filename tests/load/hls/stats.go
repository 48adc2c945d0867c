package main

import (
	"math"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	histogramSteps  = 1200
	histogramGrowth = 1.02 // each step 2 % above the last, from 1 µs on: up to 5 hours
)

// histogram of durations, 2 % wide steps.
type histogram struct {
	counts [histogramSteps]atomic.Int64
	max    atomic.Int64
}

func (h *histogram) add(d time.Duration) {
	us := d.Microseconds()
	if us < 1 {
		us = 1
	}
	step := int(math.Log(float64(us)) / math.Log(histogramGrowth))
	if step >= histogramSteps {
		step = histogramSteps - 1
	}
	h.counts[step].Add(1)
	for old := h.max.Load(); us > old && !h.max.CompareAndSwap(old, us); old = h.max.Load() {
	}
}

type spread struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

// spread in milliseconds.
func (h *histogram) spread() spread {
	var out spread
	for i := range h.counts {
		out.Count += h.counts[i].Load()
	}
	at := func(share float64) float64 {
		wanted, seen := int64(math.Ceil(share*float64(out.Count))), int64(0)
		for i := range h.counts {
			if seen += h.counts[i].Load(); seen >= wanted && wanted > 0 {
				return round(math.Pow(histogramGrowth, float64(i)+0.5) / 1000)
			}
		}
		return 0
	}
	out.P50, out.P95, out.P99 = at(0.5), at(0.95), at(0.99)
	out.Max = round(float64(h.max.Load()) / 1000)
	return out
}

func (h *histogram) reset() {
	for i := range h.counts {
		h.counts[i].Store(0)
	}
	h.max.Store(0)
}

func round(value float64) float64 { return math.Round(value*1000) / 1000 }

// stats of all viewers since the last reset.
type stats struct {
	requests, bytes, parts              atomic.Int64
	discontinuities, gapSegments        atomic.Int64
	stepsBack, datesBack, wholeSegments atomic.Int64
	ended                               atomic.Int64
	start, fetch, release               histogram
	mutex                               sync.Mutex
	statuses                            map[int]int64
	failures                            map[string]int64
	followers                           []*follower
	longestHoleMs                       float64
	since                               time.Time
	cpu                                 float64
}

func newStats() *stats {
	s := &stats{}
	s.reset()
	return s
}

func (s *stats) add(f *follower) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.followers = append(s.followers, f)
}

func (s *stats) forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.followers = nil
}

func (s *stats) answered(status, length int) {
	s.requests.Add(1)
	s.bytes.Add(int64(length))
	s.mutex.Lock()
	s.statuses[status]++
	s.mutex.Unlock()
}

func (s *stats) failed(kind string) {
	s.mutex.Lock()
	s.failures[kind]++
	s.mutex.Unlock()
}

func (s *stats) hole(ms float64) {
	s.mutex.Lock()
	s.longestHoleMs = math.Max(s.longestHoleMs, ms)
	s.mutex.Unlock()
}

// reset begins counting anew; a gap that is open now is counted from its own beginning.
func (s *stats) reset() {
	for _, counter := range []*atomic.Int64{
		&s.requests, &s.bytes, &s.parts, &s.discontinuities, &s.gapSegments,
		&s.stepsBack, &s.datesBack, &s.wholeSegments, &s.ended,
	} {
		counter.Store(0)
	}
	for _, one := range []*histogram{&s.start, &s.fetch, &s.release} {
		one.reset()
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.statuses, s.failures, s.longestHoleMs = map[int]int64{}, map[string]int64{}, 0
	for _, f := range s.followers {
		f.longestGap = 0
	}
	s.since, s.cpu = time.Now(), cpuSeconds()
}

// A follower that got nothing for so long stands still.
const silentAfter = 3 * time.Second

func (s *stats) report(viewers int) map[string]any {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := time.Now()
	var gaps []float64
	silent, notStarted := 0, 0
	for _, f := range s.followers {
		if f.newestAt.IsZero() {
			notStarted++
			continue
		}
		gap, open := f.longestGap, now.Sub(f.newestAt)
		if open > gap {
			gap = open
		}
		if open > silentAfter {
			silent++
		}
		gaps = append(gaps, float64(gap.Microseconds())/1000)
	}
	statuses := map[string]int64{}
	server := int64(0)
	for status, count := range s.statuses {
		statuses[strconv.Itoa(status)] = count
		if status >= 500 {
			server += count
		}
	}
	failures := map[string]int64{}
	for kind, count := range s.failures {
		failures[kind] = count
	}
	return map[string]any{
		"viewers": viewers, "followers": len(s.followers),
		"seconds": round(now.Sub(s.since).Seconds()), "cpuSeconds": round(cpuSeconds() - s.cpu),
		"requests": s.requests.Load(), "bytes": s.bytes.Load(), "parts": s.parts.Load(),
		"statuses": statuses, "serverErrors": server, "failures": failures,
		"discontinuities": s.discontinuities.Load(), "longestHoleMs": round(s.longestHoleMs),
		"gapSegments": s.gapSegments.Load(), "wholeSegments": s.wholeSegments.Load(),
		"stepsBack": s.stepsBack.Load(), "datesBack": s.datesBack.Load(), "ended": s.ended.Load(),
		"silent": silent, "notStarted": notStarted,
		"longestGapMs": spreadOf(gaps),
		"startMs":      s.start.spread(), "fetchMs": s.fetch.spread(), "releaseMs": s.release.spread(),
	}
}

func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	sort.Float64s(values)
	at := func(share float64) float64 {
		return round(values[int(math.Ceil(share*float64(len(values))))-1])
	}
	return spread{int64(len(values)), at(0.5), at(0.95), at(0.99), at(1)}
}

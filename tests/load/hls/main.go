// Viewers of low-latency HLS by the thousand, without decoding: blocking playlist reloads and parts over keep-alive
// connections. Speaks JSON lines: commands on stdin, one answer each on stdout, in order.
//
//	{"type":"follow","url":"http://host:port/media/live/ID","viewers":50,"renditions":["v720","aud"],"rampMs":1000}
//	{"type":"fetch","url":"http://host:port","paths":["/a"],"connections":8,"seconds":5,"perSecond":0}
//	{"type":"report"}   {"type":"reset"}   {"type":"stop"}
//
// `renditions` may hold several lists; viewer n takes list n modulo their number. `perSecond` 0: flat out. `rampMs` spreads the first requests.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type command struct {
	Type        string     `json:"type"`
	URL         string     `json:"url"`
	Viewers     int        `json:"viewers"`
	Renditions  [][]string `json:"renditions"`
	RampMs      float64    `json:"rampMs"`
	Paths       []string   `json:"paths"`
	Connections int        `json:"connections"`
	Seconds     float64    `json:"seconds"`
	PerSecond   float64    `json:"perSecond"`
}

// load is one set of viewers that are stopped together.
type load struct {
	stats     *stats
	isStopped atomic.Bool
	stop      chan struct{}
	running   sync.WaitGroup
}

func newLoad(s *stats) *load { return &load{stats: s, stop: make(chan struct{})} }

func (l *load) end() {
	l.isStopped.Store(true)
	close(l.stop)
	l.running.Wait()
}

// sleep answers false when the load was stopped meanwhile.
func (l *load) sleep(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.stop:
		return false
	}
}

func (l *load) follow(c command, viewersBefore int) error {
	address, err := url.Parse(c.URL)
	if err != nil || address.Host == "" {
		return fmt.Errorf("no address: %q", c.URL)
	}
	if len(c.Renditions) == 0 {
		return fmt.Errorf("no renditions")
	}
	for n := 0; n < c.Viewers; n++ {
		names := c.Renditions[(viewersBefore+n)%len(c.Renditions)]
		delay := time.Duration(rand.Float64() * c.RampMs * float64(time.Millisecond))
		for _, name := range names {
			f := newFollower(l, address, name)
			l.stats.add(f)
			l.running.Add(1)
			go func() {
				defer l.running.Done()
				f.run(delay)
			}()
		}
	}
	return nil
}

func main() {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		limit.Cur = limit.Max
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	}
	all := newStats()
	current := newLoad(all)
	viewers := 0
	out := json.NewEncoder(os.Stdout)
	answer := func(result any, err error) {
		if err != nil {
			result = map[string]string{"error": err.Error()}
		}
		_ = out.Encode(result)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 64*1024), 1<<20)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			answer(nil, err)
			continue
		}
		switch c.Type {
		case "follow":
			err := current.follow(c, viewers)
			viewers += c.Viewers
			answer(map[string]int{"viewers": viewers}, err)
		case "fetch":
			result, err := fetch(c)
			answer(result, err)
		case "report":
			answer(all.report(viewers), nil)
		case "reset":
			all.reset()
			answer(map[string]int{"viewers": viewers}, nil)
		case "stop":
			current.end()
			viewers = 0
			all.forget()
			current = newLoad(all)
			answer(map[string]int{"viewers": 0}, nil)
		default:
			answer(nil, fmt.Errorf("no command %q", c.Type))
		}
	}
}

// cpuSeconds is what this process has used so far.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

package main

import (
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// fetch asks for the paths in turn over some connections for some seconds: each as fast as it is answered, or with
// `perSecond` all together at that rate, whatever the answers take (Go's clock wakes once a millisecond, so a few at a
// time). `late` are those that were asked over 20 ms after their time, since all connections were waiting.
func fetch(c command) (map[string]any, error) {
	address, err := url.Parse(c.URL)
	if err != nil || address.Host == "" || len(c.Paths) == 0 || c.Connections < 1 {
		return nil, fmt.Errorf("fetch needs url, paths and connections")
	}
	rest := " HTTP/1.1\r\nHost: " + address.Host + "\r\nUser-Agent: hls-load\r\nAccept: */*\r\n\r\n"
	var requests, bytes, bad, asked, late atomic.Int64
	var all sync.WaitGroup
	cpu, begin := cpuSeconds(), time.Now()
	until := begin.Add(time.Duration(c.Seconds * float64(time.Second)))
	for n := 0; n < c.Connections; n++ {
		all.Add(1)
		go func(n int) {
			defer all.Done()
			one := connection{host: address.Host}
			defer one.close()
			for ; time.Now().Before(until); n++ {
				if c.PerSecond > 0 {
					due := begin.Add(time.Duration(float64(asked.Add(1)-1) / c.PerSecond * float64(time.Second)))
					if !due.Before(until) {
						return
					}
					time.Sleep(time.Until(due))
					if time.Since(due) > 20*time.Millisecond {
						late.Add(1)
					}
				}
				status, _, length, err := one.get(c.Paths[n%len(c.Paths)], rest, 0)
				if err != nil || status != 200 {
					bad.Add(1)
					time.Sleep(time.Millisecond)
					continue
				}
				requests.Add(1)
				bytes.Add(int64(length))
			}
		}(n)
	}
	all.Wait()
	return map[string]any{
		"requests": requests.Load(), "late": late.Load(), "bytes": bytes.Load(), "failures": bad.Load(),
		"seconds": round(time.Since(begin).Seconds()), "cpuSeconds": round(cpuSeconds() - cpu),
	}, nil
}

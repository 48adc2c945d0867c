package main

import (
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// fetch asks for the paths in turn over some connections, each as fast as it is answered, for some seconds.
func fetch(c command) (map[string]any, error) {
	address, err := url.Parse(c.URL)
	if err != nil || address.Host == "" || len(c.Paths) == 0 || c.Connections < 1 {
		return nil, fmt.Errorf("fetch needs url, paths and connections")
	}
	rest := " HTTP/1.1\r\nHost: " + address.Host + "\r\nUser-Agent: hls-load\r\nAccept: */*\r\n\r\n"
	var requests, bytes, bad atomic.Int64
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
		"requests": requests.Load(), "bytes": bytes.Load(), "failures": bad.Load(),
		"seconds": round(time.Since(begin).Seconds()), "cpuSeconds": round(cpuSeconds() - cpu),
	}, nil
}

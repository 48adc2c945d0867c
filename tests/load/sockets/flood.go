package main

import (
	"encoding/json"
	"time"
)

type floodResult struct {
	Sent      int            `json:"sent"`
	Codes     map[string]int `json:"codes"`
	IsDropped bool           `json:"isDropped"`
	DroppedMs float64        `json:"droppedMs"`
}

// flood writes requests at a rate without waiting for answers, for as long as the connection takes them.
func (socket *Socket) flood(name string, data json.RawMessage, perSecond float64, seconds float64) floodResult {
	result := floodResult{Codes: map[string]int{}}
	answers := make(chan string, 1<<16)
	begin := time.Now()
	end := begin.Add(time.Duration(seconds * float64(time.Second)))
	for time.Now().Before(end) {
		due := int(time.Since(begin).Seconds()*perSecond) + 1
		for ; result.Sent < due; result.Sent++ {
			if !socket.isOpen() {
				result.IsDropped = true
				break
			}
			socket.request(name, socket.fillIn(data), func(answer []byte) {
				code := "unanswered"
				if answer != nil {
					if failure := failureOf(answer); failure != nil {
						code = failure.Code
					} else {
						code = "ok"
					}
				}
				select {
				case answers <- code:
				default:
				}
			})
		}
		if result.IsDropped {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	if result.IsDropped {
		result.DroppedMs = float64(time.Since(begin).Microseconds()) / 1000
	} else {
		time.Sleep(500 * time.Millisecond)
	}
	for {
		select {
		case code := <-answers:
			result.Codes[code]++
		default:
			return result
		}
	}
}

func (socket *Socket) isOpen() bool {
	socket.mutex.Lock()
	defer socket.mutex.Unlock()
	return socket.connection != nil
}

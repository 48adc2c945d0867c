// A load of sockets that behave as the product's pages do, told what to do by JSON lines on stdin; each is answered
// by one JSON line with its id. Driver and shapes: tests/support/load/socket-load.ts.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
)

type command struct {
	Id        int             `json:"id"`
	Do        string          `json:"do"`
	Group     string          `json:"group"`
	Options   groupOptions    `json:"options"`
	Count     int             `json:"count"`
	PerSecond float64         `json:"perSecond"`
	Seconds   float64         `json:"seconds"`
	Bytes     int             `json:"bytes"`
	Sockets   []int           `json:"sockets"`
	Name      string          `json:"name"`
	Data      json.RawMessage `json:"data"`
	Reset     bool            `json:"reset"`
}

var (
	groupsMutex sync.Mutex
	groups      = map[string]*Group{}
	output      = json.NewEncoder(os.Stdout)
	outputMutex sync.Mutex
)

func main() {
	debug.SetGCPercent(400)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<16), 1<<24)
	for lines.Scan() {
		var asked command
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fail("a command", err)
		}
		go answer(asked)
	}
}

func answer(asked command) {
	result, err := perform(asked)
	line := map[string]any{"id": asked.Id, "result": result}
	if err != nil {
		line = map[string]any{"id": asked.Id, "error": err.Error()}
	}
	outputMutex.Lock()
	defer outputMutex.Unlock()
	_ = output.Encode(line)
}

func perform(asked command) (any, error) {
	if asked.Do == "cpu" {
		return cpuSeconds(), nil
	}
	if asked.Do == "open" {
		if asked.Options.Name == "" {
			asked.Options.Name = asked.Group
		}
		group, err := newGroup(asked.Options)
		if err != nil {
			return nil, err
		}
		groupsMutex.Lock()
		groups[asked.Group] = group
		groupsMutex.Unlock()
		return group.add(asked.Options.Sockets, asked.Options.PerSecond), nil
	}
	groupsMutex.Lock()
	group := groups[asked.Group]
	groupsMutex.Unlock()
	if group == nil {
		return nil, fmt.Errorf("no group %q", asked.Group)
	}
	switch asked.Do {
	case "add":
		return group.add(asked.Count, asked.PerSecond), nil
	case "send":
		posted := make(chan int, 1)
		group.send(asked.PerSecond, asked.Count, asked.Bytes, asked.Sockets, func(count int) { posted <- count })
		return <-posted, nil
	case "stop":
		group.stopSending()
	case "stats":
		if group.notes != nil {
			group.notes.flush()
		}
		stats := group.stats()
		if asked.Reset {
			group.truth.reset()
		}
		return stats, nil
	case "messages":
		return group.truth.messages(), nil
	case "acknowledged":
		group.truth.mutex.Lock()
		defer group.truth.mutex.Unlock()
		return append([]acknowledgement{}, group.truth.acknowledged...), nil
	case "request":
		return group.requestAll(asked.Sockets, asked.Name, asked.Data), nil
	case "flood":
		return group.sockets[asked.Sockets[0]].flood(asked.Name, asked.Data, asked.PerSecond, asked.Seconds), nil
	case "drop":
		group.drop()
	case "close":
		group.close(asked.Sockets)
	default:
		return nil, fmt.Errorf("no such command: %s", asked.Do)
	}
	return nil, nil
}

// requestAll sends one request by each of the sockets and gives the answers in their order; null: none in time.
func (group *Group) requestAll(indexes []int, name string, data json.RawMessage) []json.RawMessage {
	answers := make([]json.RawMessage, len(indexes))
	var waiting sync.WaitGroup
	for at, index := range indexes {
		waiting.Add(1)
		at, socket := at, group.sockets[index]
		socket.request(name, socket.fillIn(data), func(answer []byte) {
			if answer != nil {
				answers[at] = append(json.RawMessage{}, answer...)
			}
			waiting.Done()
		})
	}
	waiting.Wait()
	return answers
}

// fillIn puts the socket's own random key in the place of "$KEY", and a new id for each "$ID".
func (socket *Socket) fillIn(data json.RawMessage) json.RawMessage {
	if !bytes.ContainsRune(data, '$') {
		return data
	}
	filled := bytes.ReplaceAll(data, []byte("$KEY"), []byte(socket.key))
	return bytes.ReplaceAll(filled, []byte("$ID"), []byte(newId()))
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(time syscall.Timeval) float64 { return float64(time.Sec) + float64(time.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func readInto(buffer []byte, reader io.Reader) ([]byte, error) {
	for {
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
		count, err := reader.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+count]
		if err == io.EOF {
			return buffer, nil
		}
		if err != nil {
			return buffer, err
		}
	}
}

func fail(what string, err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
	os.Exit(1)
}

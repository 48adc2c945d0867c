package main

import (
	"encoding/json"
	"math/rand"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	requestDeadline = 10 * time.Second
	reconnectMin    = 500 * time.Millisecond
	reconnectMax    = 5 * time.Second
	retryMin        = time.Second
	retryMax        = 15 * time.Second
)

// Socket is one page's socket as client/src/api/socket.ts and the chat session behave: it connects, joins, catches up
// after each connection, sends one message after the other until each is acknowledged, and comes back by itself.
type Socket struct {
	group  *Group
	index  int
	cookie string
	key    string

	mutex       sync.Mutex
	connection  *websocket.Conn
	pending     map[int]func(answer []byte)
	requestId   int
	isConnected bool
	isClosed    bool

	chat       chatState
	lostAtUs   int64
	lost       int
	silence    time.Duration
	isJoined   bool
	firstReady chan struct{}
	ready      sync.Once
}

func (socket *Socket) run() {
	for attempt := 0; ; attempt++ {
		wasReady := socket.live()
		if socket.closed() || !socket.group.options.Reconnect {
			socket.ready.Do(func() { close(socket.firstReady) })
			return
		}
		if wasReady {
			attempt = 0
		}
		time.Sleep(reconnectDelay(attempt))
	}
}

// reconnectDelay is socket.io-client's: doubled each time, half of it jitter.
func reconnectDelay(attempt int) time.Duration {
	if attempt > 10 {
		attempt = 10
	}
	delay := float64(reconnectMin) * float64(int(1)<<attempt)
	delay *= 1 + (rand.Float64() - 0.5)
	if delay > float64(reconnectMax) {
		return reconnectMax
	}
	return time.Duration(delay)
}

// live is one connection from its handshake to its end; true when it was let in.
func (socket *Socket) live() bool {
	header := http.Header{}
	if socket.cookie != "" {
		header.Set("Cookie", socket.cookie)
	}
	if socket.group.options.Origin != "" {
		header.Set("Origin", socket.group.options.Origin)
	}
	url := "ws" + strings.TrimPrefix(socket.group.options.Url, "http") + websocketSuffix
	connection, response, err := dialer.Dial(url, header)
	if err != nil {
		if response != nil {
			socket.group.truth.count(socket.group.truth.codes, "handshake "+response.Status)
		}
		return false
	}
	if socket.closed() {
		_ = connection.Close()
		return false
	}
	socket.begin(connection)
	wasReady := socket.read(connection)
	socket.end(connection)
	return wasReady
}

func (socket *Socket) begin(connection *websocket.Conn) {
	socket.mutex.Lock()
	socket.connection = connection
	socket.pending = map[int]func([]byte){}
	socket.silence = 20 * time.Second
	socket.mutex.Unlock()
}

func (socket *Socket) end(connection *websocket.Conn) {
	_ = connection.Close()
	socket.mutex.Lock()
	socket.connection = nil
	left := socket.pending
	socket.pending = nil
	if socket.isConnected && !socket.isClosed {
		socket.lostAtUs = nowUs()
		socket.lost++
	}
	socket.isConnected = false
	socket.isJoined = false
	settles := make([]func([]byte), 0, len(left))
	for _, settle := range left {
		settles = append(settles, settle)
	}
	socket.mutex.Unlock()
	for _, settle := range settles {
		settle(nil)
	}
}

func (socket *Socket) read(connection *websocket.Conn) (wasReady bool) {
	buffer := make([]byte, 0, 2048)
	_ = connection.SetReadDeadline(time.Now().Add(socket.silence))
	for {
		_, reader, err := connection.NextReader()
		if err != nil {
			return wasReady
		}
		at := nowUs()
		buffer, err = readInto(buffer[:0], reader)
		if err != nil {
			return wasReady
		}
		socket.group.truth.sawFrame(len(buffer))
		if len(buffer) == 0 {
			continue
		}
		switch buffer[0] {
		case '0':
			socket.opened(buffer[1:])
		case framePing:
			_ = connection.SetReadDeadline(time.Now().Add(socket.silence))
			socket.write([]byte(pongFrame))
		case frameMessage:
			if len(buffer) > 1 && buffer[1] == packetConnect {
				wasReady = true
			}
			if isOver := socket.take(buffer[1:], at); isOver {
				return wasReady
			}
		}
	}
}

func (socket *Socket) opened(data []byte) {
	var open struct{ PingInterval, PingTimeout int }
	if json.Unmarshal(data, &open) == nil && open.PingInterval > 0 {
		socket.silence = time.Duration(open.PingInterval+open.PingTimeout) * time.Millisecond
	}
	auth, _ := json.Marshal(map[string]int{"contractVersion": socket.group.options.ContractVersion})
	socket.write(append([]byte(connectPrefix), auth...))
}

// take is one socket.io packet; true when the server ended it.
func (socket *Socket) take(packet []byte, at int64) bool {
	if len(packet) == 0 {
		return false
	}
	rest := packet[1:]
	switch packet[0] {
	case packetConnect:
		socket.mutex.Lock()
		socket.isConnected = true
		socket.mutex.Unlock()
		socket.enter()
	case packetEvent:
		name := noticeName(rest)
		if string(name) == entriesNotice {
			socket.entriesPosted(rest, at)
		} else {
			socket.group.truth.count(socket.group.truth.notices, string(name))
		}
	case packetAnswer:
		id, answer := splitAnswer(rest)
		socket.mutex.Lock()
		settle := socket.pending[id]
		delete(socket.pending, id)
		socket.mutex.Unlock()
		if settle != nil {
			settle(answer)
		}
	case packetLeave:
		socket.group.truth.count(socket.group.truth.codes, "disconnected by the server")
		return true
	case packetRefused:
		socket.group.truth.count(socket.group.truth.codes, "refused "+refusalCode(rest))
		return true
	}
	return false
}

// request calls `settle` once, with nil when there was no answer in time or no connection.
func (socket *Socket) request(name string, data json.RawMessage, settle func(answer []byte)) {
	socket.mutex.Lock()
	if socket.pending == nil {
		socket.mutex.Unlock()
		settle(nil)
		return
	}
	socket.requestId++
	id := socket.requestId
	pending := socket.pending
	var once sync.Once
	timer := time.AfterFunc(requestDeadline, func() {
		socket.mutex.Lock()
		delete(pending, id)
		socket.mutex.Unlock()
		once.Do(func() { settle(nil) })
	})
	pending[id] = func(answer []byte) {
		timer.Stop()
		once.Do(func() { settle(answer) })
	}
	socket.mutex.Unlock()
	socket.write(requestFrame(id, name, data))
}

var writeDeadline = 10 * time.Second

func (socket *Socket) write(frame []byte) bool {
	socket.mutex.Lock()
	defer socket.mutex.Unlock()
	if socket.connection == nil {
		return false
	}
	_ = socket.connection.SetWriteDeadline(time.Now().Add(writeDeadline))
	if socket.connection.WriteMessage(websocket.TextMessage, frame) != nil {
		_ = socket.connection.Close()
		return false
	}
	return true
}

func (socket *Socket) closed() bool {
	socket.mutex.Lock()
	defer socket.mutex.Unlock()
	return socket.isClosed
}

// close is a page that is closed: the websocket's own farewell, then the end.
func (socket *Socket) close() {
	socket.mutex.Lock()
	if !socket.isClosed {
		socket.note("left", "", 0)
	}
	socket.isClosed = true
	connection := socket.connection
	socket.mutex.Unlock()
	if connection == nil {
		return
	}
	farewell := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = connection.WriteControl(websocket.CloseMessage, farewell, time.Now().Add(time.Second))
	_ = connection.Close()
}

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

var dialer = &websocket.Dialer{HandshakeTimeout: 15 * time.Second, ReadBufferSize: 2048, WriteBufferSize: 1024}
var pages = &http.Client{Timeout: 15 * time.Second}

type groupOptions struct {
	Name            string          `json:"name"`
	Url             string          `json:"url"`
	Sockets         int             `json:"sockets"`
	PerSecond       float64         `json:"perSecond"`
	Chat            json.RawMessage `json:"chat"`
	Watch           json.RawMessage `json:"watch"`
	Cookies         []string        `json:"cookies"`
	IsGuest         bool            `json:"isGuest"`
	Reconnect       bool            `json:"reconnect"`
	Origin          string          `json:"origin"`
	ContractVersion int             `json:"contractVersion"`
	Journal         string          `json:"journal"`
	Notes           string          `json:"notes"`
}

// Group is sockets of one kind: same server, same chat, one truth.
type Group struct {
	options groupOptions
	chatId  string
	truth   *Truth
	notes   *notes

	mutex   sync.Mutex
	sockets []*Socket
	stop    chan struct{}
}

func newGroup(options groupOptions) (*Group, error) {
	group := &Group{options: options, truth: newTruth()}
	if options.Chat != nil {
		var ref struct{ Kind, StageId, BoothId string }
		if err := json.Unmarshal(options.Chat, &ref); err != nil {
			return nil, err
		}
		group.chatId = ref.Kind + ":" + ref.StageId + ref.BoothId
	}
	if options.Journal != "" {
		file, err := os.OpenFile(options.Journal, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return nil, err
		}
		group.truth.journal = file
	}
	if options.Notes != "" {
		notes, err := openNotes(options.Notes)
		if err != nil {
			return nil, err
		}
		group.notes = notes
	}
	return group, nil
}

// add opens more sockets, `perSecond` of them (0: 40 at a time), and waits until all have entered.
func (group *Group) add(count int, perSecond float64) []int {
	first := len(group.sockets)
	turns := make(chan struct{}, 40)
	var waiting sync.WaitGroup
	begin := time.Now()
	indexes := make([]int, 0, count)
	for n := 0; n < count; n++ {
		socket := &Socket{group: group, index: first + n, key: newKey(), firstReady: make(chan struct{})}
		if cookies := group.options.Cookies; len(cookies) > 0 {
			socket.cookie = cookies[(first+n)%len(cookies)]
		}
		group.mutex.Lock()
		group.sockets = append(group.sockets, socket)
		group.mutex.Unlock()
		indexes = append(indexes, first+n)
		if perSecond > 0 {
			time.Sleep(time.Until(begin.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))))
		} else {
			turns <- struct{}{}
		}
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			socket.becomeGuest()
			go socket.run()
			select {
			case <-socket.firstReady:
			case <-time.After(60 * time.Second):
			}
			if perSecond == 0 {
				<-turns
			}
		}()
	}
	waiting.Wait()
	return indexes
}

// becomeGuest asks for the page's session as the page does first, and keeps the cookies.
func (socket *Socket) becomeGuest() {
	if !socket.group.options.IsGuest || socket.cookie != "" {
		return
	}
	response, err := pages.Get(socket.group.options.Url + "/api/session")
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	var pairs []string
	for _, cookie := range response.Cookies() {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}
	socket.cookie = strings.Join(pairs, "; ")
}

// send posts `perSecond` messages in turn by all open sockets until stopped or `count` are posted (0: without end).
func (group *Group) send(perSecond float64, count, bytes int, senders []int, done func(posted int)) {
	group.stopSending()
	stop := make(chan struct{})
	group.mutex.Lock()
	group.stop = stop
	group.mutex.Unlock()
	go func() {
		begin := time.Now()
		posted := 0
		for ; count == 0 || posted < count; posted++ {
			due := begin.Add(time.Duration(float64(posted) / perSecond * float64(time.Second)))
			select {
			case <-stop:
				done(posted)
				return
			case <-time.After(time.Until(due)):
			}
			if socket := group.sender(posted, senders); socket != nil {
				socket.post(bytes)
			}
		}
		done(posted)
	}()
}

func (group *Group) sender(turn int, senders []int) *Socket {
	group.mutex.Lock()
	defer group.mutex.Unlock()
	if len(senders) > 0 {
		return group.sockets[senders[turn%len(senders)]%len(group.sockets)]
	}
	for offset := 0; offset < len(group.sockets); offset++ {
		// 7,919 is a prime: neighbours in time are not neighbours in the server's lists.
		socket := group.sockets[((turn+offset)*7919)%len(group.sockets)]
		if !socket.closed() {
			return socket
		}
	}
	return nil
}

func (group *Group) stopSending() {
	group.mutex.Lock()
	defer group.mutex.Unlock()
	if group.stop != nil {
		close(group.stop)
		group.stop = nil
	}
}

// close ends the given sockets, or all.
func (group *Group) close(indexes []int) {
	group.mutex.Lock()
	chosen := group.sockets
	if indexes != nil {
		chosen = nil
		for _, index := range indexes {
			chosen = append(chosen, group.sockets[index])
		}
	}
	group.mutex.Unlock()
	for _, socket := range chosen {
		socket.close()
	}
}

// drop cuts the transports without a farewell, as a network that goes away does; the sockets come back.
func (group *Group) drop() {
	for _, socket := range group.sockets {
		socket.mutex.Lock()
		if socket.connection != nil {
			_ = socket.connection.UnderlyingConn().Close()
		}
		socket.mutex.Unlock()
	}
}

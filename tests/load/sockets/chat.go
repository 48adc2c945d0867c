package main

import (
	"encoding/json"
	"math/rand"
	"strconv"
	"strings"
	"time"
)

// chatState is what a socket has of its chat: all numbers up to lastSeq, without a gap.
type chatState struct {
	lastSeq      int64
	isOpen       bool
	isCatchingUp bool
	mustAgain    bool
	isSending    bool
	failures     int
	unsent       []*message
	// Notices that did not follow what was there, and entries that came twice.
	gaps, repeats int
}

type message struct {
	id     string
	text   string
	sentUs int64
}

// enter is what the page does on each connection: watches the stage, joins or catches up, sends what waits.
func (socket *Socket) enter() {
	if watch := socket.group.options.Watch; watch != nil {
		socket.request("stage:watch", watch, func([]byte) {})
	}
	if socket.group.options.Chat == nil {
		socket.joined()
		return
	}
	socket.catchUp()
}

func (socket *Socket) catchUp() {
	socket.mutex.Lock()
	if socket.chat.isCatchingUp {
		socket.chat.mustAgain = true
		socket.mutex.Unlock()
		return
	}
	socket.chat.isCatchingUp = true
	afterSeq := json.RawMessage("null")
	if socket.chat.isOpen {
		afterSeq = strconv.AppendInt(nil, socket.chat.lastSeq, 10)
	}
	socket.mutex.Unlock()
	data, _ := json.Marshal(map[string]json.RawMessage{"chat": socket.group.options.Chat, "afterSeq": afterSeq})
	socket.request("chat:join", data, socket.tookPage)
}

func (socket *Socket) tookPage(answer []byte) {
	failure := &errorBody{Code: "timeout"}
	if answer != nil {
		failure = failureOf(answer)
	}
	if failure != nil {
		socket.group.truth.count(socket.group.truth.codes, "chat:join "+failure.Code)
		socket.mutex.Lock()
		socket.chat.isCatchingUp = false
		isHere := socket.isConnected
		socket.mutex.Unlock()
		// Each new connection catches up by itself.
		if isHere {
			socket.later(failure, socket.catchUp)
		}
		return
	}
	var page struct {
		Data struct {
			LastSeq int64
			HasMore bool
			Entries []struct {
				Seq       int64
				MessageId string
			}
		}
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		fail("chat:join", err)
	}
	socket.mutex.Lock()
	isFirst := !socket.chat.isOpen
	socket.chat.isOpen = true
	socket.chat.failures = 0
	socket.mutex.Unlock()
	for _, entry := range page.Data.Entries {
		socket.group.truth.saw(entry.Seq, []byte(entry.MessageId), 0, 0)
	}
	socket.mutex.Lock()
	if isFirst {
		socket.chat.lastSeq = page.Data.LastSeq
	} else {
		for _, entry := range page.Data.Entries {
			if entry.Seq == socket.chat.lastSeq+1 && !socket.isClosed {
				socket.chat.lastSeq = entry.Seq
				socket.note("delivered", entry.MessageId, entry.Seq)
			}
		}
	}
	for _, entry := range page.Data.Entries {
		socket.forget(entry.MessageId)
	}
	socket.chat.isCatchingUp = false
	isAgain := (!isFirst && page.Data.HasMore) || socket.chat.mustAgain
	socket.chat.mustAgain = false
	socket.mutex.Unlock()
	if isAgain {
		socket.catchUp()
		return
	}
	socket.joined()
	socket.sendNext()
}

// joined: connected, entered and caught up.
func (socket *Socket) joined() {
	socket.mutex.Lock()
	lostAtUs := socket.lostAtUs
	socket.lostAtUs = 0
	socket.isJoined = true
	socket.mutex.Unlock()
	if lostAtUs > 0 {
		truth := socket.group.truth
		truth.mutex.Lock()
		truth.outageUs.add(nowUs() - lostAtUs)
		truth.mutex.Unlock()
	}
	socket.ready.Do(func() { close(socket.firstReady) })
}

func (socket *Socket) entriesPosted(frame []byte, at int64) {
	hasGap := false
	eachEntry(frame, func(seq int64, messageId []byte, sentUs int64) {
		socket.mutex.Lock()
		isNext := socket.chat.isOpen && !socket.isClosed && seq == socket.chat.lastSeq+1
		switch {
		case isNext:
			socket.chat.lastSeq = seq
			socket.note("delivered", string(messageId), seq)
			if len(socket.chat.unsent) > 0 {
				socket.forget(string(messageId))
			}
		case socket.chat.isOpen && seq <= socket.chat.lastSeq:
			socket.chat.repeats++
		case socket.chat.isOpen && !socket.chat.isCatchingUp:
			socket.chat.gaps++
			hasGap = true
		case socket.chat.isCatchingUp:
			socket.chat.mustAgain = true
		}
		socket.mutex.Unlock()
		if isNext {
			socket.group.truth.saw(seq, messageId, sentUs, at)
		} else {
			socket.group.truth.saw(seq, messageId, 0, 0)
		}
	})
	if hasGap {
		socket.catchUp()
	}
}

// forget: what came back in the log was sent, whether or not its acknowledgement arrived. Under the mutex.
func (socket *Socket) forget(messageId string) {
	for at, one := range socket.chat.unsent {
		// The first one's acknowledgement may still be under way.
		if one.id == messageId && !(at == 0 && socket.chat.isSending) {
			socket.chat.unsent = append(socket.chat.unsent[:at:at], socket.chat.unsent[at+1:]...)
			return
		}
	}
}

// post queues a message with the instant in its text, from which every delivery's latency is told.
func (socket *Socket) post(bytes int) {
	now := nowUs()
	text := "@" + strconv.FormatInt(now, 10) + "@ "
	if len(text) < bytes {
		text += strings.Repeat("puhe ", (bytes-len(text))/5+1)[:bytes-len(text)-1] + "."
	}
	one := &message{newId(), text, now}
	socket.mutex.Lock()
	socket.chat.unsent = append(socket.chat.unsent, one)
	socket.note("written", one.id, 0)
	socket.mutex.Unlock()
	socket.sendNext()
}

func (socket *Socket) sendNext() {
	socket.mutex.Lock()
	if socket.chat.isSending || !socket.isJoined || len(socket.chat.unsent) == 0 {
		socket.mutex.Unlock()
		return
	}
	socket.chat.isSending = true
	next := socket.chat.unsent[0]
	socket.mutex.Unlock()
	data, _ := json.Marshal(map[string]any{
		"chatId": socket.group.chatId, "messageId": next.id, "nickname": nil, "text": next.text,
	})
	socket.request("chat:send", data, func(answer []byte) { socket.sent(next, answer) })
}

func (socket *Socket) sent(one *message, answer []byte) {
	failure := &errorBody{Code: "timeout"}
	if answer != nil {
		failure = failureOf(answer)
	}
	socket.mutex.Lock()
	socket.chat.isSending = false
	isHere := socket.isConnected
	socket.mutex.Unlock()
	if failure != nil {
		socket.group.truth.count(socket.group.truth.codes, "chat:send "+failure.Code)
		if isHere {
			socket.later(failure, socket.sendNext)
		}
		return
	}
	now := nowUs()
	eachEntry(answer, func(seq int64, messageId []byte, _ int64) {
		socket.group.truth.saw(seq, messageId, 0, 0)
		socket.note("acked", string(messageId), seq)
		socket.group.truth.acknowledge(acknowledgement{
			string(messageId), seq, float64(one.sentUs) / 1000, float64(now) / 1000,
		})
	})
	socket.mutex.Lock()
	socket.chat.failures = 0
	socket.forget(one.id)
	socket.mutex.Unlock()
	socket.sendNext()
}

// later is the client's patience: what the server asked for, else twice as long each time, with jitter.
func (socket *Socket) later(failure *errorBody, act func()) {
	socket.mutex.Lock()
	delay := retryMin << socket.chat.failures
	if delay > retryMax {
		delay = retryMax
	} else {
		socket.chat.failures++
	}
	socket.mutex.Unlock()
	delay = time.Duration(float64(delay) * (0.5 + rand.Float64()))
	if failure.RetryAfterMs > 0 {
		delay = time.Duration(failure.RetryAfterMs) * time.Millisecond
	}
	time.AfterFunc(delay, act)
}

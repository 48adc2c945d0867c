package main

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// The text frames of engine.io 4 and socket.io 5, as far as the product uses them: the first digit is engine.io's
// packet type, the second, in messages, socket.io's (https://github.com/socketio/socket.io-protocol).
const (
	framePing       = '2'
	frameMessage    = '4'
	packetConnect   = '0'
	packetLeave     = '1'
	packetEvent     = '2'
	packetAnswer    = '3'
	packetRefused   = '4'
	connectPrefix   = "40"
	requestPrefix   = "42"
	pongFrame       = "3"
	entriesNotice   = "chat:entriesPosted"
	websocketSuffix = "/socket.io/?EIO=4&transport=websocket"
)

// requestFrame is `42<id>["name",data]`.
func requestFrame(id int, name string, data json.RawMessage) []byte {
	frame := make([]byte, 0, len(name)+len(data)+24)
	frame = append(frame, requestPrefix...)
	frame = strconv.AppendInt(frame, int64(id), 10)
	frame = append(frame, '[')
	frame = strconv.AppendQuote(frame, name)
	frame = append(frame, ',')
	frame = append(frame, data...)
	return append(frame, ']')
}

// splitAnswer takes `<id>[payload]` apart; -1 when it is none.
func splitAnswer(rest []byte) (int, []byte) {
	bracket := bytes.IndexByte(rest, '[')
	if bracket < 0 || len(rest) < bracket+2 {
		return -1, nil
	}
	id, err := strconv.Atoi(string(rest[:bracket]))
	if err != nil {
		return -1, nil
	}
	return id, rest[bracket+1 : len(rest)-1]
}

// noticeName is the name in `["name",…]`, without a copy.
func noticeName(rest []byte) []byte {
	if len(rest) < 3 || rest[1] != '"' {
		return nil
	}
	end := bytes.IndexByte(rest[2:], '"')
	if end < 0 {
		return nil
	}
	return rest[2 : 2+end]
}

type errorBody struct {
	Code         string `json:"code"`
	RetryAfterMs int    `json:"retryAfterMs"`
}

// failureOf is nil for `{"ok":true,…}`.
func failureOf(answer []byte) *errorBody {
	if bytes.HasPrefix(answer, []byte(`{"ok":true`)) {
		return nil
	}
	var parsed struct {
		Error errorBody `json:"error"`
	}
	if json.Unmarshal(answer, &parsed) != nil || parsed.Error.Code == "" {
		return &errorBody{Code: "unreadable"}
	}
	return &parsed.Error
}

// refusalCode is the code in a connect error's `{"message":…,"data":{"code":…}}`.
func refusalCode(rest []byte) string {
	var refusal struct {
		Data errorBody `json:"data"`
	}
	_ = json.Unmarshal(rest, &refusal)
	return refusal.Data.Code
}

var (
	seqMark  = []byte(`"seq":`)
	idMark   = []byte(`"messageId":"`)
	sentMark = []byte(`"text":"@`)
)

// eachEntry reads the chat entries of a frame by their marks, in order, without parsing the JSON around them (inside a
// string the marks' quotes are escaped, so that no text can look like one). `sentUs` is 0 for what others wrote.
func eachEntry(frame []byte, take func(seq int64, messageId []byte, sentUs int64)) {
	for {
		at := bytes.Index(frame, seqMark)
		if at < 0 {
			return
		}
		frame = frame[at+len(seqMark):]
		seq, _ := number(frame)
		next := bytes.Index(frame, seqMark)
		entry := frame
		if next >= 0 {
			entry = frame[:next]
		}
		id := bytes.Index(entry, idMark)
		if id < 0 || len(entry) < id+len(idMark)+36 {
			continue
		}
		messageId := entry[id+len(idMark) : id+len(idMark)+36]
		var sentUs int64
		if text := bytes.Index(entry, sentMark); text >= 0 {
			sentUs, _ = number(entry[text+len(sentMark):])
		}
		take(seq, messageId, sentUs)
	}
}

func number(text []byte) (int64, int) {
	var value int64
	at := 0
	for at < len(text) && text[at] >= '0' && text[at] <= '9' {
		value = value*10 + int64(text[at]-'0')
		at++
	}
	return value, at
}

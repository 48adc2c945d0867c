package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"time"
)

// answerWithin is longer than the server keeps a blocking request.
const answerWithin = 12 * time.Second

var errNoLength = errors.New("no Content-Length")
var errStopped = errors.New("stopped")

// connection is one keep-alive HTTP/1.1 connection with just what is needed here: net/http costs more than the server.
type connection struct {
	host    string
	stopped *atomic.Bool // may be nil
	socket  net.Conn
	in      *bufio.Reader
	request []byte
	body    []byte
}

// discarded takes bytes that nobody looks at; written by all, read by none.
var discarded = make([]byte, 256*1024)

func (c *connection) close() {
	if c.socket != nil {
		_ = c.socket.Close()
		c.socket = nil
	}
}

func (c *connection) send(path string, rest string) error {
	if c.socket == nil {
		socket, err := net.DialTimeout("tcp", c.host, 5*time.Second)
		if err != nil {
			return err
		}
		c.socket = socket
		if c.in == nil {
			c.in = bufio.NewReaderSize(socket, 4096)
		} else {
			c.in.Reset(socket)
		}
	}
	c.request = append(c.request[:0], "GET "...)
	c.request = append(c.request, path...)
	c.request = append(c.request, rest...)
	_ = c.socket.SetDeadline(time.Now().Add(answerWithin))
	// Whoever stops sets a deadline of now; one that was set before is found here.
	if c.stopped != nil && c.stopped.Load() {
		return errStopped
	}
	_, err := c.socket.Write(c.request)
	return err
}

// head reads the status line and the headers; answers the status and the length of the body.
func (c *connection) head() (int, int, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 13 || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return 0, 0, fmt.Errorf("no HTTP: %.40q", line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, 0, err
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		if len(line) <= 2 {
			break
		}
		if (line[0] == 'C' || line[0] == 'c') && len(line) > 16 && bytes.EqualFold(line[:15], []byte("content-length:")) {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(line[15:])))
		}
	}
	if length < 0 {
		return status, 0, errNoLength
	}
	return status, length, nil
}

// get keeps at most `keep` bytes of the body, valid until the next call; answers the whole length too.
func (c *connection) get(path, rest string, keep int) (status int, kept []byte, length int, err error) {
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if err = c.send(path, rest); err != nil {
		return
	}
	if status, length, err = c.head(); err != nil {
		return
	}
	if keep > length {
		keep = length
	}
	if cap(c.body) < keep {
		c.body = make([]byte, keep+keep/2)
	}
	kept = c.body[:keep]
	if _, err = io.ReadFull(c.in, kept); err != nil {
		return
	}
	for left := length - keep; left > 0; {
		room := left
		if room > len(discarded) {
			room = len(discarded)
		}
		count, e := c.in.Read(discarded[:room])
		if e != nil {
			err = e
			return
		}
		left -= count
	}
	return
}

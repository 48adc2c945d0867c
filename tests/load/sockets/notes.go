package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// notes is a file that says, one JSON line each and in order, what every socket wrote, saw acknowledged and was
// delivered, and when its page was closed: for a truth keeper that compares clients with each other and with the database.
type notes struct {
	mutex sync.Mutex
	file  *os.File
	out   *bufio.Writer
}

func openNotes(path string) (*notes, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	made := &notes{file: file, out: bufio.NewWriterSize(file, 1<<16)}
	go func() {
		for range time.Tick(100 * time.Millisecond) {
			made.flush()
		}
	}()
	return made, nil
}

func (n *notes) flush() {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	_ = n.out.Flush()
}

// note is one line; `seq` 0: it has no number yet. Nothing when the group keeps no notes.
func (socket *Socket) note(kind, messageId string, seq int64) {
	n := socket.group.notes
	if n == nil {
		return
	}
	client, _ := json.Marshal(fmt.Sprintf("socket %d of %s", socket.index, socket.group.options.Name))
	n.mutex.Lock()
	defer n.mutex.Unlock()
	fmt.Fprintf(n.out, `{"type":"%s","client":%s,"chat":"%s","messageId":"%s"`, kind, client, socket.group.chatId, messageId)
	if seq > 0 {
		fmt.Fprintf(n.out, `,"seq":%d`, seq)
	}
	_, _ = n.out.WriteString("}\n")
}

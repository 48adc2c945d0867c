package main

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/stun"
)

const (
	checkEvery   = 50 * time.Millisecond
	checkTimeout = 15 * time.Second
	// RFC 7675 5.1.
	consentEvery = 5 * time.Second
)

// The controlling side of ICE towards one address of a server: it asks and nominates at once, and answers what it is asked.
type connectivity struct {
	localFragment, localPassword string

	lock                           sync.Mutex
	remoteFragment, remotePassword string
	answered                       chan struct{}
	isAnswered                     bool
	tieBreaker                     uint64
}

func newConnectivity(usernameFragment, password string) *connectivity {
	return &connectivity{
		localFragment: randomHex(4), localPassword: randomHex(12), remoteFragment: usernameFragment, remotePassword: password,
		answered: make(chan struct{}), tieBreaker: uint64(time.Now().UnixNano()),
	}
}

func (check *connectivity) restart(usernameFragment, password string) {
	check.lock.Lock()
	defer check.lock.Unlock()
	check.remoteFragment, check.remotePassword = usernameFragment, password
	check.answered, check.isAnswered = make(chan struct{}), false
}

// run asks until the server answers.
func (check *connectivity) run(wire wire, done chan struct{}) error {
	check.lock.Lock()
	answered := check.answered
	check.lock.Unlock()
	deadline := time.After(checkTimeout)
	wait := checkEvery
	for {
		_ = check.ask(wire)
		select {
		case <-answered:
			return nil
		case <-done:
			return errors.New("closed")
		case <-deadline:
			return errors.New("ICE: no answer")
		case <-time.After(wait):
			if wait < 10*checkEvery {
				wait *= 2
			}
		}
	}
}

func (check *connectivity) ask(wire wire) error {
	check.lock.Lock()
	username := fmt.Sprintf("%s:%s", check.remoteFragment, check.localFragment)
	password := check.remotePassword
	check.lock.Unlock()
	priority := []byte{0x6e, 0x7f, 0x1e, 0xff}
	tie := make([]byte, 8)
	for i := range tie {
		tie[i] = byte(check.tieBreaker >> (8 * i))
	}
	message, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(username),
		stun.RawAttribute{Type: stun.AttrICEControlling, Value: tie},
		stun.RawAttribute{Type: stun.AttrPriority, Value: priority},
		stun.RawAttribute{Type: stun.AttrUseCandidate},
		stun.NewShortTermIntegrity(password), stun.Fingerprint)
	if err != nil {
		return err
	}
	return wire.write(message.Raw)
}

func (check *connectivity) handle(wire wire, packet []byte) {
	message := &stun.Message{Raw: append([]byte{}, packet...)}
	if err := message.Decode(); err != nil {
		return
	}
	switch message.Type {
	case stun.BindingSuccess:
		check.lock.Lock()
		if !check.isAnswered {
			check.isAnswered = true
			close(check.answered)
		}
		check.lock.Unlock()
	case stun.BindingRequest:
		answer, err := stun.Build(stun.NewTransactionIDSetter(message.TransactionID), stun.BindingSuccess,
			wire.remoteAddress(), stun.NewShortTermIntegrity(check.localPassword), stun.Fingerprint)
		if err == nil {
			_ = wire.write(answer.Raw)
		}
	}
}

// A load client for WebRTC: many receiving peers, presenters and plain RTP sources in one small process.
//
// It speaks JSON lines: requests on stdin ({"op", "n", …}), on stdout one answer each ({"n", "ok", …} or {"n", "error"})
// and events ({"event", …}). ICE, DTLS and SRTP are only what a server's one port needs, so that reading a packet costs
// less than sending it does. Ends when stdin does.
package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/pion/dtls/v2/pkg/crypto/fingerprint"
	"github.com/pion/dtls/v2/pkg/crypto/selfsign"
)

type request struct {
	N         int      `json:"n"`
	Op        string   `json:"op"`
	ID        string   `json:"id"`
	Group     string   `json:"group"`
	SDP       string   `json:"sdp"`
	Protocol  string   `json:"protocol"` // udp, tcp
	Profiles  []string `json:"profiles"` // gcm, cm80
	Decrypt   string   `json:"decrypt"`  // all, first (until the first picture)
	ReportMs  int      `json:"reportMs"` // receiver reports; 0: none
	UsernameF string   `json:"usernameFragment"`
	Password  string   `json:"password"`
	Send      []track  `json:"send"`
	Streams   []stream `json:"streams"`
	SSRC      uint32   `json:"ssrc"`
}

var (
	out         = json.NewEncoder(os.Stdout)
	outLock     sync.Mutex
	certificate tls.Certificate
	peers       = map[string]*peer{}
	peersLock   sync.Mutex
	sources     = map[string]*source{}
)

func say(message map[string]interface{}) {
	outLock.Lock()
	defer outLock.Unlock()
	_ = out.Encode(message)
}

// nowMs is the wall clock in milliseconds, with fractions: what a driver on this machine can compare with its own.
func nowMs() float64 { return float64(time.Now().UnixNano()) / 1e6 }

func cpuSeconds() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func main() {
	debug.SetGCPercent(400)
	var err error
	if certificate, err = selfsign.GenerateSelfSigned(); err != nil {
		panic(err)
	}
	go keepAlive()
	say(map[string]interface{}{"event": "ready", "fingerprint": ownFingerprint(), "procs": runtime.GOMAXPROCS(0)})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 1<<20), 1<<24)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			say(map[string]interface{}{"event": "bad", "error": err.Error()})
			continue
		}
		answer, err := do(asked)
		if answer == nil {
			answer = map[string]interface{}{}
		}
		answer["n"] = asked.N
		answer["ok"] = err == nil
		if err != nil {
			answer["error"] = err.Error()
		}
		say(answer)
	}
}

func ownFingerprint() string {
	value, err := fingerprint.Fingerprint(certificate.Leaf, 5) // crypto.SHA256
	if err != nil {
		panic(err)
	}
	return value
}

func do(asked request) (map[string]interface{}, error) {
	switch asked.Op {
	case "offer":
		created, answer, err := openPeer(asked)
		if err != nil {
			return nil, err
		}
		return map[string]interface{}{"sdp": answer, "id": created.id, "localPort": created.localPort()}, nil
	case "restartIce":
		one, err := findPeer(asked.ID)
		if err == nil {
			one.restartIce(asked.UsernameF, asked.Password)
		}
		return nil, err
	case "pli":
		for _, one := range findPeers(asked) {
			one.sendPli()
		}
		return nil, nil
	case "reset":
		for _, one := range findPeers(asked) {
			one.reset()
		}
		resetLatency(asked.Group)
		return nil, nil
	case "stats":
		return stats(asked), nil
	case "close":
		for _, one := range findPeers(asked) {
			one.close()
		}
		return nil, nil
	case "source":
		return openSource(asked)
	case "keyFrame":
		if one, ok := sources[asked.ID]; ok {
			one.requestKeyFrame(asked.SSRC)
		}
		return nil, nil
	case "closeSource":
		if one, ok := sources[asked.ID]; ok {
			one.close()
			delete(sources, asked.ID)
		}
		return nil, nil
	}
	return nil, fmt.Errorf("no such op: %s", asked.Op)
}

func findPeer(id string) (*peer, error) {
	peersLock.Lock()
	defer peersLock.Unlock()
	if one, ok := peers[id]; ok {
		return one, nil
	}
	return nil, fmt.Errorf("no such peer: %s", id)
}

// findPeers gives the one named by id, or those of the group, or all.
func findPeers(asked request) []*peer {
	peersLock.Lock()
	defer peersLock.Unlock()
	found := []*peer{}
	for id, one := range peers {
		if (asked.ID == "" || asked.ID == id) && (asked.Group == "" || asked.Group == one.group) {
			found = append(found, one)
		}
	}
	return found
}

func stats(asked request) map[string]interface{} {
	list := []map[string]interface{}{}
	for _, one := range findPeers(asked) {
		list = append(list, one.stats())
	}
	sent := map[string]interface{}{}
	for id, one := range sources {
		sent[id] = one.stats()
	}
	return map[string]interface{}{
		"atMs": nowMs(), "cpuSeconds": cpuSeconds(), "peers": list, "sources": sent, "latency": latencyOf(asked.Group),
	}
}

package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/pion/dtls/v2"
	"github.com/pion/dtls/v2/pkg/crypto/elliptic"
	"github.com/pion/srtp/v2"
)

const (
	handshakeTimeout = 20 * time.Second
	// As browsers do: the server may hear of us after our first flight has come.
	flightInterval = 50 * time.Millisecond
	maxDatagram    = 2048
	// Once its picture is there a viewer reads what has gathered: to be woken for each packet costs both sides most. The
	// kernel says when each came.
	gatherTime = 20 * time.Millisecond
)

// One ICE-DTLS-SRTP session on a socket of its own.
type peer struct {
	id, group string
	offer     *remote
	wire      wire
	check     *connectivity
	toDtls    net.Conn // our end of the pipe under DTLS
	send      []track
	decrypt   string
	reportMs  float64

	lock       sync.Mutex
	receive    *srtp.Context
	transmit   *srtp.Context
	profile    string
	state      string // checking, connecting, connected, failed, closed
	openedMs   float64
	connectMs  float64 // when DTLS was done
	counts     *counts
	payload    []byte
	reportedMs float64
	publishers []*publisher
	failure    string
	done       chan struct{}
}

func openPeer(asked request) (*peer, string, error) {
	if _, err := findPeer(asked.ID); err == nil {
		return nil, "", fmt.Errorf("peer exists: %s", asked.ID)
	}
	offer, err := parseSdp(asked.SDP)
	if err != nil {
		return nil, "", err
	}
	protocol := asked.Protocol
	if protocol == "" {
		protocol = "udp"
	}
	target, err := offer.pick(protocol)
	if err != nil {
		return nil, "", err
	}
	wire, err := dialWire(protocol, target.address)
	if err != nil {
		return nil, "", err
	}
	one := &peer{
		id: asked.ID, group: asked.Group, offer: offer, wire: wire, send: asked.Send,
		decrypt: asked.Decrypt, reportMs: float64(asked.ReportMs), state: "checking", openedMs: nowMs(),
		payload: make([]byte, maxDatagram), done: make(chan struct{}),
	}
	one.counts = newCounts(offer)
	one.check = newConnectivity(offer.usernameFragment, offer.password)
	peersLock.Lock()
	peers[one.id] = one
	peersLock.Unlock()
	inside, outside := net.Pipe()
	one.toDtls = inside
	go one.carryDtls()
	go one.read()
	go one.connect(outside, asked.Profiles)
	return one, writeAnswer(offer, one.check.localFragment, one.check.localPassword, asked.Send), nil
}

func (one *peer) localPort() int {
	_, port, _ := net.SplitHostPort(one.wire.localAddress())
	number := 0
	_, _ = fmt.Sscan(port, &number)
	return number
}

func (one *peer) connect(conn net.Conn, profiles []string) {
	if err := one.check.run(one.wire, one.done); err != nil {
		one.fail(err)
		return
	}
	one.setState("connecting")
	offered := []dtls.SRTPProtectionProfile{}
	for _, name := range profiles {
		if name == "cm80" {
			offered = append(offered, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
		}
		if name == "gcm" {
			offered = append(offered, dtls.SRTP_AEAD_AES_128_GCM)
		}
	}
	if len(offered) == 0 {
		offered = append(offered, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	session, err := dtls.ClientWithContext(ctx, conn, &dtls.Config{
		Certificates:           []tls.Certificate{certificate},
		InsecureSkipVerify:     true,
		SRTPProtectionProfiles: offered,
		FlightInterval:         flightInterval,
		EllipticCurves:         []elliptic.Curve{elliptic.X25519, elliptic.P256},
	})
	if err != nil {
		one.fail(fmt.Errorf("DTLS: %w", err))
		return
	}
	if err := one.useKeys(session); err != nil {
		one.fail(err)
		return
	}
	one.setState("connected")
	one.startSending()
}

func (one *peer) useKeys(session *dtls.Conn) error {
	chosen, ok := session.SelectedSRTPProtectionProfile()
	if !ok {
		return fmt.Errorf("the server chose no SRTP profile")
	}
	config := &srtp.Config{Profile: srtp.ProtectionProfile(chosen)}
	state := session.ConnectionState()
	if err := config.ExtractSessionKeysFromDTLS(&state, true); err != nil {
		return err
	}
	keys := config.Keys
	receive, err := srtp.CreateContext(keys.RemoteMasterKey, keys.RemoteMasterSalt, config.Profile, srtp.SRTPNoReplayProtection(), srtp.SRTCPNoReplayProtection())
	if err != nil {
		return err
	}
	transmit, err := srtp.CreateContext(keys.LocalMasterKey, keys.LocalMasterSalt, config.Profile)
	if err != nil {
		return err
	}
	one.lock.Lock()
	defer one.lock.Unlock()
	one.receive, one.transmit = receive, transmit
	one.connectMs = nowMs()
	one.profile = "gcm"
	if chosen == dtls.SRTP_AES128_CM_HMAC_SHA1_80 {
		one.profile = "cm80"
	}
	return nil
}

// carryDtls takes what DTLS writes to the wire.
func (one *peer) carryDtls() {
	buffer := make([]byte, 8192)
	for {
		n, err := one.toDtls.Read(buffer)
		if err != nil {
			return
		}
		_ = one.wire.write(buffer[:n])
	}
}

func (one *peer) read() {
	for {
		packets, err := one.wire.read()
		if err != nil {
			one.fail(err)
			return
		}
		one.lock.Lock()
		var handshake [][]byte
		for _, came := range packets {
			packet := came.bytes
			if len(packet) < 8 {
				continue
			}
			switch first := packet[0]; {
			case first < 4:
				one.check.handle(one.wire, packet)
			case first >= 20 && first < 64:
				handshake = append(handshake, append([]byte{}, packet...))
			case first >= 128 && first < 192:
				one.handleMedia(packet, came.atMs)
			}
		}
		isWatching := one.counts.picture.firstMs != 0 && len(one.send) == 0
		one.lock.Unlock()
		for _, packet := range handshake {
			_, _ = one.toDtls.Write(packet)
		}
		if isWatching {
			time.Sleep(gatherTime)
		}
	}
}

func (one *peer) setState(state string) {
	one.lock.Lock()
	if one.state == "closed" || one.state == "failed" {
		one.lock.Unlock()
		return
	}
	one.state = state
	profile, connectMs, openedMs := one.profile, one.connectMs, one.openedMs
	one.lock.Unlock()
	event := map[string]interface{}{"event": "state", "id": one.id, "state": state}
	if state == "connected" {
		event["profile"], event["afterMs"], event["atMs"] = profile, connectMs-openedMs, connectMs
	}
	say(event)
}

func (one *peer) fail(err error) {
	one.lock.Lock()
	if one.state == "closed" || one.state == "failed" {
		one.lock.Unlock()
		return
	}
	one.state, one.failure = "failed", err.Error()
	one.lock.Unlock()
	one.end()
	say(map[string]interface{}{"event": "state", "id": one.id, "state": "failed", "error": err.Error()})
}

func (one *peer) close() {
	one.lock.Lock()
	wasOpen := one.state != "closed" && one.state != "failed"
	one.state = "closed"
	one.lock.Unlock()
	if wasOpen {
		one.end()
	}
	peersLock.Lock()
	delete(peers, one.id)
	peersLock.Unlock()
}

func (one *peer) end() {
	close(one.done)
	_ = one.toDtls.Close()
	one.wire.close()
}

func (one *peer) restartIce(usernameFragment, password string) {
	one.check.restart(usernameFragment, password)
	go func() { _ = one.check.run(one.wire, one.done) }()
}

func randomHex(bytes int) string {
	buffer := make([]byte, bytes)
	_, _ = rand.Read(buffer)
	return hex.EncodeToString(buffer)
}

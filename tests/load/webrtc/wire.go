package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/pion/stun"
	"golang.org/x/net/ipv4"
)

const (
	// A key frame comes at once: packets that are read with one call.
	batchSize     = 16
	receiveBuffer = 1 << 20
	dialTimeout   = 5 * time.Second
)

// A peer's socket: datagrams of UDP, or RFC 4571 frames of TCP.
type wire interface {
	// read waits for datagrams, valid until the next call.
	read() ([][]byte, error)
	write(packet []byte) error
	localAddress() string
	remoteAddress() *stun.XORMappedAddress
	close()
}

func dialWire(protocol, address string) (wire, error) {
	if protocol == "tcp" {
		conn, err := net.DialTimeout("tcp", address, dialTimeout)
		if err != nil {
			return nil, err
		}
		return &tcpWire{conn: conn, reader: bufio.NewReaderSize(conn, 1<<16), buffer: make([]byte, 1<<16)}, nil
	}
	conn, err := net.Dial("udp", address)
	if err != nil {
		return nil, err
	}
	udp := conn.(*net.UDPConn)
	_ = udp.SetReadBuffer(receiveBuffer)
	one := &udpWire{conn: udp, batch: ipv4.NewPacketConn(udp), messages: make([]ipv4.Message, batchSize)}
	for i := range one.messages {
		one.messages[i].Buffers = [][]byte{make([]byte, maxDatagram)}
	}
	one.packets = make([][]byte, 0, batchSize)
	return one, nil
}

type udpWire struct {
	conn     *net.UDPConn
	batch    *ipv4.PacketConn
	messages []ipv4.Message
	packets  [][]byte
}

func (one *udpWire) read() ([][]byte, error) {
	for {
		n, err := one.batch.ReadBatch(one.messages, 0)
		if err != nil {
			// The server is gone for a moment (ICMP): it may come back.
			if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) {
				time.Sleep(10 * time.Millisecond)
				continue
			}
			return nil, err
		}
		one.packets = one.packets[:0]
		for i := 0; i < n; i++ {
			one.packets = append(one.packets, one.messages[i].Buffers[0][:one.messages[i].N])
		}
		return one.packets, nil
	}
}

func (one *udpWire) write(packet []byte) error {
	_, err := one.conn.Write(packet)
	return err
}

func (one *udpWire) localAddress() string { return one.conn.LocalAddr().String() }
func (one *udpWire) close()               { _ = one.conn.Close() }
func (one *udpWire) remoteAddress() *stun.XORMappedAddress {
	address := one.conn.RemoteAddr().(*net.UDPAddr)
	return &stun.XORMappedAddress{IP: address.IP, Port: address.Port}
}

type tcpWire struct {
	conn   net.Conn
	reader *bufio.Reader
	buffer []byte
	lock   sync.Mutex
}

func (one *tcpWire) read() ([][]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(one.reader, head[:]); err != nil {
		return nil, err
	}
	packet := one.buffer[:binary.BigEndian.Uint16(head[:])]
	if _, err := io.ReadFull(one.reader, packet); err != nil {
		return nil, err
	}
	return [][]byte{packet}, nil
}

func (one *tcpWire) write(packet []byte) error {
	framed := make([]byte, 2+len(packet))
	binary.BigEndian.PutUint16(framed, uint16(len(packet)))
	copy(framed[2:], packet)
	one.lock.Lock()
	defer one.lock.Unlock()
	_, err := one.conn.Write(framed)
	return err
}

func (one *tcpWire) localAddress() string { return one.conn.LocalAddr().String() }
func (one *tcpWire) close()               { _ = one.conn.Close() }
func (one *tcpWire) remoteAddress() *stun.XORMappedAddress {
	address := one.conn.RemoteAddr().(*net.TCPAddr)
	return &stun.XORMappedAddress{IP: address.IP, Port: address.Port}
}

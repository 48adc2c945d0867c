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
	// Packets that are read with one call.
	batchSize     = 32
	receiveBuffer = 1 << 20
	dialTimeout   = 5 * time.Second
)

type datagram struct {
	bytes []byte
	atMs  float64
}

// A peer's socket: datagrams of UDP, or RFC 4571 frames of TCP.
type wire interface {
	// read waits for datagrams, valid until the next call, and gives when each of them came.
	read() ([]datagram, error)
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
		one.messages[i].OOB = make([]byte, stampSpace)
	}
	one.packets = make([]datagram, 0, batchSize)
	if raw, err := udp.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
		})
	}
	return one, nil
}

type udpWire struct {
	conn     *net.UDPConn
	batch    *ipv4.PacketConn
	messages []ipv4.Message
	packets  []datagram
}

// A cmsghdr and a timespec on 64-bit Linux.
const stampSpace = 32

// stampOf gives when the kernel took the datagram in, so that reading late is not counted as latency.
func stampOf(control []byte) float64 {
	if len(control) < stampSpace || binary.LittleEndian.Uint32(control[12:]) != syscall.SO_TIMESTAMPNS {
		return nowMs()
	}
	return float64(binary.LittleEndian.Uint64(control[16:]))*1e3 + float64(binary.LittleEndian.Uint64(control[24:]))/1e6
}

func (one *udpWire) read() ([]datagram, error) {
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
			message := &one.messages[i]
			one.packets = append(one.packets, datagram{message.Buffers[0][:message.N], stampOf(message.OOB[:message.NN])})
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

func (one *tcpWire) read() ([]datagram, error) {
	var head [2]byte
	if _, err := io.ReadFull(one.reader, head[:]); err != nil {
		return nil, err
	}
	packet := one.buffer[:binary.BigEndian.Uint16(head[:])]
	if _, err := io.ReadFull(one.reader, packet); err != nil {
		return nil, err
	}
	return []datagram{{packet, nowMs()}}, nil
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

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"net"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// follower follows one rendition at the live edge, and comes back by itself whatever happens.
type follower struct {
	load *load
	connection
	folder, name, rest string

	at        place // the newest part that was fetched
	isStarted bool
	msnSeen   int // highest segment of which the playlist told
	endMs     map[int]float64
	pictureMs map[int]float64 // end of the last segment up to this one that is no gap
	beganAt   time.Time

	newestAt   time.Time // arrival of the newest part
	longestGap time.Duration
}

func newFollower(l *load, address *url.URL, name string) *follower {
	return &follower{
		load:       l,
		connection: connection{host: address.Host, stopped: &l.isStopped},
		folder:     address.Path + "/",
		name:       name,
		rest:       " HTTP/1.1\r\nHost: " + address.Host + "\r\nUser-Agent: hls-load\r\nAccept: */*\r\n\r\n",
		msnSeen:    -1,
		endMs:      map[int]float64{},
		pictureMs:  map[int]float64{},
	}
}

func (f *follower) run(delay time.Duration) {
	if !f.load.sleep(delay) {
		return
	}
	f.beganAt = time.Now()
	// Its own reads end when the load does.
	done := make(chan struct{})
	go func() {
		select {
		case <-f.load.stop:
			if socket := f.socket; socket != nil {
				_ = socket.SetDeadline(time.Now())
			}
		case <-done:
		}
	}()
	defer close(done)
	defer f.close()
	query := ""
	for !f.load.isStopped.Load() {
		wish, pause := f.reload(query)
		query = wish
		if pause > 0 && !f.load.sleep(pause) {
			return
		}
	}
}

// reload fetches the playlist and what is new in it. Answers the next query, and how long to wait before it.
func (f *follower) reload(query string) (string, time.Duration) {
	status, body, length, err := f.get(f.folder+f.name+".m3u8"+query, f.rest, 1<<22)
	arrived := time.Now()
	if !f.note(status, length, err) {
		return "", retryAfter()
	}
	if status != 200 {
		return "", retryAfter()
	}
	from := f.at
	if !f.isStarted {
		from = place{-1, -1}
	}
	list := readPlaylist(body, from, func(msn int) float64 { return f.endMs[msn] })
	if len(list.segments) == 0 {
		return "", retryAfter()
	}
	f.check(list)
	if !f.take(list, arrived) {
		return "", retryAfter()
	}
	if list.isEnded {
		f.load.stats.ended.Add(1)
		<-f.load.stop
		return "", 0
	}
	return f.nextQuery(list), 0
}

// Dates are written in whole milliseconds, lengths in microseconds.
const roundingMs = 1.5

// check counts discontinuities, holes in time (gaps that the playlist owns to are holes too) and steps back: of the sequence (a playlist that ends before one that was
// seen) and of dates (a segment that begins before the end of the one before it).
func (f *follower) check(list playlist) {
	s := f.load.stats
	last := list.segments[len(list.segments)-1]
	if last.msn < f.msnSeen {
		s.stepsBack.Add(1)
		f.msnSeen = last.msn
	}
	for _, segment := range list.segments {
		isNew := f.isStarted && segment.msn > f.msnSeen
		isDated := isNew && segment.startMs > 0
		if before := f.endMs[segment.msn-1]; isDated && before > 0 && segment.startMs < before-roundingMs {
			s.datesBack.Add(1)
		}
		before := f.pictureMs[segment.msn-1]
		if isDated && !segment.isGap && before > 0 && segment.startMs > before+roundingMs {
			s.hole(segment.startMs - before)
		}
		if isNew && segment.isDiscontinuity {
			s.discontinuities.Add(1)
		}
		if isNew && segment.isGap {
			s.gapSegments.Add(1)
		}
		if segment.endMs > 0 {
			f.endMs[segment.msn] = segment.endMs
		}
		if segment.isGap {
			f.pictureMs[segment.msn] = f.pictureMs[segment.msn-1]
		} else {
			f.pictureMs[segment.msn] = f.endMs[segment.msn]
		}
		if segment.msn > f.msnSeen {
			f.msnSeen = segment.msn
		}
	}
	for msn := range f.endMs {
		if msn < last.msn-20 {
			delete(f.endMs, msn)
			delete(f.pictureMs, msn)
		}
	}
}

// take fetches what is new; false when something of it could not be had.
func (f *follower) take(list playlist, arrived time.Time) bool {
	if !f.isStarted {
		if len(list.parts) == 0 {
			last := list.segments[len(list.segments)-1]
			f.at, f.isStarted = place{last.msn, 1 << 20}, true
			return true
		}
		newest := list.parts[len(list.parts)-1]
		if !f.fetch(newest.file, arrived) {
			return false
		}
		f.at, f.isStarted = newest.at, true
		f.load.stats.start.add(time.Since(f.beganAt))
		return true
	}
	firstPart := 1 << 30
	if len(list.parts) > 0 {
		firstPart = list.parts[0].at.msn
	}
	for _, segment := range list.segments {
		if !segment.isWhole || segment.isGap || segment.msn <= f.at.msn || segment.msn >= firstPart {
			continue
		}
		// It was away for so long that parts of it are listed no more.
		f.load.stats.wholeSegments.Add(1)
		if !f.fetch(segment.file, arrived) {
			return false
		}
		f.at = place{segment.msn, 1 << 20}
	}
	for _, part := range list.parts {
		if !f.fetch(part.file, arrived) {
			return false
		}
		f.at = part.at
	}
	return true
}

func (f *follower) fetch(file string, listedAt time.Time) bool {
	begin := time.Now()
	status, head, length, err := f.get(f.folder+file, f.rest, 64)
	now := time.Now()
	if !f.note(status, length, err) || status != 200 {
		return false
	}
	s := f.load.stats
	s.parts.Add(1)
	s.fetch.add(now.Sub(begin))
	if told, ok := toldAt(head); ok {
		s.release.add(listedAt.Sub(told))
	}
	s.mutex.Lock()
	if !f.newestAt.IsZero() {
		if gap := now.Sub(f.newestAt); gap > f.longestGap {
			f.longestGap = gap
		}
	}
	f.newestAt = now
	s.mutex.Unlock()
	return true
}

// toldAt reads the instant (ms since the epoch) that a made-up part carries at its beginning: `[told:…]`.
func toldAt(head []byte) (time.Time, bool) {
	if !bytes.HasPrefix(head, []byte("[told:")) {
		return time.Time{}, false
	}
	end := bytes.IndexByte(head, ']')
	if end < 0 {
		return time.Time{}, false
	}
	ms, err := strconv.ParseFloat(string(head[6:end]), 64)
	return time.UnixMicro(int64(ms * 1000)), err == nil
}

func (f *follower) nextQuery(list playlist) string {
	msn, part := f.at.msn, f.at.part+1
	for _, segment := range list.segments {
		if segment.isWhole && segment.msn >= msn {
			msn, part = segment.msn+1, 0
		}
	}
	return fmt.Sprintf("?_HLS_msn=%d&_HLS_part=%d&_HLS_skip=YES", msn, part)
}

// note counts a request; false when no whole answer came.
func (f *follower) note(status, length int, err error) bool {
	s := f.load.stats
	if err == nil {
		s.answered(status, length)
		return true
	}
	if f.load.isStopped.Load() {
		return false
	}
	s.failed(nameOf(err))
	return false
}

func nameOf(err error) string {
	var network net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.As(err, &network) && network.Timeout():
		return "timeout"
	case errors.Is(err, errNoLength):
		return "noLength"
	default:
		return "cut"
	}
}

// retryAfter is a player's pause after a failure, with jitter so that not all come back at once.
func retryAfter() time.Duration {
	return time.Duration(300+rand.Intn(700)) * time.Millisecond
}

package main

// What one peer was sent, by kind. Guarded by the peer's lock.
type counts struct {
	kinds    map[string]*kindCounts // audio, video, rtx
	byType   [128]*kindCounts       // by payload type
	streams  map[uint32]*sequence
	rtcp     int
	picture  pictureWatch
	sinceMs  float64
	requests keyFrameRequests
}

// Key frames that the server asked of this peer, a presenter.
type keyFrameRequests struct{ pli, fir int }

type kindCounts struct {
	kind           string
	packets, bytes int
	frames         int
	firstMs        float64
	lastMs         float64
	longestGapMs   float64
}

func newCounts(offer *remote) *counts {
	all := &counts{kinds: map[string]*kindCounts{}, streams: map[uint32]*sequence{}, sinceMs: nowMs()}
	for _, kind := range []string{"audio", "video", "rtx"} {
		all.kinds[kind] = &kindCounts{kind: kind}
	}
	for _, media := range offer.media {
		for payloadType, codec := range media.codecs {
			kind := media.kind
			if codec == "rtx" {
				kind = "rtx"
			}
			if all.kinds[kind] != nil {
				all.byType[payloadType&0x7f] = all.kinds[kind]
			}
		}
	}
	return all
}

func (kind *kindCounts) count(bytes int, atMs float64) {
	kind.packets++
	kind.bytes += bytes
	if kind.firstMs == 0 {
		kind.firstMs = atMs
	}
	if kind.lastMs != 0 && atMs-kind.lastMs > kind.longestGapMs {
		kind.longestGapMs = atMs - kind.lastMs
	}
	kind.lastMs = atMs
}

// reset forgets the numbers; what is sent goes on in its sequence.
func (all *counts) reset(atMs float64) {
	all.sinceMs, all.rtcp, all.requests = atMs, 0, keyFrameRequests{}
	for _, kind := range all.kinds {
		last := kind.lastMs
		*kind = kindCounts{kind: kind.kind}
		if last != 0 {
			kind.lastMs = atMs
		}
	}
	for ssrc, one := range all.streams {
		all.streams[ssrc] = &sequence{kind: one.kind, isBegun: one.isBegun, highest: one.highest, base: one.highest + 1}
	}
}

// How many sequence numbers of one stream came, twice came, never came (RFC 3550 A.1, for a window of 1,024).
type sequence struct {
	kind                           *kindCounts
	isBegun                        bool
	base, highest                  int64
	received, duplicated, disorder int
	seen                           [windowSize / 64]uint64
}

const windowSize = 1024

// add says whether the packet is new.
func (one *sequence) add(number uint16) bool {
	if !one.isBegun {
		one.isBegun, one.base, one.highest = true, int64(number), int64(number)
		one.mark(one.highest)
		one.received = 1
		return true
	}
	extended := one.highest + int64(int16(number-uint16(one.highest)))
	switch {
	case extended > one.highest:
		if extended-one.highest >= windowSize {
			one.seen = [windowSize / 64]uint64{}
		} else {
			for at := one.highest + 1; at < extended; at++ {
				one.unmark(at)
			}
		}
		one.highest = extended
		one.mark(extended)
	case one.highest-extended >= windowSize || extended < one.base:
		return false
	case one.isMarked(extended):
		one.duplicated++
		return false
	default:
		one.disorder++
		one.mark(extended)
	}
	one.received++
	return true
}

func (one *sequence) lost() int {
	missing := int(one.highest-one.base) + 1 - one.received
	if !one.isBegun || missing < 0 {
		return 0
	}
	return missing
}

func (one *sequence) place(at int64) (int, uint64) {
	place := at & (windowSize - 1)
	return int(place / 64), 1 << (uint64(place) % 64)
}
func (one *sequence) mark(at int64)   { word, bit := one.place(at); one.seen[word] |= bit }
func (one *sequence) unmark(at int64) { word, bit := one.place(at); one.seen[word] &^= bit }
func (one *sequence) isMarked(at int64) bool {
	word, bit := one.place(at)
	return one.seen[word]&bit != 0
}

func (one *peer) reset() {
	one.lock.Lock()
	defer one.lock.Unlock()
	one.counts.reset(nowMs())
}

func (one *peer) stats() map[string]interface{} {
	one.lock.Lock()
	defer one.lock.Unlock()
	at := nowMs()
	answer := map[string]interface{}{
		"id": one.id, "group": one.group, "state": one.state, "profile": one.profile, "failure": one.failure,
		"openedAtMs": one.openedMs, "connectedAtMs": one.connectMs, "firstPictureAtMs": one.counts.picture.firstMs,
		"pictures": one.counts.picture.keyFrames, "rtcpPackets": one.counts.rtcp,
		"pliReceived": one.counts.requests.pli, "firReceived": one.counts.requests.fir,
	}
	for name, kind := range one.counts.kinds {
		gap := kind.longestGapMs
		if kind.lastMs != 0 && at-kind.lastMs > gap {
			gap = at - kind.lastMs
		}
		lost, duplicated, disorder, streams := 0, 0, 0, 0
		for _, stream := range one.counts.streams {
			if stream.kind == kind {
				lost, duplicated, disorder = lost+stream.lost(), duplicated+stream.duplicated, disorder+stream.disorder
				streams++
			}
		}
		answer[name] = map[string]interface{}{
			"packets": kind.packets, "bytes": kind.bytes, "lost": lost, "duplicated": duplicated, "reordered": disorder,
			"frames": kind.frames, "firstAtMs": kind.firstMs, "lastAtMs": kind.lastMs, "longestGapMs": gap, "streams": streams,
		}
	}
	sent := []map[string]interface{}{}
	for _, publisher := range one.publishers {
		sent = append(sent, publisher.stats())
	}
	answer["sent"] = sent
	return answer
}

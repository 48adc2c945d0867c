package main

import (
	"bytes"
	"strconv"
	"time"
)

// place is a part's or a segment's: part -1 is the whole segment.
type place struct{ msn, part int }

func (a place) after(b place) bool { return a.msn > b.msn || (a.msn == b.msn && a.part > b.part) }

type listedPart struct {
	at   place
	file string
}

type listedSegment struct {
	msn             int
	file            string
	startMs, endMs  float64 // since the epoch; 0 while unknown
	isDiscontinuity bool
	isGap           bool
	isWhole         bool
}

type playlist struct {
	firstMsn int
	segments []listedSegment // the last one may be in the making
	parts    []listedPart
	isEnded  bool
}

// placeOf reads `run-rendition-msn[-part].m4s`, the names that this product gives.
func placeOf(file []byte) (place, bool) {
	end := bytes.LastIndexByte(file, '.')
	if end < 0 {
		return place{}, false
	}
	fields := bytes.Split(file[:end], []byte("-"))
	if len(fields) < 3 {
		return place{}, false
	}
	msn, err := strconv.Atoi(string(fields[2]))
	if err != nil {
		return place{}, false
	}
	part := -1
	if len(fields) > 3 {
		if part, err = strconv.Atoi(string(fields[3])); err != nil {
			return place{}, false
		}
	}
	return place{msn, part}, true
}

func quotedAfter(line []byte, key string) []byte {
	at := bytes.Index(line, []byte(key))
	if at < 0 {
		return nil
	}
	rest := line[at+len(key):]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return nil
	}
	return rest[:end]
}

func numberAfter(line []byte, key string) float64 {
	at := bytes.Index(line, []byte(key))
	if at < 0 {
		return 0
	}
	rest := line[at+len(key):]
	if end := bytes.IndexAny(rest, ",\r"); end >= 0 {
		rest = rest[:end]
	}
	value, _ := strconv.ParseFloat(string(rest), 64)
	return value
}

// readPlaylist takes parts after `from` only. `endMsOf` gives the end of a segment that an earlier playlist dated.
func readPlaylist(body []byte, from place, endMsOf func(msn int) float64) playlist {
	var list playlist
	msn := 0
	var next listedSegment
	lengthSeconds := 0.0
	partsSeconds := 0.0
	begun := false
	finish := func(isWhole bool, file string) {
		next.msn, next.isWhole, next.file = msn, isWhole, file
		if next.startMs == 0 {
			if count := len(list.segments); count > 0 {
				next.startMs = list.segments[count-1].endMs
			} else {
				next.startMs = endMsOf(msn - 1)
			}
		}
		seconds := partsSeconds
		if isWhole {
			seconds = lengthSeconds
		}
		if next.startMs > 0 {
			next.endMs = next.startMs + seconds*1000
		}
		list.segments = append(list.segments, next)
		next, partsSeconds, begun = listedSegment{}, 0, false
	}
	for len(body) > 0 {
		line := body
		if end := bytes.IndexByte(body, '\n'); end >= 0 {
			line, body = body[:end], body[end+1:]
		} else {
			body = nil
		}
		switch {
		case len(line) == 0:
		case line[0] != '#':
			finish(true, string(line))
			msn++
		case bytes.HasPrefix(line, []byte("#EXT-X-PART:")):
			begun = true
			partsSeconds += numberAfter(line, "DURATION=")
			file := quotedAfter(line, "URI=\"")
			if at, ok := placeOf(file); ok && at.after(from) {
				list.parts = append(list.parts, listedPart{at, string(file)})
			}
		case bytes.HasPrefix(line, []byte("#EXTINF:")):
			lengthSeconds = numberAfter(line, "#EXTINF:")
		case bytes.HasPrefix(line, []byte("#EXT-X-MEDIA-SEQUENCE:")):
			msn = int(numberAfter(line, "SEQUENCE:"))
			list.firstMsn = msn
		case bytes.HasPrefix(line, []byte("#EXT-X-SKIP:")):
			msn += int(numberAfter(line, "SKIPPED-SEGMENTS="))
		case bytes.HasPrefix(line, []byte("#EXT-X-PROGRAM-DATE-TIME:")):
			if at, err := time.Parse(time.RFC3339Nano, string(line[25:])); err == nil {
				next.startMs = float64(at.UnixMicro()) / 1000
			}
		case bytes.Equal(line, []byte("#EXT-X-DISCONTINUITY")):
			next.isDiscontinuity = true
		case bytes.Equal(line, []byte("#EXT-X-GAP")):
			next.isGap = true
		case bytes.Equal(line, []byte("#EXT-X-ENDLIST")):
			list.isEnded = true
		}
	}
	if begun {
		finish(false, "")
	}
	return list
}

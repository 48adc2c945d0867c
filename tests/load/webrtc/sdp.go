package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// What one remote description says, for a bundled session on one address.
type remote struct {
	usernameFragment string
	password         string
	media            []remoteMedia
	candidates       []candidate
}

type remoteMedia struct {
	kind         string // audio, video
	mid          string
	protocol     string
	payloadTypes []string
	codecs       map[uint8]string // lower case: opus, h264, rtx
	attributes   []string         // rtpmap, fmtp, extmap and rtcp-fb as offered
	direction    string
}

type candidate struct {
	protocol string
	address  string
	priority uint64
}

func parseSdp(text string) (*remote, error) {
	parsed := &remote{}
	var media *remoteMedia
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		if strings.HasPrefix(line, "m=") {
			fields := strings.Fields(line[2:])
			if len(fields) < 4 {
				return nil, fmt.Errorf("bad line: %s", line)
			}
			parsed.media = append(parsed.media, remoteMedia{
				kind: fields[0], protocol: fields[2], payloadTypes: fields[3:], codecs: map[uint8]string{}, direction: "sendrecv",
			})
			media = &parsed.media[len(parsed.media)-1]
			continue
		}
		if !strings.HasPrefix(line, "a=") {
			continue
		}
		name, value := line[2:], ""
		if colon := strings.IndexByte(name, ':'); colon >= 0 {
			name, value = name[:colon], name[colon+1:]
		}
		switch name {
		case "ice-ufrag":
			parsed.usernameFragment = value
		case "ice-pwd":
			parsed.password = value
		case "candidate":
			parsed.addCandidate(strings.Fields(value))
		case "mid":
			if media != nil {
				media.mid = value
			}
		case "sendrecv", "sendonly", "recvonly", "inactive":
			if media != nil {
				media.direction = name
			}
		case "rtpmap", "fmtp", "rtcp-fb", "extmap":
			if media != nil {
				media.attributes = append(media.attributes, line)
				if name == "rtpmap" {
					media.addCodec(value)
				}
			}
		}
	}
	if parsed.usernameFragment == "" || parsed.password == "" {
		return nil, errors.New("no ICE credentials in the description")
	}
	return parsed, nil
}

func (media *remoteMedia) addCodec(value string) {
	fields := strings.Fields(value)
	if len(fields) < 2 {
		return
	}
	if number, err := strconv.Atoi(fields[0]); err == nil {
		media.codecs[uint8(number)] = strings.ToLower(strings.Split(fields[1], "/")[0])
	}
}

// candidate:foundation component protocol priority address port typ … [tcptype passive]
func (parsed *remote) addCandidate(fields []string) {
	if len(fields) < 8 || net.ParseIP(fields[4]) == nil {
		return
	}
	protocol := strings.ToLower(fields[2])
	if protocol == "tcp" && !strings.Contains(strings.Join(fields, " "), "tcptype passive") {
		return
	}
	priority, _ := strconv.ParseUint(fields[3], 10, 64)
	found := candidate{protocol, net.JoinHostPort(fields[4], fields[5]), priority}
	for _, known := range parsed.candidates {
		if known == found {
			return
		}
	}
	parsed.candidates = append(parsed.candidates, found)
}

func (parsed *remote) pick(protocol string) (candidate, error) {
	var best candidate
	for _, one := range parsed.candidates {
		if one.protocol == protocol && one.priority >= best.priority {
			best = one
		}
	}
	if best.address == "" {
		return best, fmt.Errorf("no %s candidate in the offer", protocol)
	}
	return best, nil
}

// writeAnswer mirrors the offer. Tracks that are sent have their SSRC in the line of their kind.
func writeAnswer(offer *remote, usernameFragment, password string, send []track) string {
	mids := []string{}
	for _, media := range offer.media {
		mids = append(mids, media.mid)
	}
	text := []string{
		"v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE " + strings.Join(mids, " "),
	}
	for _, media := range offer.media {
		text = append(text,
			"m="+media.kind+" 9 "+media.protocol+" "+strings.Join(media.payloadTypes, " "), "c=IN IP4 0.0.0.0",
			"a=mid:"+media.mid, "a=ice-ufrag:"+usernameFragment, "a=ice-pwd:"+password,
			"a=fingerprint:sha-256 "+ownFingerprint(), "a=setup:active", "a=rtcp-mux")
		direction := "recvonly"
		for _, one := range send {
			if one.Kind == media.kind {
				direction = "sendonly"
				text = append(text, fmt.Sprintf("a=ssrc:%d cname:%s", one.SSRC, one.cname()))
			}
		}
		if media.direction == "inactive" {
			direction = "inactive"
		}
		text = append(append(text, media.attributes...), "a="+direction)
	}
	return strings.Join(text, "\r\n") + "\r\n"
}

package main

type groupStats struct {
	Sockets   int `json:"sockets"`
	Connected int `json:"connected"`
	Joined    int `json:"joined"`
	// Connections that were lost since the beginning.
	Lost int `json:"lost"`
	// Entries that joined sockets still lack of those that any socket saw.
	Missing        int   `json:"missing"`
	Gaps           int   `json:"gaps"`
	Repeats        int   `json:"repeats"`
	Contradictions int   `json:"contradictions"`
	MaxSeq         int64 `json:"maxSeq"`
	Unsent         int   `json:"unsent"`
	Acknowledged   int   `json:"acknowledged"`
	Deliveries     int   `json:"deliveries"`
	Frames         int64 `json:"frames"`
	Bytes          int64 `json:"bytes"`

	DeliveryMs Summary        `json:"deliveryMs"`
	AnswerMs   Summary        `json:"answerMs"`
	OutageMs   Summary        `json:"outageMs"`
	Codes      map[string]int `json:"codes"`
	Notices    map[string]int `json:"notices"`
	CpuSeconds float64        `json:"cpuSeconds"`
}

func (group *Group) stats() groupStats {
	truth := group.truth
	truth.mutex.Lock()
	stats := groupStats{
		Contradictions: truth.contradictions,
		MaxSeq:         truth.maxSeq,
		Acknowledged:   len(truth.acknowledged),
		Deliveries:     truth.deliveries,
		Frames:         truth.frames,
		Bytes:          truth.bytes,
		DeliveryMs:     truth.deliveryUs.summary(),
		AnswerMs:       truth.answerUs.summary(),
		OutageMs:       truth.outageUs.summary(),
		Codes:          copyOf(truth.codes),
		Notices:        copyOf(truth.notices),
		CpuSeconds:     cpuSeconds(),
	}
	truth.mutex.Unlock()
	group.mutex.Lock()
	defer group.mutex.Unlock()
	for _, socket := range group.sockets {
		socket.mutex.Lock()
		stats.Lost += socket.lost
		stats.Gaps += socket.chat.gaps
		stats.Repeats += socket.chat.repeats
		if !socket.isClosed {
			stats.Sockets++
			stats.Unsent += len(socket.chat.unsent)
			if socket.chat.isOpen && socket.chat.lastSeq < stats.MaxSeq {
				stats.Missing += int(stats.MaxSeq - socket.chat.lastSeq)
			}
			if socket.isConnected {
				stats.Connected++
			}
			if socket.isJoined {
				stats.Joined++
			}
		}
		socket.mutex.Unlock()
	}
	return stats
}

func copyOf(table map[string]int) map[string]int {
	copied := make(map[string]int, len(table))
	for key, count := range table {
		copied[key] = count
	}
	return copied
}

package main

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// nap makes this process read in gulps, as a network card that gathers its interrupts does. Otherwise each frame wakes
// the sleeping reader, and the waking (on a virtual machine an interrupt to another core through the hypervisor, about
// 10 µs) is charged to the server's send call, which a client on another machine would not cost it. The raw call keeps
// the only processor of Go's scheduler: meanwhile nobody waits in epoll, so nobody is woken. Latencies grow by up to
// the length of a nap.
func nap(length time.Duration) {
	runtime.GOMAXPROCS(1)
	span := syscall.NsecToTimespec(length.Nanoseconds())
	for {
		rest := span
		_, _, _ = syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&rest)), 0, 0)
		// A timer, so that the scheduler looks at what has arrived before the next nap.
		time.Sleep(time.Microsecond)
	}
}

// Command pause holds the namespaces of a pod until it is told to end.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)

	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)

	for {
		select {
		case <-ended:
			return
		case <-children:
			bury()
		}
	}
}

// bury takes note of every child that has ended: in a pod that shares its
// process namespace, orphans become children of this process.
func bury() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err != nil || pid <= 0 {
			return
		}
	}
}

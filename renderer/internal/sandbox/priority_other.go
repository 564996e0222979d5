//go:build !linux

package sandbox

// giveWay does nothing: a container runs on Linux, and a person's own machine has room.
func giveWay() {}

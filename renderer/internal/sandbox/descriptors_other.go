//go:build !linux && !darwin

package sandbox

func closeDescriptors() {}

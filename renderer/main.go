// Fairlead's renderer: turns the files of a leaf into Kubernetes objects with kustomize's and Helm's own libraries,
// in memory. docs/renderer-protocol.md says how to talk to it.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"fairlead.dev/renderer/internal/kustomize"
	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/sandbox"
	"fairlead.dev/renderer/internal/server"
)

const (
	exitMemory    = 3
	exitAbandoned = 4
	mebibyte      = 1 << 20
	finishWithin  = 5 * time.Second
)

func main() {
	limit := flag.Int64("memory-limit", 1024*mebibyte, "bytes that a render may use; the process ends above")
	flag.Parse()
	if flag.NArg() > 0 || *limit < 64*mebibyte {
		fmt.Fprintln(os.Stderr, "usage: fairlead-renderer [-memory-limit BYTES], at least 64 MiB; requests on stdin, see docs/renderer-protocol.md")
		os.Exit(2)
	}
	if err := run(*limit); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(limit int64) error {
	answers := os.Stdout
	os.Stdout = os.Stderr // A library that prints must not break the protocol.
	versions := versions()
	sandbox.Enter()
	serving := server.New(answers, versions, server.Events{InputEnds: exitSoon, Answered: sandbox.ReturnMemory})
	sandbox.LimitMemory(limit, func() {
		serving.Abandon(protocol.Errorf(protocol.MemoryLimit, "the render needs more than %d MiB of memory", limit/mebibyte))
		os.Exit(exitMemory)
	})
	kustomize.WarmUp()
	return serving.Serve(os.Stdin)
}

// exitSoon lets what was asked for be finished, but not run on for nobody.
func exitSoon() {
	time.AfterFunc(finishWithin, func() { os.Exit(exitAbandoned) })
}

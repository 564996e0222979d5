package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"fairlead.dev/renderer/internal/protocol"
)

// What Go says when the system refuses, which may be sooner than our own look.
var outOfMemory = regexp.MustCompile("out of memory|cannot allocate memory")

func TestTooMuchMemoryEndsTheProcessWithAWord(t *testing.T) {
	p := start(t)
	p.send(`{"id":"big","leaf":` + encoded(t, chartOf(`{{ $parts := list }}{{ range until 100000 }}{{ $parts = append $parts (repeat 10000 "x") }}{{ end }}{{ $parts | len }}`)) + `}`)
	line, _ := p.out.ReadString('\n')
	_ = p.command.Wait()
	if !strings.Contains(line, protocol.MemoryLimit) && !outOfMemory.MatchString(p.stderr.String()) {
		t.Fatalf("%q\n%s", line, p.stderr)
	}
}

func TestDoesNotRunOnForACallerThatIsGone(t *testing.T) {
	p := start(t)
	p.send(`{"id":"endless","leaf":` + encoded(t, chartOf(`{{ range until 100000 }}{{ range until 30000 }}{{ end }}{{ end }}`)) + `}`)
	_ = p.in.Close()
	ended := make(chan error, 1)
	go func() { ended <- p.command.Wait() }()
	select {
	case <-ended:
		if code := p.command.ProcessState.ExitCode(); code != exitAbandoned {
			t.Fatalf("exit code %d", code)
		}
	case <-time.After(finishWithin + 20*time.Second):
		t.Fatal("it runs on")
	}
}

func TestMemoryDoesNotGrowFromLeafToLeaf(t *testing.T) {
	p := start(t)
	resident := func() int {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
		if err != nil {
			t.Skip("no /proc here")
		}
		var kibibytes int
		_, rest, _ := strings.Cut(string(status), "VmRSS:")
		if _, err := fmt.Sscan(rest, &kibibytes); err != nil {
			t.Fatal(err)
		}
		return kibibytes
	}
	chart := chartOf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}")
	// Garbage is collected when there is some of it.
	for range 300 {
		p.render(chart)
		p.mustStillWork()
	}
	before := resident()
	for range 500 {
		p.render(chart)
		p.mustStillWork()
	}
	if grown := resident() - before; grown > 40_000 {
		t.Fatalf("%d KiB more after 1000 further leaves", grown)
	}
}

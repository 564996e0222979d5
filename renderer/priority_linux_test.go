package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestEveryThreadGivesWayToOtherProcesses(t *testing.T) {
	p := start(t)
	p.mustStillWork()
	stats, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(p.command.Process.Pid), "task/*/stat"))
	if err != nil || len(stats) == 0 {
		t.Fatalf("no threads: %v", err)
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		// The fields after the name in parentheses; the niceness is the 19th of all.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if fields[16] != "5" {
			t.Errorf("%s: niceness %s, not 5", path, fields[16])
		}
	}
}

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

const asProgram = "FAIRLEAD_RENDERER_TEST_AS_PROGRAM"

// The test's executable is also the program under test.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// program is a renderer process that has greeted.
type program struct {
	t       *testing.T
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	stderr  *strings.Builder
}

func start(t *testing.T, environment ...string) *program {
	t.Helper()
	return startBinary(t, os.Args[0], environment...)
}

func startBinary(t *testing.T, binary string, environment ...string) *program {
	t.Helper()
	command := exec.Command(binary, "-memory-limit=268435456")
	command.Env = append([]string{asProgram + "=yes"}, environment...)
	stderr := &strings.Builder{}
	command.Stderr = stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	started := &program{t, command, in, bufio.NewReader(out), stderr}
	var hello protocol.Hello
	started.read(&hello)
	if hello.Hello.Protocol != protocol.Version || hello.Hello.Versions["protocol"] != protocol.Version {
		t.Fatalf("%+v", hello)
	}
	return started
}

func (p *program) send(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		p.t.Fatalf("%v\n%s", err, p.stderr)
	}
}

func (p *program) read(into any) {
	p.t.Helper()
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		p.t.Fatalf("%v\n%s", err, p.stderr)
	}
	if err := json.Unmarshal(line, into); err != nil {
		p.t.Fatalf("%v: %s", err, line)
	}
}

func (p *program) render(leaf protocol.LeafRequest) protocol.Answer {
	p.t.Helper()
	line, err := json.Marshal(map[string]any{"id": "r", "leaf": leaf})
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(string(line))
	var answer protocol.Answer
	p.read(&answer)
	if answer.ID != "r" {
		p.t.Fatalf("%+v", answer)
	}
	return answer
}

// leafOf is a leaf whose kustomization and other files are given by name.
func leafOf(kustomization string, others map[string]string) protocol.LeafRequest {
	files := map[string]string{"/config/west/kustomization.yaml": kustomization}
	for name, content := range others {
		files["/config/west/"+name] = content
	}
	return protocol.LeafRequest{Root: "/config/west", Files: files}
}

var healthy = leafOf("resources: [a.yaml]", map[string]string{"a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}"})

func (p *program) mustStillWork() {
	p.t.Helper()
	if answer := p.render(healthy); answer.Output == nil || len(answer.Output.Objects) != 1 {
		p.t.Fatalf("%+v", answer)
	}
}

func encoded(t *testing.T, leaf protocol.LeafRequest) string {
	t.Helper()
	line, err := json.Marshal(leaf)
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

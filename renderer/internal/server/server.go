// Package server speaks docs/renderer-protocol.md: one request a line in, one answer a line out, in order.
package server

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"fairlead.dev/renderer/internal/leaf"
	"fairlead.dev/renderer/internal/protocol"
)

// Server answers requests one after the other.
type Server struct {
	versions map[string]string
	events   Events
	mu       sync.Mutex
	out      io.Writer
	current  string
}

// Events are what a server calls. InputEnds: as soon as there will be no further request, maybe in the middle of the last
// ones. Answered: after each answer.
type Events struct{ InputEnds, Answered func() }

// New makes a server that writes its answers to out.
func New(out io.Writer, versions map[string]string, events Events) *Server {
	return &Server{out: out, versions: versions, events: events}
}

// Serve greets and answers until in ends. It returns nil then, and an error when in or out breaks.
func (s *Server) Serve(in io.Reader) error {
	greeting := protocol.Greeting{Protocol: protocol.Version, Versions: s.versions}
	if err := s.write(protocol.Hello{Hello: greeting}); err != nil {
		return err
	}
	lines, failed := s.read(in)
	for line := range lines {
		if err := s.write(s.answer(line)); err != nil {
			return err
		}
		s.events.Answered()
	}
	return <-failed
}

// read hands out the lines of in. It reads ahead, so that it notices at once when the caller is gone: a render that
// runs away must not outlive the process that asked for it.
func (s *Server) read(in io.Reader) (<-chan []byte, <-chan error) {
	lines, failed := make(chan []byte), make(chan error, 1)
	go func() {
		defer close(failed)
		defer close(lines)
		buffered := bufio.NewReaderSize(in, 1<<16)
		for {
			line, err := buffered.ReadBytes('\n')
			if err != nil {
				// What is left is half a line of a caller that is gone.
				s.events.InputEnds()
				if !errors.Is(err, io.EOF) {
					failed <- fmt.Errorf("reading requests: %w", err)
				}
				return
			}
			lines <- line
		}
	}()
	return lines, failed
}

func (s *Server) answer(line []byte) protocol.Answer {
	var request protocol.Request
	if err := json.Unmarshal(line, &request); err != nil {
		return failed(request.ID, protocol.Errorf(protocol.BadRequest, "the request is not understood: %v", err))
	}
	if request.Leaf == nil {
		return failed(request.ID, protocol.Errorf(protocol.BadRequest, "the request has no `leaf`"))
	}
	s.setCurrent(request.ID)
	defer s.setCurrent("")
	output, failure := leaf.Render(request.Leaf)
	if failure != nil {
		return failed(request.ID, failure)
	}
	return protocol.Answer{ID: request.ID, Output: output}
}

// Abandon answers the request at hand with an error, from another goroutine, and lets nothing be written after it. The
// caller ends the process.
func (s *Server) Abandon(failure *protocol.Error) {
	s.mu.Lock()
	line, err := json.Marshal(failed(s.current, failure))
	if err == nil {
		_, _ = s.out.Write(append(line, '\n'))
	}
}

func (s *Server) setCurrent(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = id
}

func (s *Server) write(message any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// An encoder writes a line as a whole, without a copy of it.
	if err := json.NewEncoder(s.out).Encode(message); err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	return nil
}

func failed(id string, failure *protocol.Error) protocol.Answer {
	return protocol.Answer{ID: id, Error: failure}
}

// Package sandbox takes away from this process what a render never needs, whatever the libraries would like to do:
// environment, programs, network, files, time zone, and memory beyond a limit.
package sandbox

import (
	"errors"
	"net/http"
	"os"
	"time"

	_ "time/tzdata" // Zones must not depend on the machine.
)

var errNoNetwork = errors.New("a remote reference is refused: rendering has no network")

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) { return nil, errNoNetwork }

// Enter is called once, before the first request. After it, no program can be found or started, HTTP is refused
// (kustomize uses the default transport), dates are in UTC, env files read no environment variable, and, where the
// system allows it, not even a file descriptor can be opened. It also gives way to other processes on a busy machine.
func Enter() {
	giveWay()
	os.Clearenv()
	http.DefaultTransport = noNetwork{}
	time.Local = time.UTC
	closeDescriptors()
}

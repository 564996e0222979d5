// fairlead-vendor fetches one chart for `fairlead vendor`: an order on standard input, an answer on standard output, both
// JSON (internal/fetch). The renderer is another program, which has none of this.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	"fairlead.dev/renderer/internal/fetch"
)

const mostOrder = 1 << 20

func main() {
	// The libraries' own words may hold addresses with signatures; what people need is in the answer.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	log.SetOutput(io.Discard)
	var order fetch.Order
	if err := json.NewDecoder(io.LimitReader(os.Stdin, mostOrder)).Decode(&order); err != nil {
		fmt.Fprintln(os.Stderr, "fairlead-vendor is called by `fairlead vendor`, with an order on standard input.")
		os.Exit(2)
	}
	answer := fetch.Answer{}
	chart, err := fetch.Fetch(order)
	if err != nil {
		answer.Error = failureOf(err)
	} else {
		answer.Chart = chart
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		os.Exit(1)
	}
}

func failureOf(err error) *fetch.Failure {
	if failure, ok := errors.AsType[*fetch.Failure](err); ok {
		return failure
	}
	return &fetch.Failure{Type: fetch.Internal, Message: err.Error()}
}

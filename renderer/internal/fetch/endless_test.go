package fetch

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A registry says itself how many pages it has, and a chart of somebody else's which registry is asked.
func TestTagsWithoutAnEndAreRefused(t *testing.T) {
	isolate(t)
	pages := 0
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if !strings.HasSuffix(request.URL.Path, "/tags/list") {
			http.NotFound(writer, request)
			return
		}
		pages++
		if pages > 3*mostRequests {
			return
		}
		writer.Header().Set("Link", fmt.Sprintf(`</v2/charts/hello/tags/list?last=%d>; rel="next"`, pages))
		fmt.Fprintf(writer, `{"name":"charts/hello","tags":["1.0.%d"]}`, pages)
	}))
	t.Cleanup(server.Close)
	refusal(t, Order{Source: "oci://" + strings.TrimPrefix(server.URL, "http://") + "/charts/hello", Version: "^1.0.0"}, Refused, "more than 2000 requests")
	if pages > mostRequests {
		t.Errorf("it was asked for %d pages", pages)
	}
}

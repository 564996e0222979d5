package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpproxy"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"
	"oras.land/oras-go/v2/registry/remote/retry"
)

const (
	mebibyte = 1 << 20
	// mostAnswer bounds what one request may answer: the index of a large repository is the largest.
	mostAnswer   = 64 * mebibyte
	mostArchive  = 32 * mebibyte
	mostManifest = 4 * mebibyte
	answerWithin = 2 * time.Minute
	// mostRequests bounds what one run asks: a registry says itself how many pages of tags it has.
	mostRequests = 2_000
)

// newClient makes the one client of all requests. It takes the way that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, and
// trusts what the machine does, with SSL_CERT_FILE, and NODE_EXTRA_CA_CERTS in addition.
func newClient(plainHTTP []string) (*http.Client, error) {
	authorities, err := authorities()
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	proxyOf := httpproxy.FromEnvironment().ProxyFunc()
	transport.Proxy = func(request *http.Request) (*url.URL, error) { return proxyOf(request.URL) }
	transport.ResponseHeaderTimeout = 30 * time.Second
	// An archive is taken as it is; what compresses once more would pass the bound unseen.
	transport.DisableCompression = true
	return &http.Client{
		Transport:     retry.NewTransport(&guard{next: transport, plainHTTP: plainHTTP}),
		Timeout:       answerWithin,
		CheckRedirect: checkRedirect,
	}, nil
}

func authorities() (*x509.CertPool, error) {
	file := os.Getenv("NODE_EXTRA_CA_CERTS")
	if file == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	content, err := os.ReadFile(file)
	if err != nil || !pool.AppendCertsFromPEM(content) {
		return nil, failureOf(InvalidInput, "NODE_EXTRA_CA_CERTS: %s has no certificate that can be read. Correct it, or unset it.", file)
	}
	return pool, nil
}

func checkRedirect(request *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("it redirects more than 10 times")
	}
	// Go keeps a credential on the way to a subdomain; whose that is nobody knows.
	if request.URL.Host != via[0].URL.Host || request.URL.Scheme != via[0].URL.Scheme {
		request.Header.Del("Authorization")
	}
	return nil
}

// guard refuses to speak without TLS and to read without end, on every hop of a redirect.
type guard struct {
	next      http.RoundTripper
	plainHTTP []string
	asked     atomic.Int64
}

func (g *guard) RoundTrip(request *http.Request) (*http.Response, error) {
	if g.asked.Add(1) > mostRequests {
		return nil, failureOf(Refused, "%s: it takes more than %d requests, which no chart does.", withoutQuery(request.URL), mostRequests)
	}
	if request.URL.Scheme != "https" && !isPlain(request.URL, g.plainHTTP) {
		return nil, failureOf(Refused, "%s: without TLS anybody on the way could change a chart. Use https://, or name the host with --plain-http %s where that is meant.", withoutQuery(request.URL), request.URL.Host)
	}
	response, err := g.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = &bounded{ReadCloser: response.Body, left: mostAnswer, from: withoutQuery(request.URL)}
	return response, nil
}

// isPlain tells whether a host may be asked without TLS: this machine, and what the caller names.
func isPlain(address *url.URL, allowed []string) bool {
	host := address.Hostname()
	if host == "localhost" {
		return true
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return true
	}
	return slices.Contains(allowed, address.Host)
}

type bounded struct {
	io.ReadCloser
	left int64
	from string
}

func (b *bounded) Read(into []byte) (int, error) {
	if int64(len(into)) > b.left+1 {
		into = into[:b.left+1]
	}
	count, err := b.ReadCloser.Read(into)
	b.left -= int64(count)
	if b.left < 0 {
		return 0, failureOf(Refused, "%s answers more than %d MiB, which is more than a chart or an index may have.", b.from, mostAnswer/mebibyte)
	}
	return count, err
}

// explain puts what failed into sentences. Addresses come without their query, which may be a signature.
func explain(err error, asked string) error {
	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure
	}
	if answer, ok := errors.AsType[*errcode.ErrorResponse](err); ok {
		return statusFailure(answer.StatusCode, asked)
	}
	if errors.Is(err, auth.ErrBasicCredentialNotFound) {
		return statusFailure(http.StatusUnauthorized, asked)
	}
	if authority, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return failureOf(Unavailable, "%s could not be reached: %v. Name the authority's certificate with NODE_EXTRA_CA_CERTS or SSL_CERT_FILE.", asked, authority)
	}
	if request, ok := errors.AsType[*url.Error](err); ok {
		return failureOf(Unavailable, "%s could not be reached: %v.", asked, request.Err)
	}
	return failureOf(Unavailable, "%s could not be fetched: %v.", asked, err)
}

func statusFailure(status int, asked string) error {
	said := fmt.Sprintf("%d %s", status, http.StatusText(status))
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return failureOf(Unauthorized, "%s: the server answers %s. Sign in to it (`helm registry login`, `docker login`, `helm repo add --username`, or ~/.netrc); many say so of what does not exist, too.", asked, said)
	case status == http.StatusNotFound || status == http.StatusGone:
		return failureOf(NotFound, "%s: the server answers %s. Check the address and the version.", asked, said)
	case status == http.StatusTooManyRequests || status >= 500:
		return failureOf(Unavailable, "%s: the server answers %s. Try again later.", asked, said)
	}
	return failureOf(Refused, "%s: the server answers %s.", asked, said)
}

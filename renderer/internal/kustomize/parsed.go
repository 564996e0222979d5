package kustomize

import (
	"sync"

	"sigs.k8s.io/kustomize/api/types"
)

const (
	mostParsedTexts = 512
	longestParsed   = 16 << 10
)

// parsedTexts remembers kustomizations by their text: groups often have the same one, and a base has the same in each of
// them. What it answers must not be changed.
type parsedTexts struct {
	mu    sync.Mutex
	known map[string]*types.Kustomization
}

var kustomizations parsedTexts

// of answers what kustomize makes of a text; nil: it cannot be read.
func (p *parsedTexts) of(content []byte) *types.Kustomization {
	if len(content) > longestParsed {
		return parseKustomization(content)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, found := p.known[string(content)]; found {
		return known
	}
	if p.known == nil || len(p.known) >= mostParsedTexts {
		p.known = make(map[string]*types.Kustomization, mostParsedTexts)
	}
	fresh := parseKustomization(content)
	p.known[string(content)] = fresh
	return fresh
}

func parseKustomization(content []byte) *types.Kustomization {
	var k types.Kustomization
	if k.Unmarshal(content) != nil {
		return nil
	}
	k.FixKustomization()
	return &k
}

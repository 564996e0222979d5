package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

func TestAnswersRubbishWithAnErrorAndGoesOn(t *testing.T) {
	p := start(t)
	for _, line := range []string{
		"", "null", "[]", "17", "\"text\"", "{}", "{", "\x00\xff\xfe", `{"id":"1"}`, `{"id":1,"leaf":{}}`, `{"leaf":null}`, `{"leaf":{}}`,
		`{"leaf":{"root":"relative","files":{}}}`, `{"leaf":{"root":"/a/../b","files":{}}}`, `{"leaf":{"root":"/a","files":{"b":"x"}}}`,
		`{"leaf":{"root":"/a","files":{"/a":"x","/a/b":"y"}}}`, `{"leaf":{"root":"/a","binaryFiles":{"/a/b":"not base64!"}}}`,
		`{"leaf":{"root":"/a","files":{},"chart":{}}}`, `{"leaf":{"root":"/a","files":{},"chart":{"directory":"/c","outputFile":"/a/b"}}}`,
		strings.Repeat("[", 100000), `{"leaf":{"files":` + strings.Repeat(`{"a":`, 20000),
	} {
		p.send(line)
		var answer protocol.Answer
		p.read(&answer)
		if answer.Error == nil || answer.Error.Kind != protocol.BadRequest {
			t.Errorf("%.60q: %+v", line, answer)
		}
	}
	p.mustStillWork()
}

func TestAnswersMutilatedLeavesOneByOne(t *testing.T) {
	p := start(t)
	random := rand.New(rand.NewPCG(1, 2))
	kustomization := "resources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: ConfigMap}}]\nreplacements: [{source: {kind: A}, targets: []}]\nvars: [{name: a}]\ncrds: [a.yaml]\nopenapi: {path: a.yaml}\nlabels: [{pairs: {a: b}}]\n"
	object := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: &anchor y, z: *anchor}}\ndata: {a: |\n  text}\n"
	for range 400 {
		p.render(leafOf(mutilate(random, kustomization), map[string]string{"a.yaml": mutilate(random, object), "p.yaml": mutilate(random, object)}))
	}
	p.mustStillWork()
}

func mutilate(random *rand.Rand, text string) string {
	bytes := []byte(text)
	for range random.IntN(4) {
		at := random.IntN(len(bytes))
		switch random.IntN(3) {
		case 0:
			bytes[at] = "{}[]:-\n \"'&*!|>%@#0a~"[random.IntN(21)]
		case 1:
			bytes = append(bytes[:at], bytes[min(at+random.IntN(12), len(bytes)-1):]...)
		default:
			bytes = append(bytes[:at:at], append([]byte(text[:random.IntN(20)]), bytes[at:]...)...)
		}
	}
	return string(bytes)
}

func TestAPanicCostsOneLeaf(t *testing.T) {
	p := start(t)
	// kyaml panics on a schema that it cannot parse.
	leaf := leafOf("resources: [a.yaml]\nopenapi: {path: s.json}\npatches: [{path: a.yaml}]", map[string]string{
		"a.yaml": healthy.Files["/config/west/a.yaml"], "s.json": `{"definitions": 7}`,
	})
	answer := p.render(leaf)
	if answer.Error == nil || answer.Error.Kind != protocol.Internal || !strings.Contains(answer.Error.Message, "invalid schema file") {
		t.Fatalf("%+v", answer)
	}
	p.mustStillWork()
}

func TestEndsWithItsInputAndAnswersWhatWasAsked(t *testing.T) {
	p := start(t)
	p.send(`{"id":"last","leaf":{"root":"/a","files":{}}}`)
	if err := p.in.Close(); err != nil {
		t.Fatal(err)
	}
	var answer protocol.Answer
	p.read(&answer)
	if answer.ID != "last" {
		t.Fatalf("%+v", answer)
	}
	if err := p.command.Wait(); err != nil {
		t.Fatal(err)
	}
}

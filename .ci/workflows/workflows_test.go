// Package workflows checks the workflows of GitHub Actions with actionlint, and that the versions of Node agree. It is a
// module of its own because actionlint and compose-go need different versions of the same YAML parser.
package workflows

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

const (
	root      = "../.."
	directory = root + "/.github/workflows"
)

// lint checks one workflow as the program actionlint does; shellcheck and pyflakes are not needed.
func lint(t *testing.T, path string, content []byte) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := linter.Lint(path, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// workflowFiles answers every workflow by its path, and fails when there is none.
func workflowFiles(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(directory + "/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no workflows in %s: %v", directory, err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = content
	}
	return files
}

func TestWorkflowsHaveNoMistakes(t *testing.T) {
	for path, content := range workflowFiles(t) {
		for _, problem := range lint(t, path, content) {
			t.Error(problem)
		}
	}
}

func TestMistakesInWorkflowsAreFound(t *testing.T) {
	path := directory + "/ci.yml"
	content := workflowFiles(t)[path]
	for name, mistake := range map[string][2]string{
		"an unknown key":                    {"timeout-minutes:", "timeout-minute:"},
		"an unknown runner":                 {"runs-on: ubuntu-24.04", "runs-on: ubuntu-20.99"},
		"a matrix value that is not there":  {"matrix.node", "matrix.nodes"},
		"an unknown permission":             {"contents: read", "contents: look"},
		"an event that does not exist":      {"pull_request:", "pull_requests:"},
		"an expression that does not parse": {"${{ matrix.node }}", "${{ matrix.node }"},
	} {
		t.Run(name, func(t *testing.T) {
			if !bytes.Contains(content, []byte(mistake[0])) {
				t.Fatalf("ci.yml has no %q to break", mistake[0])
			}
			broken := bytes.Replace(content, []byte(mistake[0]), []byte(mistake[1]), 1)
			if len(lint(t, path, broken)) == 0 {
				t.Error("no problem was found")
			}
		})
	}
}

func TestActionsArePinnedToACommit(t *testing.T) {
	pinned := regexp.MustCompile(`^\s*-?\s*uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for path, content := range workflowFiles(t) {
		for number, line := range strings.Split(string(content), "\n") {
			if strings.Contains(line, "uses:") && !pinned.MatchString(line) {
				t.Errorf("%s:%d: %q is not pinned to a full commit id with its version behind it", path, number+1, strings.TrimSpace(line))
			}
		}
	}
}

// The versions of Node stand in several files; each must say the same.
func TestNodeVersionsAgree(t *testing.T) {
	script := string(read(t, "package.json"))
	lts := regexp.MustCompile(`--package=node@(\d+\.\d+\.\d+) `).FindStringSubmatch(script)
	if lts == nil {
		t.Fatal("package.json has no script test:node-lts that names node@VERSION")
	}
	if !strings.Contains(string(read(t, "Dockerfile")), "FROM node:"+lts[1]+"-bookworm-slim") {
		t.Errorf("the image is not built on Node %s, with which test:node-lts runs", lts[1])
	}
	nvmrc := strings.TrimSpace(string(read(t, ".nvmrc")))
	for _, version := range []string{nvmrc, lts[1]} {
		if !strings.Contains(string(read(t, ".github/workflows/ci.yml")), `"`+version+`"`) {
			t.Errorf("ci.yml does not run with Node %s", version)
		}
	}
	if !strings.Contains(script, `"node": ">=`+nvmrc+".") {
		t.Errorf(".nvmrc says %s, but package.json asks for another oldest version", nvmrc)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

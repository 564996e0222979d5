// Package workflows checks the workflows of GitHub Actions with actionlint, and that the versions of Node agree. It is a
// module of its own because actionlint and compose-go need different versions of the same YAML parser.
package workflows

import (
	"bytes"
	"io"
	"os"
	"os/exec"
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

// releaseStep answers the commands of a step of release.yml, and fails when no job has it.
func releaseStep(t *testing.T, name string) string {
	t.Helper()
	workflow, problems := actionlint.Parse(read(t, ".github/workflows/release.yml"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			commands, runs := step.Exec.(*actionlint.ExecRun)
			if runs && step.Name != nil && step.Name.Value == name {
				return commands.Run.Value
			}
		}
	}
	t.Fatalf("release.yml has no step %q", name)
	return ""
}

// A release without its histories could never be replayed by a later one.
func TestReleaseNeedsItsHistories(t *testing.T) {
	commands := releaseStep(t, "The histories of this release are recorded")
	release := func(tag string, recorded ...string) (string, error) {
		directory := t.TempDir()
		for _, path := range recorded {
			path = filepath.Join(directory, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte{}, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		// As GitHub runs a step that names no shell.
		command := exec.Command("bash", "-e", "-c", commands)
		command.Dir = directory
		command.Env = append(os.Environ(), "TAG="+tag)
		output, err := command.CombinedOutput()
		return string(output), err
	}
	if output, err := release("v0.2.0", "test/histories/0.2.0/workflows/soak.json.gz"); err != nil {
		t.Errorf("a release with histories is refused: %s", output)
	}
	for name, recorded := range map[string][]string{
		"nothing is recorded":          {"test/histories/replay.test.ts"},
		"another release is recorded":  {"test/histories/0.1.0/workflows/soak.json.gz"},
		"the directory has no history": {"test/histories/0.2.0/README.md"},
		"a longer version is recorded": {"test/histories/0.2.01/workflows/soak.json.gz"},
	} {
		t.Run(name, func(t *testing.T) {
			output, err := release("v0.2.0", recorded...)
			if err == nil || !strings.Contains(output, "test/histories/0.2.0 holds no histories: run \"npm run record:histories\"") {
				t.Errorf("the release went on, or did not say why: %v: %s", err, output)
			}
		})
	}
}

// Who installs a version finds all that it depends on.
func TestPackagesArePublishedAfterThoseTheyNeed(t *testing.T) {
	directory := t.TempDir()
	shell := func(commands string, variables ...string) string {
		command := exec.Command("bash", "-e", "-c", commands)
		command.Dir = directory
		command.Env = append(os.Environ(), variables...)
		output, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		return string(output)
	}
	names := []string{"fairlead", "fairlead-sandbox", "fairlead-vendor", "fairlead-worker"}
	for _, platform := range []string{"linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"} {
		names = append(names, "fairlead-renderer-"+platform, "fairlead-vendor-"+platform)
	}
	shell("mkdir bin packages package")
	for _, name := range names {
		shell(`echo "{ \"name\": \"$NAME\", \"version\": \"0.1.0\" }" > package/package.json
			tar --create --gzip --file "packages/$NAME-0.1.0.tgz" package/package.json`, "NAME="+name)
	}
	shell("cd packages && sha256sum ./*.tgz > SHA256SUMS")
	// One is published already; the others are not.
	npm := "#!/bin/sh\n[ \"$1\" = publish ] && echo \"published $2\" && exit\n[ \"$2\" = fairlead-sandbox@0.1.0 ]\n"
	if err := os.WriteFile(filepath.Join(directory, "bin/npm"), []byte(npm), 0o755); err != nil {
		t.Fatal(err)
	}
	step := releaseStep(t, "Publish the packages, those that need others after them")
	output := shell(step, "TAG=v0.1.0", "PATH="+filepath.Join(directory, "bin")+":"+os.Getenv("PATH"))
	published := regexp.MustCompile(`published \./(\S+)-0\.1\.0\.tgz`).FindAllStringSubmatch(output, -1)
	if len(published) != len(names)-1 || !strings.Contains(output, "fairlead-sandbox@0.1.0 is published already.") {
		t.Fatalf("not all was published once: %s", output)
	}
	place := map[string]int{}
	for index, found := range published {
		place[found[1]] = index
	}
	for _, name := range names {
		for dependent, needed := range map[string]string{"fairlead": "fairlead-", "fairlead-vendor": "fairlead-vendor-", "fairlead-worker": "fairlead-renderer-"} {
			if strings.HasPrefix(name, needed) && name != "fairlead-sandbox" && place[name] > place[dependent] {
				t.Errorf("%s is published after %s, which needs it", name, dependent)
			}
		}
	}
}

// A tag on texts of before the release would publish a page that says it is not published.
func TestReleaseNeedsItsTexts(t *testing.T) {
	commands := releaseStep(t, "The tag is the version of the package and of the changelog, and no page says that it is not published")
	release := func(readme string) (string, error) {
		directory := t.TempDir()
		for path, text := range map[string]string{
			"package.json":        `{ "version": "0.1.0" }`,
			"CHANGELOG.md":        "## [Unreleased]\n\n## [0.1.0] - 2026-11-30\n\n- A lane.\n",
			"README.md":           readme,
			"docs/install.md":     "# Install\n",
			"packing/release.mjs": string(read(t, "packing/release.mjs")),
		} {
			path = filepath.Join(directory, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		command := exec.Command("bash", "-e", "-c", commands)
		command.Dir = directory
		command.Env = append(os.Environ(), "TAG=v0.1.0")
		output, err := command.CombinedOutput()
		return string(output), err
	}
	if output, err := release("# Fairlead\n"); err != nil {
		t.Errorf("a release is refused: %v: %s", err, output)
	}
	output, err := release("# Fairlead\n\n`v0.1.0` is not published yet. Pack it.\n")
	if err == nil || !strings.Contains(output, "README.md says that a version is not published yet.") {
		t.Errorf("the release went on, or did not say why: %v: %s", err, output)
	}
}

package deployment

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// stages parses a Dockerfile as BuildKit does, with the rules of its linter.
func stages(t *testing.T, content []byte) ([]instructions.Stage, []string, error) {
	t.Helper()
	var warnings []string
	lint := linter.New(&linter.Config{
		Warn: func(rule, _, _, message string, _ []parser.Range) { warnings = append(warnings, rule+": "+message) },
	})
	result, err := parser.Parse(bytes.NewReader(content))
	if err != nil {
		return nil, nil, err
	}
	parsed, _, err := instructions.Parse(result.AST, lint)
	return parsed, warnings, err
}

func dockerfile(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func parsedDockerfile(t *testing.T) []instructions.Stage {
	t.Helper()
	parsed, warnings, err := stages(t, dockerfile(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, warning := range warnings {
		t.Error(warning)
	}
	return parsed
}

func TestDockerfileIsUnderstood(t *testing.T) {
	if count := len(parsedDockerfile(t)); count != 3 {
		t.Errorf("%d stages", count)
	}
	if _, _, err := stages(t, bytes.Replace(dockerfile(t), []byte("WORKDIR"), []byte("WORKDIRECTORY"), 1)); err == nil {
		t.Error("a misspelt instruction was not found")
	}
}

func TestBaseImagesAreOfOneFullVersion(t *testing.T) {
	full := regexp.MustCompile(`^[a-z]+:\d+\.\d+\.\d+-bookworm(-slim)?@sha256:[0-9a-f]{64}$`)
	for _, stage := range parsedDockerfile(t) {
		if !full.MatchString(stage.BaseName) {
			t.Errorf("the image %q is not pinned to a full version and its digest", stage.BaseName)
		}
	}
}

func TestImageDoesNotRunAsRootAndHasAHealthCheck(t *testing.T) {
	all := parsedDockerfile(t)
	last := all[len(all)-1]
	user, healthy, entry := "", false, ""
	for _, command := range last.Commands {
		switch command := command.(type) {
		case *instructions.UserCommand:
			user = command.User
		case *instructions.HealthCheckCommand:
			healthy = true
		case *instructions.EntrypointCommand:
			entry = strings.Join(command.CmdLine, " ")
		}
	}
	if user != "node" {
		t.Errorf("it runs as %q", user)
	}
	if !healthy {
		t.Error("it has no health check")
	}
	if !strings.HasPrefix(entry, "/usr/bin/tini -- ") {
		t.Errorf("nothing reaps child processes and passes signals on: %q", entry)
	}
}

func TestWhatIsCopiedExistsAndIsNotIgnored(t *testing.T) {
	ignore, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range parsedDockerfile(t) {
		for _, command := range stage.Commands {
			copied, ok := command.(*instructions.CopyCommand)
			if !ok || copied.From != "" {
				continue
			}
			for _, source := range copied.SourcePaths {
				if _, err := os.Stat(filepath.Join(root, source)); err != nil {
					t.Errorf("%s: %v", command, err)
				}
				first, _, _ := strings.Cut(source, "/")
				if !strings.Contains(string(ignore), "\n!"+first+"\n") {
					t.Errorf("%s is kept out of the build by .dockerignore", source)
				}
			}
		}
	}
}

// What a setting of the image names must be there: built into /out of the first stage, and copied from there.
func TestProgramsThatTheImageNamesAreBuilt(t *testing.T) {
	all := parsedDockerfile(t)
	built := ""
	for _, command := range all[0].Commands {
		if run, ok := command.(*instructions.RunCommand); ok {
			built += strings.Join(run.CmdLine, " ") + "\n"
		}
	}
	copied := false
	named := map[string]string{}
	for _, command := range all[len(all)-1].Commands {
		switch command := command.(type) {
		case *instructions.CopyCommand:
			copied = copied || command.From == all[0].Name && command.SourcePaths[0] == "/out/" && command.DestPath == "/usr/local/bin/"
		case *instructions.EnvCommand:
			for _, variable := range command.Env {
				named[variable.Key] = variable.Value
			}
		}
	}
	if !copied {
		t.Error("what the first stage builds is not copied to /usr/local/bin")
	}
	for _, variable := range []string{"FAIRLEAD_RENDERER", "FAIRLEAD_VENDOR"} {
		program, found := strings.CutPrefix(named[variable], "/usr/local/bin/")
		if !found || !strings.Contains(built, "-o /out/"+program+" ") {
			t.Errorf("%s names %q, which is not built", variable, named[variable])
		}
	}
}

package workflows

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v4"
)

// action is what GitHub takes for the metadata of a composite action; other keys are mistakes.
type action struct {
	Name        string            `yaml:"name"`
	Description string            `yaml:"description"`
	Author      string            `yaml:"author"`
	Branding    branding          `yaml:"branding"`
	Inputs      map[string]input  `yaml:"inputs"`
	Outputs     map[string]output `yaml:"outputs"`
	Runs        struct {
		Using string `yaml:"using"`
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
}

type branding struct {
	Icon  string `yaml:"icon"`
	Color string `yaml:"color"`
}

type input struct {
	Description string `yaml:"description"`
	Required    bool   `yaml:"required"`
	Default     string `yaml:"default"`
}

type output struct {
	Description string `yaml:"description"`
	Value       string `yaml:"value"`
}

type step struct {
	ID    string            `yaml:"id"`
	Shell string            `yaml:"shell"`
	Env   map[string]string `yaml:"env"`
	Run   string            `yaml:"run"`
}

// readAction answers the metadata, or what is wrong with it.
func readAction(content []byte) (action, []string) {
	var found action
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&found); err != nil {
		return found, []string{err.Error()}
	}
	problems := []string{}
	problem := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if found.Name == "" || found.Description == "" || found.Runs.Using != "composite" || len(found.Runs.Steps) == 0 {
		problem("name, description and the steps of a composite action are required")
	}
	for name, each := range found.Inputs {
		if each.Description == "" || each.Required && each.Default != "" {
			problem("input %s has no description, or is required and has a default", name)
		}
	}
	for index, each := range found.Runs.Steps {
		if each.Shell == "" || each.Run == "" {
			problem("step %d needs shell and run", index)
		}
		// What a workflow hands over may be anybody's text.
		if strings.Contains(each.Run, "${{") {
			problem("step %d has an expression in its commands: hand it over in env", index)
		}
	}
	return found, append(problems, expressionProblems(found)...)
}

// expressionProblems lints the steps as those of a workflow that has the inputs of the action, and checks its outputs.
func expressionProblems(found action) []string {
	type job struct {
		RunsOn  string            `yaml:"runs-on"`
		Outputs map[string]string `yaml:"outputs"`
		Steps   []step            `yaml:"steps"`
	}
	inputs, outputs := map[string]any{}, map[string]string{}
	for name := range found.Inputs {
		inputs[name] = map[string]string{"type": "string"}
	}
	for name, each := range found.Outputs {
		outputs[name] = each.Value
	}
	workflow, err := yaml.Marshal(map[string]any{
		"on":   map[string]any{"workflow_call": map[string]any{"inputs": inputs}},
		"jobs": map[string]job{"action": {RunsOn: "ubuntu-24.04", Outputs: outputs, Steps: found.Runs.Steps}},
	})
	if err != nil {
		return []string{err.Error()}
	}
	_, faults := actionlint.Parse(workflow)
	problems := []string{}
	for _, fault := range append(faults, lintContent("action.yml", workflow)...) {
		problems = append(problems, fault.Error())
	}
	return problems
}

func TestActionHasNoMistakes(t *testing.T) {
	if _, problems := readAction(read(t, "action.yml")); len(problems) > 0 {
		t.Error(strings.Join(problems, "\n"))
	}
}

func TestMistakesInActionAreFound(t *testing.T) {
	content := string(read(t, "action.yml"))
	for name, mistake := range map[string][2]string{
		"an unknown key":                   {"shell: bash", "shells: bash"},
		"no shell":                         {"      shell: bash\n", ""},
		"an input that is not there":       {"inputs.checksum", "inputs.sum"},
		"an output of a step that is none": {"steps.fairlead.outputs.id", "steps.other.outputs.id"},
		"an expression in the commands":    {`"$GITHUB_ACTION_PATH/action/main.mjs"`, "${{ github.action_path }}/action/main.mjs"},
		"no composite action":              {"using: composite", "using: node20"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(content, mistake[0]) {
				t.Fatalf("action.yml has no %q to break", mistake[0])
			}
			broken := strings.Replace(content, mistake[0], mistake[1], 1)
			if _, problems := readAction([]byte(broken)); len(problems) == 0 {
				t.Error("no problem was found")
			}
		})
	}
}

// lintContent lints a workflow that lies nowhere.
func lintContent(path string, content []byte) []*actionlint.Error {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		return []*actionlint.Error{{Message: err.Error()}}
	}
	problems, err := linter.Lint(path, content, nil)
	if err != nil {
		return []*actionlint.Error{{Message: err.Error()}}
	}
	return problems
}

// documentedWorkflow answers the workflow that docs/ci.md gives for GitHub and Gitea.
func documentedWorkflow(t *testing.T) string {
	t.Helper()
	_, section, found := strings.Cut(string(read(t, "docs/ci.md")), "\n## GitHub\n")
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(section)
	if !found || block == nil {
		t.Fatal("docs/ci.md has no workflow below ## GitHub")
	}
	return block[1]
}

// actionProblems says what a workflow hands to the action that it does not take, and what it leaves out.
func actionProblems(t *testing.T, text string) []string {
	t.Helper()
	taken, _ := readAction(read(t, "action.yml"))
	workflow, faults := actionlint.Parse([]byte(text))
	problems := []string{}
	for _, fault := range append(faults, lintContent(directory+"/fairlead.yml", []byte(text))...) {
		problems = append(problems, fault.Error())
	}
	calls := 0
	for _, job := range workflow.Jobs {
		for _, each := range job.Steps {
			used, isAction := each.Exec.(*actionlint.ExecAction)
			if !isAction || !strings.HasPrefix(used.Uses.Value, "fairlead/fairlead@") {
				continue
			}
			calls++
			for name := range used.Inputs {
				if _, known := taken.Inputs[name]; !known {
					problems = append(problems, "the action has no input "+name)
				}
			}
			for name, each := range taken.Inputs {
				if _, given := used.Inputs[name]; each.Required && !given {
					problems = append(problems, "the action needs the input "+name)
				}
			}
		}
	}
	if calls == 0 {
		problems = append(problems, "the action is not used")
	}
	return problems
}

func TestDocumentedWorkflowHasNoMistakes(t *testing.T) {
	if problems := actionProblems(t, documentedWorkflow(t)); len(problems) > 0 {
		t.Error(strings.Join(problems, "\n"))
	}
}

func TestMistakesInDocumentedWorkflowAreFound(t *testing.T) {
	content := documentedWorkflow(t)
	for name, mistake := range map[string][2]string{
		"an input that the action has not": {"token: ${{ secrets", "tokens: ${{ secrets"},
		"no command":                       {"with: { command: promote }", "with: { wait: true }"},
		"an unknown permission":            {"pull-requests: write", "pull-request: write"},
		"an unknown context":               {"vars.TEMPORAL_ADDRESS", "var.TEMPORAL_ADDRESS"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(content, mistake[0]) {
				t.Fatalf("the workflow has no %q to break", mistake[0])
			}
			if len(actionProblems(t, strings.Replace(content, mistake[0], mistake[1], 1))) == 0 {
				t.Error("no problem was found")
			}
		})
	}
}

// Main may be ahead of what is released: docs/ci.md names one release, whichever that is.
func TestDocumentedReleasesAgree(t *testing.T) {
	found := regexp.MustCompile(`fairlead(?:/fairlead)?@v?(\d+\.\d+\.\d+)`).FindAllStringSubmatch(string(read(t, "docs/ci.md")), -1)
	if len(found) == 0 {
		t.Fatal("docs/ci.md names no release")
	}
	for _, each := range found {
		if each[1] != found[0][1] {
			t.Errorf("docs/ci.md names %s and %s", found[0][0], each[0])
		}
	}
}

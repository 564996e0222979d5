// Package deployment checks docker-compose.yml and the Dockerfile with the parsers that Docker itself uses.
package deployment

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const root = "../.."

// load reads a compose file as `docker compose config` does: schema, interpolation, merges, consistency.
func load(t *testing.T, content []byte) (*types.Project, error) {
	t.Helper()
	directory, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir:  directory,
		ConfigFiles: []types.ConfigFile{{Filename: "docker-compose.yml", Content: content}},
	})
}

func composeFile(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func project(t *testing.T) *types.Project {
	t.Helper()
	loaded, err := load(t, composeFile(t))
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func TestComposeFileFollowsTheSchema(t *testing.T) {
	services := project(t).ServiceNames()
	for _, wanted := range []string{"postgresql", "temporal", "temporal-ui", "fairlead-setup", "worker"} {
		if !strings.Contains(" "+strings.Join(services, " ")+" ", " "+wanted+" ") {
			t.Errorf("no service %s, only %v", wanted, services)
		}
	}
}

func TestMistakesAreFound(t *testing.T) {
	for name, mistake := range map[string][2]string{
		"an unknown key":                  {"stop_grace_period: 45s", "stop_grace: 45s"},
		"a wrong type":                    {"read_only: true", "read_only: often"},
		"a dependency that is not there":  {"fairlead-setup: { condition:", "fairlead-start: { condition:"},
		"a secret that is not declared":   {"secrets: [github-token, kubeconfig]", "secrets: [gitlab-token, kubeconfig]"},
		"a dependency that cannot happen": {"condition: service_healthy", "condition: service_happy"},
	} {
		t.Run(name, func(t *testing.T) {
			content := string(composeFile(t))
			if !strings.Contains(content, mistake[0]) {
				t.Fatalf("the compose file has no %q to break", mistake[0])
			}
			if _, err := load(t, []byte(strings.Replace(content, mistake[0], mistake[1], 1))); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestImagesAreOfOneFullVersion(t *testing.T) {
	full := regexp.MustCompile(`^[a-z0-9/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?(@sha256:[0-9a-f]{64})?$`)
	for name, service := range project(t).Services {
		// What is built here has no digest yet.
		if !full.MatchString(service.Image) || service.Build == nil && !strings.Contains(service.Image, "@") {
			t.Errorf("%s: the image %q is not pinned to a full version and its digest", name, service.Image)
		}
	}
}

func TestServicesThatStayHaveAHealthCheckAndRestart(t *testing.T) {
	for name, service := range project(t).Services {
		if service.Restart == "unless-stopped" {
			// That of Fairlead's image stands in the Dockerfile.
			if service.HealthCheck == nil && service.Build == nil {
				t.Errorf("%s has no health check", name)
			}
			continue
		}
		if !strings.HasPrefix(service.Restart, "on-failure:") {
			t.Errorf("%s neither stays nor is it tried again: restart is %q", name, service.Restart)
		}
	}
}

func TestWhoIsWaitedForToBeHealthyHasAHealthCheck(t *testing.T) {
	services := project(t).Services
	for name, service := range services {
		for other, dependency := range service.DependsOn {
			awaited := services[other]
			switch dependency.Condition {
			case types.ServiceConditionHealthy:
				if awaited.HealthCheck == nil {
					t.Errorf("%s waits for %s to be healthy, which has no health check", name, other)
				}
			case types.ServiceConditionCompletedSuccessfully:
				if !strings.HasPrefix(awaited.Restart, "on-failure:") {
					t.Errorf("%s waits for the end of %s, which does not end", name, other)
				}
			}
		}
	}
}

func TestNoSecretsInside(t *testing.T) {
	loaded := project(t)
	for name, secret := range loaded.Secrets {
		if secret.Content != "" || secret.File == "" || filepath.Base(filepath.Dir(secret.File)) != "secrets" {
			t.Errorf("the secret %s is not a file in secrets/", name)
		}
	}
	suspicious := regexp.MustCompile(`(?i)(password|pwd|token|secret|api_?key)`)
	for name, service := range loaded.Services {
		for key, value := range service.Environment {
			if suspicious.MatchString(key) && (value == nil || !strings.HasPrefix(*value, "/run/secrets/")) {
				t.Errorf("%s: %s holds a secret itself", name, key)
			}
		}
	}
}

func TestNothingIsOpenToOtherMachines(t *testing.T) {
	for name, service := range project(t).Services {
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes port %s on %q", name, port.Published, port.HostIP)
			}
		}
	}
}

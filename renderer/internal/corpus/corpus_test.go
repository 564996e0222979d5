// Package corpus renders charts and kustomizations that others wrote, from modules that the Go proxy has, and compares with
// the command lines of the very releases whose libraries are built in.
package corpus

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/released"
)

// root is where the files lie in the renderer's file system.
const root = "/main"

// moduleFiles answers the directory of a module, which is fetched where it is not in the cache of modules yet. A module
// without a version is the one that go.mod names.
func moduleFiles(t *testing.T, module string) string {
	t.Helper()
	command := exec.Command("go", "list", "-m", "-json", module)
	if strings.Contains(module, "@") {
		command = exec.Command("go", "mod", "download", "-json", module)
		// Outside of a module nothing is added to go.mod.
		command.Dir = t.TempDir()
	}
	command.Env = append(os.Environ(), "GOFLAGS=")
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("%s cannot be fetched: %v\n%s", module, err, printed)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(printed, &found); err != nil || found.Dir == "" {
		t.Fatalf("%s has no directory: %v", module, err)
	}
	return found.Dir
}

// filesBelow reads all files of a directory. A symlink that leads nowhere is left out.
func filesBelow(t *testing.T, directory string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(directory, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(directory, name)
		if err != nil {
			return err
		}
		if content, err := os.ReadFile(name); err == nil {
			files[path.Join(root, filepath.ToSlash(relative))] = string(content)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// directoriesWith finds the directories that hold one of these files.
func directoriesWith(t *testing.T, top string, names ...string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		for _, one := range names {
			if _, err := os.Stat(filepath.Join(name, one)); err == nil {
				found = append(found, name)
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// chartOf is the request for a chart without its hooks, as `helm template --no-hooks` leaves them out.
func chartOf(files map[string]string) *protocol.LeafRequest {
	files["/chart/kustomization.yaml"] = "resources: [output.yaml]\n"
	return &protocol.LeafRequest{Files: files, Root: "/chart", Chart: &protocol.ChartRequest{
		Directory: root, OutputFile: "/chart/output.yaml", ReleaseName: released.ReleaseName, Namespace: released.Namespace,
		IncludeCRDs: true, Hooks: "drop", KubeVersion: kubeVersion,
	}}
}

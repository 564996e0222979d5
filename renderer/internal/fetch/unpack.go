package fetch

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

// As large as rendering takes it: src/platform/limits.ts.
const (
	mostContent = 64 * mebibyte
	mostFile    = 4 * mebibyte
	mostValues  = 1 * mebibyte
	mostFiles   = 10_000
	mostDepth   = 8
)

// unpack answers the files of an archive by path below the chart's directory. Archives in charts/ are unpacked, too, so
// that a reviewer sees what is in them.
func unpack(content []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	if err := unpackInto(files, content, "", 0); err != nil {
		return nil, err
	}
	return files, nil
}

func unpackInto(files map[string][]byte, content []byte, at string, depth int) error {
	if depth > mostDepth {
		return fmt.Errorf("its charts hold charts more than %d levels deep", mostDepth)
	}
	if err := checkEntries(content); err != nil {
		return inside(at, err)
	}
	archive.MaxDecompressedChartSize = mostContent
	entries, err := archive.LoadArchiveFiles(bytes.NewReader(content))
	if err != nil {
		return inside(at, err)
	}
	for _, entry := range entries {
		if err := checkName(entry.Name); err != nil {
			return inside(at, err)
		}
		if isNestedArchive(entry.Name) {
			if err := unpackInto(files, entry.Data, path.Join(at, strings.TrimSuffix(entry.Name, ".tgz")), depth+1); err != nil {
				return err
			}
			continue
		}
		name := path.Join(at, entry.Name)
		if _, twice := files[name]; twice {
			return fmt.Errorf("%s: it is there twice", name)
		}
		files[name] = entry.Data
	}
	return checkTotal(files)
}

func inside(at string, err error) error {
	if at == "" {
		return err
	}
	return fmt.Errorf("%s.tgz: %w", at, err)
}

// isNestedArchive is Helm's own test (loader.LoadFiles): what lies directly in charts/, and is not hidden.
func isNestedArchive(name string) bool {
	inside, found := strings.CutPrefix(name, "charts/")
	return found && !strings.Contains(inside, "/") && strings.HasSuffix(inside, ".tgz") && strings.IndexAny(inside, "_.") != 0
}

// checkEntries refuses what Helm's loader would take for an empty file: links and devices. It reads no further than Helm.
func checkEntries(content []byte) error {
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("it is no .tgz: %w", err)
	}
	reader := tar.NewReader(&bounded{ReadCloser: unzipped, left: mostContent + mostFiles*1024, from: "The archive"})
	for count := 0; ; count++ {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if count > mostFiles {
			return fmt.Errorf("it has more than %d files", mostFiles)
		}
		switch header.Typeflag {
		case tar.TypeReg, tar.TypeDir, tar.TypeXGlobalHeader, tar.TypeXHeader:
		default:
			return fmt.Errorf("%s: it is a link or a device, and a chart holds files alone", shown(header.Name))
		}
	}
}

// reserved are names that git, Fairlead or kustomize would obey in the base.
var reserved = []string{".git", ".gitmodules"}

func checkName(name string) error {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, `\:*?"<>|`) {
		return fmt.Errorf("%s: its name has characters that not every machine can keep", shown(name))
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." || slices.Contains(reserved, strings.ToLower(strings.TrimRight(part, " ."))) {
			return fmt.Errorf("%s: a chart has no business with such a name", shown(name))
		}
	}
	return nil
}

func shown(name string) string { return fmt.Sprintf("%.200q", name) }

func checkTotal(files map[string][]byte) error {
	total := 0
	for _, content := range files {
		total += len(content)
	}
	if total > mostContent {
		return fmt.Errorf("its files have more than %d MiB together", mostContent/mebibyte)
	}
	if len(files) > mostFiles {
		return fmt.Errorf("it has more than %d files", mostFiles)
	}
	return nil
}

// ignoreFile takes the place of the chart's own, whose rules have done their work when the archive was made. So what is
// rendered from the directory is what Helm renders from the archive.
const ignoreFile = `# Written by fairlead vendor: templates see the files of the chart alone.
/.helmignore
/helm.yaml
/vendor.lock
`

// refuseFiles looks at the whole of a chart before it is written, and leaves out what git would obey.
func refuseFiles(files map[string][]byte) error {
	for name, content := range files {
		base := path.Base(name)
		if base == ".gitignore" || base == ".gitattributes" || name == ".helmignore" {
			delete(files, name)
			continue
		}
		switch name {
		case "helm.yaml", "vendor.lock", "kustomization.yaml", "kustomization.yml", "Kustomization":
			return fmt.Errorf("%s: Fairlead reads a file of this name itself", name)
		case "values.yaml":
			if len(content) > mostValues {
				return fmt.Errorf("%s: it has more than %d MiB, and rendering takes no more", name, mostValues/mebibyte)
			}
		}
		if len(content) > mostFile {
			return fmt.Errorf("%s: it has more than %d MiB, and rendering takes no more", name, mostFile/mebibyte)
		}
	}
	files[".helmignore"] = []byte(ignoreFile)
	return checkTotal(files)
}

// load reads the chart at a path among the files.
func load(files map[string][]byte, at string) (*helmchart.Chart, error) {
	var buffered []*archive.BufferedFile
	for name, content := range files {
		if inside, found := cutDirectory(name, at); found {
			buffered = append(buffered, &archive.BufferedFile{Name: inside, Data: content})
		}
	}
	slices.SortFunc(buffered, func(a, b *archive.BufferedFile) int { return strings.Compare(a.Name, b.Name) })
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	return loaded, loaded.Validate()
}

func cutDirectory(name, directory string) (string, bool) {
	if directory == "" {
		return name, true
	}
	return strings.CutPrefix(name, directory+"/")
}

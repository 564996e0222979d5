package fetch

import (
	"archive/tar"
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

// hostile are archives of which nothing may be written, with words of the reason.
func hostile() map[string]struct {
	archive []byte
	words   string
} {
	chart := chartFiles("hello", "1.0.0", nil)
	with := func(more map[string]string) []byte { return packed("hello", chartFiles("hello", "1.0.0", more)) }
	entry := func(header *tar.Header, content string) []byte {
		return archived(func(tarball *tar.Writer) {
			for name, text := range chart {
				writeEntry(tarball, &tar.Header{Name: "hello/" + name, Mode: 0o644}, text)
			}
			writeEntry(tarball, header, content)
		})
	}
	type archives = struct {
		archive []byte
		words   string
	}
	return map[string]archives{
		"no archive":       {[]byte("<html>"), "no .tgz"},
		"no chart":         {packed("hello", map[string]string{"README.md": "x"}), "Chart.yaml"},
		"leads out":        {entry(&tar.Header{Name: "hello/../../etc/passwd"}, "x"), "parent directory"},
		"absolute":         {entry(&tar.Header{Name: "hello//etc/passwd"}, "x"), "absolute"},
		"symlink":          {entry(&tar.Header{Name: "hello/link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, ""), "link"},
		"hard link":        {entry(&tar.Header{Name: "hello/link", Typeflag: tar.TypeLink, Linkname: "hello/Chart.yaml"}, ""), "link"},
		"device":           {entry(&tar.Header{Name: "hello/null", Typeflag: tar.TypeChar}, ""), "device"},
		"git's hooks":      {with(map[string]string{"files/.git/hooks/post-checkout": "#!/bin/sh\n"}), ".git"},
		"git's hooks, too": {with(map[string]string{"files/.GIT /config": "x"}), ".GIT"},
		"control":          {with(map[string]string{"a\x1b[31mb": "x"}), "characters"},
		"backslash":        {with(map[string]string{`a\..\..\b`: "x"}), ""},
		"twice":            {entry(&tar.Header{Name: "other/values.yaml"}, "x"), "twice"},
		"ours":             {with(map[string]string{"helm.yaml": "hooks: keep"}), "helm.yaml"},
		"ours, too":        {with(map[string]string{"vendor.lock": "x"}), "vendor.lock"},
		"a kustomization":  {with(map[string]string{"kustomization.yaml": "x"}), "kustomization.yaml"},
		"a large file":     {with(map[string]string{"large.txt": strings.Repeat("x", mostFile+1)}), "4 MiB"},
		"large values":     {with(map[string]string{"values.yaml": strings.Repeat("#", mostValues+1)}), "1 MiB"},
		"a bomb":           {with(map[string]string{"a": strings.Repeat("\x00", mostContent+1)}), "larger than the maximum size"},
		"a bomb in a bomb": {with(map[string]string{"charts/a.tgz": string(packed("a", chartFiles("a", "1.0.0", map[string]string{"a": strings.Repeat("\x00", mostContent+1)})))}), "charts/a.tgz"},
		"many files":       {archived(func(tarball *tar.Writer) { manyEntries(tarball, mostFiles+2) }), "10000 files"},
		"charts in charts": {nested(mostDepth + 2), "levels deep"},
	}
}

func manyEntries(tarball *tar.Writer, count int) {
	for number := range count {
		writeEntry(tarball, &tar.Header{Name: "hello/" + strings.Repeat("x", number%50) + string(rune('a'+number%26)) + strings.Repeat("y", number/50)}, "")
	}
}

func nested(levels int) []byte {
	files := chartFiles("hello", "1.0.0", nil)
	for range levels {
		files = chartFiles("hello", "1.0.0", map[string]string{"charts/hello.tgz": string(packed("hello", files))})
	}
	return packed("hello", files)
}

func TestArchivesThatWouldDoHarmAreRefusedAndNothingIsWritten(t *testing.T) {
	for name, each := range hostile() {
		t.Run(name, func(t *testing.T) {
			repository := newRepository(t)
			repository.publish("hello", "1.0.0", each.archive)
			refusal(t, Order{Source: repository.url + "/hello", Version: "1.0.0"}, Refused, each.words)
		})
	}
}

func TestArchivesInChartsAreUnpacked(t *testing.T) {
	redis := packed("redis", chartFiles("redis", "2.0.0", nil))
	archive := packed("hello", chartFiles("hello", "1.0.0", map[string]string{"charts/redis-2.0.0.tgz": string(redis)}))
	files, err := unpack(archive)
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(files))
	wanted := []string{"Chart.yaml", "charts/redis-2.0.0/Chart.yaml", "charts/redis-2.0.0/templates/config.yaml", "charts/redis-2.0.0/values.yaml", "templates/config.yaml", "values.yaml"}
	if !slices.Equal(names, wanted) {
		t.Errorf("files %v", names)
	}
	loaded, err := load(files, "")
	if err != nil || len(loaded.Dependencies()) != 1 || loaded.Dependencies()[0].Metadata.Version != "2.0.0" {
		t.Errorf("Helm does not find the chart in it: %v", err)
	}
}

func TestFilesThatGitWouldObeyAreLeftOut(t *testing.T) {
	repository := newRepository(t)
	repository.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", map[string]string{
		".gitignore": "values.yaml\n", "files/.gitattributes": "* text\n", ".helmignore": "values.yaml\n", "files/kept.txt": "x",
	})))
	_, files, err := fetchInto(t, Order{Source: repository.url + "/hello", Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(files))
	if !slices.Equal(names, []string{".helmignore", "Chart.yaml", "files/kept.txt", "templates/config.yaml", "values.yaml"}) {
		t.Errorf("files %v", names)
	}
	// What the archive holds is the chart; its rules were for whoever made it.
	if !strings.Contains(files[".helmignore"], "/helm.yaml") || strings.Contains(files[".helmignore"], "values.yaml") {
		t.Errorf(".helmignore: %s", files[".helmignore"])
	}
}

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	repository := newRepository(t)
	repository.files["index.yaml.tgz"] = bytes.Repeat([]byte("x"), mostAnswer+1)
	refusal(t, Order{Source: repository.url + "/index.yaml.tgz", Version: "1.0.0"}, Refused, "64 MiB")
}

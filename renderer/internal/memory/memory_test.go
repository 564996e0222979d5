package memory

import "testing"

func TestAFileCannotAlsoBeADirectory(t *testing.T) {
	if _, err := New(map[string][]byte{"/a": nil, "/a/b/c": nil}); err == nil {
		t.Fatal("taken")
	}
}

func TestFilesAndDirectoriesAreFoundByAnySpelling(t *testing.T) {
	fs, err := New(map[string][]byte{"/main/a/b.yaml": []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/main/a/b.yaml", "/main/./a/../a/b.yaml", "main/a/b.yaml", "/../main/a/b.yaml"} {
		if content, err := fs.ReadFile(name); err != nil || string(content) != "x" {
			t.Errorf("%s: %q %v", name, content, err)
		}
	}
	for name, wanted := range map[string]bool{"/": true, "/main": true, "/main/a": true, "/main/a/": true, "/main/a/b.yaml": false, "/mai": false} {
		if fs.IsDir(name) != wanted {
			t.Errorf("%s: directory is not %v", name, wanted)
		}
	}
}

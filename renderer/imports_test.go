package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What fetches charts is another program, in cmd/: the renderer must not be able to.
func TestTheRendererHasNoClientOfRegistriesAndRepositories(t *testing.T) {
	clients := []string{
		"fairlead.dev/renderer/internal/fetch", "helm.sh/helm/v4/pkg/registry", "helm.sh/helm/v4/pkg/getter",
		"helm.sh/helm/v4/pkg/downloader", "helm.sh/helm/v4/pkg/repo", "oras.land/",
	}
	if found := linked(t, ".", clients); len(found) > 0 {
		t.Errorf("the renderer links %v", found)
	}
	if found := linked(t, "./cmd/fairlead-vendor", clients); len(found) < 4 {
		t.Errorf("the list of clients is outdated: fairlead-vendor links %v of them", found)
	}
}

// src/vendor/program.ts digests these folders, and builds it again when they change.
func TestFairleadVendorIsMadeOfItsOwnFolders(t *testing.T) {
	wanted := []string{"fairlead.dev/renderer/internal/fetch", "fairlead.dev/renderer/cmd/fairlead-vendor"}
	if found := linked(t, "./cmd/fairlead-vendor", []string{"fairlead.dev/"}); !slices.Equal(found, wanted) {
		t.Errorf("fairlead-vendor links %v", found)
	}
}

// linked lists the packages with these prefixes of which a program consists.
func linked(t *testing.T, program string, prefixes []string) []string {
	t.Helper()
	listed, err := exec.Command("go", "list", "-deps", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Fields(string(listed)), func(each string) bool {
		return !slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(each, prefix) })
	})
}

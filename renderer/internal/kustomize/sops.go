package kustomize

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/protocol"
)

// checkEncrypted refuses a render that changes an object which SOPS has encrypted: its MAC covers every value, or those
// that are encrypted where it says so. The order of keys counts for the sops program, but not for Flux, which checks
// each value by itself.
func (t *tree) checkEncrypted(objects resmap.ResMap) error {
	var written map[string]any
	for _, object := range objects.Resources() {
		if _, encrypted := macOf(object.Field("sops")); !encrypted {
			continue
		}
		if written == nil {
			written = t.encryptedObjects()
		}
		now, err := object.Map()
		if err != nil {
			return t.explain(err)
		}
		mac, _ := macOf(object.Field("sops"))
		before, known := written[mac].(map[string]any)
		if !known {
			return encryptedProblem(object.GetKind(), object.GetName(), "sops.mac")
		}
		onlyEncrypted, _ := now["sops"].(map[string]any)["mac_only_encrypted"].(bool)
		if changed := firstChange(leaves(before, onlyEncrypted), leaves(now, onlyEncrypted)); changed != "" {
			return encryptedProblem(object.GetKind(), object.GetName(), changed)
		}
	}
	return nil
}

func encryptedProblem(kind, name, changed string) error {
	return protocol.Errorf(protocol.Refused,
		"%s %s is encrypted with SOPS, and the render would change %s, which its MAC covers. Write that into the file before it is "+
			"encrypted, keep the file out of what changes it, or encrypt it with --mac-only-encrypted where the value itself is in clear.",
		kind, name, changed)
}

func macOf(sops *yaml.MapNode) (string, bool) {
	if sops == nil || sops.IsNilOrEmpty() {
		return "", false
	}
	mac := sops.Value.Field("mac")
	if mac.IsNilOrEmpty() {
		return "", false
	}
	return yaml.GetValue(mac.Value), true
}

// encryptedObjects are those of the files of objects, by their MAC.
func (t *tree) encryptedObjects() map[string]any {
	found := map[string]any{}
	for _, file := range t.resources {
		content, err := t.fs.ReadFile(file)
		if err != nil || !bytes.Contains(content, []byte("sops")) {
			continue
		}
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		for {
			var object map[string]any
			if decoder.Decode(&object) != nil {
				break
			}
			sops, _ := object["sops"].(map[string]any)
			if mac, written := sops["mac"].(string); written {
				found[mac] = object
			}
		}
	}
	return found
}

// leaves are the values of an object by path; with onlyEncrypted those that SOPS has encrypted, and its own.
func leaves(object map[string]any, onlyEncrypted bool) map[string]any {
	found := map[string]any{}
	collectLeaves(found, "", object)
	if onlyEncrypted {
		maps.DeleteFunc(found, func(path string, value any) bool {
			text, _ := value.(string)
			return !strings.HasPrefix(text, "ENC[") && !strings.HasPrefix(path, ".sops")
		})
	}
	return found
}

func collectLeaves(found map[string]any, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, below := range value {
			collectLeaves(found, path+"."+key, below)
		}
	case []any:
		for index, below := range value {
			collectLeaves(found, path+"."+strconv.Itoa(index), below)
		}
	default:
		found[path] = value
	}
}

// firstChange is the path of the first value that is another one, was added or is gone.
func firstChange(before, now map[string]any) string {
	for _, path := range slices.Sorted(maps.Keys(now)) {
		if earlier, known := before[path]; !known || !reflect.DeepEqual(earlier, now[path]) {
			return strings.TrimPrefix(path, ".")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(before)) {
		if _, kept := now[path]; !kept {
			return strings.TrimPrefix(path, ".")
		}
	}
	return ""
}

package chart

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v4/pkg/chart/common"
)

// Each expression gives another result in another run, or at another time.
var unstableExpressions = map[string]string{
	"now": `now | toString`, "date": `now | date "15"`, "htmlDate": `htmlDate "no date"`, "htmlDateInZone": `htmlDateInZone (now) "UTC"`,
	"dateInZone": `dateInZone "05" (now) "Europe/Berlin"`, "date_in_zone": `date_in_zone "Jan" "x" "UTC"`, "ago": `ago (toDate "2006" "2020")`,
	"durationRound": `durationRound (toDate "2006" "2020")`, "unixEpoch": `now | unixEpoch`,
	"randAlphaNum": `randAlphaNum 1`, "randAlpha": `randAlpha 8 | b64enc | quote`, "randAscii": `randAscii 3 | b64enc`, "randNumeric": `randNumeric 2 | quote`,
	"randBytes": `randBytes 2`, "randInt": `randInt 0 2 | quote`, "shuffle": `shuffle "ab"`, "uuidv4": `uuidv4`,
	"genPrivateKey": `genPrivateKey "rsa" | sha256sum`, "genCA": `(genCA "c" 1).Cert | b64enc`, "genCAWithKey": `(genCAWithKey "c" 1 "k").Key | sha1sum`,
	"genSelfSignedCert": `(genSelfSignedCert "c" nil nil 1).Key | b64enc`, "genSelfSignedCertWithKey": `(genSelfSignedCertWithKey "c" nil nil 1 "k").Cert | b64enc`,
	"genSignedCert": `(genSignedCert "c" nil nil 1 (genCA "c" 1)).Cert | b64enc`, "genSignedCertWithKey": `(genSignedCertWithKey "c" nil nil 1 (genCA "c" 1) "k").Cert | b64enc`,
	"bcrypt": `bcrypt "p"`, "htpasswd": `htpasswd "u" "p"`, "encryptAES": `encryptAES "k" "t"`,
}

func configMapOf(expression string) map[string]string {
	return map[string]string{"templates/u.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: u}\ndata:\n  u: {{ " + expression + " }}\n"}
}

func TestOutputThatChangesFromRunToRunIsNoticed(t *testing.T) {
	for name, expression := range unstableExpressions {
		t.Run(name, func(t *testing.T) {
			output, err := Render(shipper(configMapOf(expression)), request(nil))
			if err != nil {
				t.Fatal(err)
			}
			if output.Second == "" || output.Second == output.First {
				t.Fatal(output.First)
			}
			contains(t, output.Explain("ConfigMap", "u"), "shipper/templates/u.yaml calls ")
		})
	}
}

func TestTakesWhatOnlyLooksUnstable(t *testing.T) {
	for name, expression := range map[string]string{
		"a branch that is not taken":  `if false }}{{ randAlphaNum 9 }}{{ else }}x{{ end`,
		"a made-up value not used":    `$unused := genCA "c" 1 }}{{ "x"`,
		"a round trip":                `encryptAES "k" "t" | decryptAES "k"`,
		"the length of random text":   `randAlphaNum 9 | len | quote`,
		"one possible random number":  `randInt 4 5 | quote`,
		"a date that the chart names": `toDate "2006" "2020" | date "2006" | quote`,
		"keys in any order":           `keys (dict "b" 1 "a" 2 "c" 3) | join "-"`,
		"values in any order":         `values (dict "b" 1 "a" 2 "c" 3) | join "-"`,
		"values that templates set":   `$_ := set .Values "n" (add1 (.Values.n | default 0)) }}{{ .Values.n | quote`,
		"values that they set below":  `$_ := set .Values.region "n" (add1 (.Values.region.n | default 0)) }}{{ .Values.region.n | quote`,
		"values in several places":    `$_ := set . "Same" .Values.region }}{{ $_ := set .Same "n" (add1 (.Values.region.n | default 0)) }}{{ .Values.region.n | quote`,
	} {
		t.Run(name, func(t *testing.T) { render(t, configMapOf(expression), nil) })
	}
}

func TestAddressesAreNoticed(t *testing.T) {
	for _, expression := range []string{`printf "%p" .Values | quote`, `toString . | sha256sum`, `printf "%v" (list .Capabilities) | quote`} {
		output, err := Render(shipper(configMapOf(expression)), request(nil))
		if err != nil || output.Second == "" || output.Second == output.First {
			t.Errorf("%s: %v\n%+v", expression, err, output)
		}
	}
}

func TestACopyOfValuesHasWhatIsTheSameOnce(t *testing.T) {
	shared := map[string]any{"n": 1}
	top := common.Values{"Values": common.Values{"a": shared, "list": []any{shared}, "sub": map[string]any{"global": shared}}}
	copied := copied(top)
	values := copied["Values"].(common.Values)
	values["a"].(map[string]any)["n"] = 2
	if values["sub"].(map[string]any)["global"].(map[string]any)["n"] != 2 || values["list"].([]any)[0].(map[string]any)["n"] != 2 {
		t.Errorf("it is not the same in the copy: %v", copied)
	}
	if shared["n"] != 1 {
		t.Error("it is no copy")
	}
}

func TestOrdersAreAlwaysTheSame(t *testing.T) {
	expression := `keys (dict "b" 1 "a" 2 "c" 3) (dict "z" 1 "y" 2) | join "" }}-{{ values (dict "b" 1 "a" 2 "c" 3) | join ""`
	for range 20 {
		contains(t, render(t, configMapOf(expression), nil), "u: abcyz-213")
	}
}

// sprig names what it knows to be unstable; what a later version adds must be looked at here.
func TestEveryUnstableFunctionOfSprigIsReplaced(t *testing.T) {
	ours := (&variant{called: map[string]bool{}}).functions()
	hermetic := sprig.HermeticTxtFuncMap()
	for _, name := range slices.Sorted(maps.Keys(sprig.TxtFuncMap())) {
		_, stable := hermetic[name]
		suspicious := !stable || strings.HasPrefix(name, "rand") || strings.HasPrefix(name, "gen") || strings.Contains(strings.ToLower(name), "date")
		deterministic := slices.Contains([]string{"env", "expandenv", "getHostByName", "date_modify", "dateModify", "must_date_modify", "mustDateModify", "toDate", "mustToDate"}, name)
		if _, replaced := ours[name]; suspicious && !replaced && !deterministic {
			t.Errorf("%s is neither replaced nor known to be stable", name)
		}
	}
	if count := len(sprig.TxtFuncMap()); count != 211 {
		t.Errorf("sprig has %d functions: look at the new ones, then correct this number", count)
	}
}

package chart

import (
	"strings"
	"text/template"
)

// pair has the fields of sprig's certificate.
type pair struct{ Cert, Key string }

// keyFunctions stand in for those that make keys, certificates and salted hashes: a result that reaches the output is
// refused in any case, so none is worth the seconds that real ones take.
func (v *variant) keyFunctions() template.FuncMap {
	all := template.FuncMap{
		"genPrivateKey": func(string) string {
			v.note("genPrivateKey")
			return v.pem("PRIVATE KEY")
		},
		"bcrypt": func(string) string { return v.bcrypt("bcrypt") },
		"htpasswd": func(user, _ string) string {
			if strings.Contains(user, ":") {
				return "invalid username: " + user
			}
			return user + ":" + v.bcrypt("htpasswd")
		},
		"encryptAES": func(password, text string) (string, error) {
			v.note("encryptAES")
			return encryptAES(password, text)
		},
	}
	for _, name := range []string{
		"genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey",
	} {
		all[name] = func(...any) pair {
			v.note(name)
			return pair{Cert: v.pem("CERTIFICATE"), Key: v.pem("PRIVATE KEY")}
		}
	}
	return all
}

func (v *variant) pem(kind string) string {
	return "-----BEGIN " + kind + "-----\n" + strings.Repeat(v.letter("A", "B"), 64) + "\n-----END " + kind + "-----\n"
}

func (v *variant) bcrypt(name string) string {
	v.note(name)
	return "$2a$10$" + strings.Repeat(v.letter("a", "b"), 53)
}

package chart

import (
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

// The two clocks differ in every field that a format can print, so that even `now | date "15"` is noticed.
var (
	firstNow  = time.Date(2021, time.February, 3, 4, 5, 6, 123456789, time.UTC)
	secondNow = time.Date(2034, time.November, 27, 18, 49, 57, 987654321, time.UTC)
)

func (v *variant) now(name string) time.Time {
	v.note(name)
	if v.second {
		return secondNow
	}
	return firstNow
}

// Helm's own, which it makes anew for each chart.
var (
	original      = sprig.TxtFuncMap()
	dateInZone    = original["dateInZone"].(func(string, any, string) string)
	durationRound = original["durationRound"].(func(any) string)
	encryptAES    = original["encryptAES"].(func(string, string) (string, error))
)

// clockFunctions are `now` and all that fall back to the present time for a value that is no date.
func (v *variant) clockFunctions() template.FuncMap {
	inZone := func(name string) func(string, any, string) string {
		return func(format string, date any, zone string) string {
			return dateInZone(format, v.dateOrNow(name, date), zone)
		}
	}
	return template.FuncMap{
		"now":            func() time.Time { return v.now("now") },
		"date":           func(format string, date any) string { return inZone("date")(format, date, "Local") },
		"htmlDate":       func(date any) string { return inZone("htmlDate")("2006-01-02", date, "Local") },
		"htmlDateInZone": func(date any, zone string) string { return inZone("htmlDateInZone")("2006-01-02", date, zone) },
		"dateInZone":     inZone("dateInZone"),
		"date_in_zone":   inZone("date_in_zone"),
		"ago": func(date any) string {
			return v.now("ago").Sub(v.dateOrNow("ago", date)).Round(time.Second).String()
		},
		"durationRound": func(duration any) string {
			if since, isDate := duration.(time.Time); isDate {
				duration = int64(v.now("durationRound").Sub(since))
			}
			return durationRound(duration)
		},
	}
}

func (v *variant) dateOrNow(name string, date any) time.Time {
	switch date := date.(type) {
	case time.Time:
		return date
	case *time.Time:
		return *date
	case int64:
		return time.Unix(date, 0)
	case int:
		return time.Unix(int64(date), 0)
	case int32:
		return time.Unix(int64(date), 0)
	default:
		return v.now(name)
	}
}

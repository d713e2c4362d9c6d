package dsn

import "testing"

func TestJDBC(t *testing.T) {
	for _, tt := range []struct {
		text, driver, host, port, param, value string
	}{
		{"jdbc:mysql://db.example.com:3307/app?useSSL=false&x=1", "mysql", "db.example.com", "3307", "useSSL", "false"},
		{"jdbc:mysql:loadbalance://a.example.com,b.example.com/app?sslMode=REQUIRED", "mysql", "a.example.com", "", "sslMode", "REQUIRED"},
		{"jdbc:mariadb://db.example.com/app?sslMode=trust", "mysql", "db.example.com", "", "sslMode", "trust"},
		{"jdbc:postgresql://db.example.com/app?user=x&sslmode=require", "postgres", "db.example.com", "", "sslmode", "require"},
		{"jdbc:sqlserver://db.example.com:1433;databaseName=a;encrypt=false", "sqlserver", "db.example.com", "1433", "encrypt", "false"},
		{`jdbc:sqlserver://db.example.com\one;encrypt=false;`, "sqlserver", "db.example.com", "", "encrypt", "false"},
		{"jdbc:postgresql:app?sslmode=require", "", "", "", "", ""},
		{"jdbc:h2:mem:test", "", "", "", "", ""},
		{"jdbc:", "", "", "", "", ""},
	} {
		d, ok := Parse(tt.text)
		if ok != (tt.driver != "") {
			t.Errorf("%s: ok %v", tt.text, ok)
			continue
		}
		if !ok {
			continue
		}
		if why := inconsistent(tt.text, d); why != "" {
			t.Errorf("%s: %s", tt.text, why)
		}
		if d.Driver != tt.driver || len(d.Hosts) == 0 || d.Hosts[0] != (Host{tt.host, tt.port}) {
			t.Errorf("%s: driver %s, hosts %v", tt.text, d.Driver, d.Hosts)
		}
		found := false
		for _, p := range d.Params {
			if p.Name == tt.param {
				found = true
				if got := tt.text[p.ValueStart:p.ValueEnd]; got != tt.value || p.Value != tt.value {
					t.Errorf("%s: %s is %q at its place and %q", tt.text, p.Name, got, p.Value)
				}
			}
		}
		if !found {
			t.Errorf("%s: no %s in %v", tt.text, tt.param, d.Params)
		}
	}
}

func FuzzJDBC(f *testing.F) {
	f.Add("jdbc:mysql://a/b?c=d")
	f.Add("jdbc:sqlserver://a;b=c;d=e")
	f.Fuzz(func(t *testing.T, text string) {
		if d, ok := Parse("jdbc:" + text); ok {
			if why := inconsistent("jdbc:"+text, d); why != "" {
				t.Errorf("Parse(%q): %s", text, why)
			}
		}
	})
}

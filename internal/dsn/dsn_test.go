package dsn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/ir"
)

// describe is a DSN in one line: driver, hosts, parameters with their separators.
func describe(d DSN) string {
	var parts []string
	parts = append(parts, d.Driver)
	for _, h := range d.Hosts {
		parts = append(parts, "["+h.Name+" "+h.Port+"]")
	}
	for _, p := range d.Params {
		sep := "-"
		if p.Sep != 0 {
			sep = strings.ReplaceAll(string(p.Sep), " ", "_")
		}
		parts = append(parts, sep+p.Name+"="+p.Value)
	}
	return strings.Join(parts, " ")
}

func TestParse(t *testing.T) {
	tests := []struct{ text, want string }{
		// URLs.
		{"postgres://user:pw@db.corp:5432/pay?sslmode=disable", "postgres [db.corp 5432] -sslmode=disable"},
		{"postgresql://db/pay?connect_timeout=3&sslmode=require&x", "postgres [db ] -connect_timeout=3 &sslmode=require &x="},
		{"POSTGRES://DB/pay?SSLMODE=disable", "postgres [DB ] -SSLMODE=disable"},
		{"postgres://a:1,b:2/pay?sslmode=disable", "postgres [a 1] [b 2] -sslmode=disable"},
		{"postgres://[::1]:5432/pay?sslmode=disable", "postgres [::1 5432] -sslmode=disable"},
		{"postgres://%2Fvar%2Frun%2Fpg/pay?sslmode=disable", "postgres [/var/run/pg ] -sslmode=disable"},
		{"postgres:///pay?host=/var/run/pg&sslmode=disable", "postgres [/var/run/pg ] -host=/var/run/pg &sslmode=disable"},
		{"postgres://u:p@ss@db/pay?sslmode=disable", "postgres [db ] -sslmode=disable"},
		{"postgres://db/pay?", "postgres [db ]"},
		{"postgres://db?sslmode=disable&", "postgres [db ] -sslmode=disable"},
		{"postgres://db?sslmode=a=b", "postgres [db ] -sslmode=a=b"},
		{"cockroachdb://db/pay?sslmode=disable", "postgres [db ] -sslmode=disable"},
		{"mysql://db:3306/pay?tls=skip-verify", "mysql [db 3306] -tls=skip-verify"},
		{"sqlserver://sa:x@db:1433?encrypt=disable", "sqlserver [db 1433] -encrypt=disable"},
		{"mongodb+srv://cluster.corp/pay?tlsInsecure=true", "mongodb [cluster.corp ] -tlsInsecure=true"},
		{"redis://cache:6379/0", "redis-plaintext [cache 6379]"},
		{"rediss://cache:6379/0?skip_verify=true", "redis [cache 6379] -skip_verify=true"},
		// Holes stay what they are.
		{"postgres://%s:%s@%s:%d/%s?sslmode=%s", "postgres [%s %d] -sslmode=%s"},
		{"postgres://${DB_HOST}/pay?sslmode=disable", "postgres [${DB_HOST} ] -sslmode=disable"},
		// go-sql-driver.
		{"root:pw@tcp(db:3306)/pay?tls=skip-verify", "mysql [db 3306] -tls=skip-verify"},
		{"root:p@/w@tcp(db)/pay?parseTime=true&tls=false", "mysql [db ] -parseTime=true &tls=false"},
		{"root@unix(/tmp/mysql.sock)/pay?tls=false", "mysql [/tmp/mysql.sock ] -tls=false"},
		{"tcp([::1]:3306)/", "mysql [::1 3306]"},
		{"%s:%s@tcp(%s)/%s?tls=skip-verify", "mysql [%s ] -tls=skip-verify"},
		// libpq's words.
		{"host=db user=app sslmode=disable", "postgres [db ] -host=db _user=app _sslmode=disable"},
		{"host=a,b port=5432 sslmode=disable", "postgres [a ] [b ] -host=a,b _port=5432 _sslmode=disable"},
		{"  host = db\n\tsslmode = disable ", "postgres [db ] -host=db _sslmode=disable"},
		{"host='/var/run/pg' password='a b' sslmode='disable'", "postgres [/var/run/pg ] -host=/var/run/pg _password=a b _sslmode=disable"},
		{`user='it\'s' host=db`, `postgres [db ] -user=it\'s _host=db`},
		{"host='' user=app", "postgres -host= _user=app"},
		{"host=%s port=%d sslmode=disable", "postgres [%s ] -host=%s _port=%d _sslmode=disable"},
		{"dbname=pay sslmode=disable", "postgres -dbname=pay _sslmode=disable"},
		// Semicolons.
		{"Server=tcp:db.corp,1433;Encrypt=false;TrustServerCertificate=true", "sqlserver [db.corp 1433] -Server=tcp:db.corp,1433 ;Encrypt=false ;TrustServerCertificate=true"},
		{`Data Source=db\SQLEXPRESS; Encrypt = no ;`, `sqlserver [db ] -Data Source=db\SQLEXPRESS ;Encrypt=no`},
		{"server=.;database=pay;encrypt=disable", "sqlserver [localhost ] -server=. ;database=pay ;encrypt=disable"},
		{"server=(LOCAL);encrypt=disable", "sqlserver [localhost ] -server=(LOCAL) ;encrypt=disable"},
		{"server=db;password=;encrypt=disable", "sqlserver [db ] -server=db ;password= ;encrypt=disable"},
	}
	for _, tt := range tests {
		d, ok := Parse(tt.text)
		if !ok {
			t.Errorf("Parse(%q): no connection string", tt.text)
			continue
		}
		if got := describe(d); got != tt.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", tt.text, got, tt.want)
		}
		if why := inconsistent(tt.text, d); why != "" {
			t.Errorf("Parse(%q): %s", tt.text, why)
		}
	}
}

func TestWhatIsNoConnectionString(t *testing.T) {
	for _, text := range []string{
		"",
		"db",
		"sslmode=disable",
		"sslmode",
		"usage: postgres://user@host/db?sslmode=disable",
		"the DSN, as in postgres://user@host/db",
		"https://example.com/?sslmode=disable",
		"set host=db and sslmode=disable",
		"host=db, sslmode=disable, and so on",
		"%s sslmode=disable",
		"a=1; b=2",
		"Set-Cookie: a=1; Path=/; Secure",
		"server=db; the rest is prose",
		"Server=db;Encrypt",
		"max-age=31536000; includeSubDomains",
		"SELECT * FROM t WHERE host='db' AND user='x'",
		"key=value other=value",
		"func(x)/y",
		"see root@tcp(db)/pay for more",
		"postgres://db/pay\n?sslmode=disable",
		strings.Repeat("host=db user=app ", 1000),
	} {
		if d, ok := Parse(text); ok && len(d.Params) > 0 {
			t.Errorf("Parse(%.60q) = %s, want nothing", text, describe(d))
		}
	}
}

func TestHostOf(t *testing.T) {
	tests := []struct {
		text       string
		name, port string
		ok         bool
	}{
		{"https://pay.corp/api?x=1", "pay.corp", "", true},
		{"https://user:pw@pay.corp:8443/api", "pay.corp", "8443", true},
		{"https://[::1]:8443", "::1", "8443", true},
		{"grpc://pay.corp", "pay.corp", "", true},
		{"pay.corp:443", "pay.corp", "443", true},
		{"localhost:8080", "localhost", "8080", true},
		{"[::1]:443", "::1", "443", true},
		{"127.0.0.1:443", "127.0.0.1", "443", true},
		{"unix:///var/run/x.sock", "unix:/var/run/x.sock", "", true},
		{"unix:/var/run/x.sock", "unix:/var/run/x.sock", "", true},
		{"https://%s/api", "", "", false},
		{"https://${HOST}/api", "", "", false},
		{"https://", "", "", false},
		{"https:///path", "", "", false},
		{"passthrough:///bufnet", "", "", false},
		{"pay.corp", "", "", false},
		{"pay.corp:https", "", "", false},
		{":8080", "", "", false},
		{"a b:80", "", "", false},
		{"12:34:56", "", "", false},
		{"", "", "", false},
	}
	for _, tt := range tests {
		h, ok := HostOf(tt.text)
		if ok != tt.ok || ok && (h.Name != tt.name || h.Port != tt.port) {
			t.Errorf("HostOf(%q) = %q %q %v, want %q %q %v", tt.text, h.Name, h.Port, ok, tt.name, tt.port, tt.ok)
		}
	}
}

// inconsistent says what is wrong with the places of a DSN's parameters: edits
// are made there.
func inconsistent(text string, d DSN) string {
	last := 0
	for i, p := range d.Params {
		switch {
		case p.Start < last || p.End < p.Start || p.End > len(text):
			return fmt.Sprintf("parameter %d spans %d to %d after %d in %d bytes", i, p.Start, p.End, last, len(text))
		case p.ValueStart < p.Start || p.ValueEnd < p.ValueStart || p.ValueEnd > p.End:
			return fmt.Sprintf("value %d spans %d to %d in %d to %d", i, p.ValueStart, p.ValueEnd, p.Start, p.End)
		case strings.Trim(text[p.ValueStart:p.ValueEnd], "'") != strings.Trim(p.Value, "'"):
			return fmt.Sprintf("value %d is %q, and %q stands there", i, p.Value, text[p.ValueStart:p.ValueEnd])
		case !strings.HasPrefix(strings.TrimSpace(text[p.Start:p.End]), p.Name):
			return fmt.Sprintf("name %d is %q, and %q stands there", i, p.Name, text[p.Start:p.End])
		case p.Name == "":
			return fmt.Sprintf("parameter %d has no name", i)
		case (p.Sep == 0) != (i == 0) && i > 0:
			return fmt.Sprintf("parameter %d has no separator", i)
		case p.Sep != 0 && p.Sep != ' ' && !strings.ContainsRune(text[last:p.Start], rune(p.Sep)):
			return fmt.Sprintf("no %q stands before parameter %d", p.Sep, i)
		}
		last = p.End
	}
	return ""
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"postgres://u:p@a:1,[::1]:2/db?sslmode=disable&x=%20", "root:pw@tcp(db:3306)/pay?tls=skip-verify&",
		"host='a b' user=x sslmode=disable", "Server=tcp:db,1433; Encrypt = false;", "&=&a=b", "a=;;=;", "unix(/a)/?=",
		"redis://%2Ftmp%2Fx", "https://[::1", "mongodb://a?b&&c=d", "server=x;\xff=1", "server=a;b =c\t;",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := Parse(text)
		if ok && d.Driver == "" {
			t.Errorf("Parse(%q) names no driver", text)
		}
		if why := inconsistent(text, d); ok && why != "" {
			t.Errorf("Parse(%q): %s", text, why)
		}
		if h, ok := HostOf(text); ok && h.Name == "" {
			t.Errorf("HostOf(%q) is a host without a name", text)
		}
	})
}

func TestDialects(t *testing.T) {
	for _, tt := range []struct{ text, want, library string }{
		{"jdbc:postgresql://db/pay?sslmode=require", "postgres [db ] -sslmode=require", "jdbc-postgresql"},
		{"jdbc:sqlserver://db\\one:1433;encrypt=true;trustServerCertificate=true", "sqlserver [db ] -encrypt=true ;trustServerCertificate=true", "jdbc-sqlserver"},
		{"sqlserver://db:1433;database=pay;encrypt=true", "sqlserver [db 1433] -database=pay ;encrypt=true", ""},
		{"Host=db;Database=pay;SSL Mode=Require", "postgres [db ] -Host=db ;Database=pay ;SSL Mode=Require", "npgsql"},
		{"Server=db;Uid=a;SslMode=None", "mysql [db ] -Server=db ;Uid=a ;SslMode=None", "mysql-net"},
		{"DRIVER={ODBC Driver 18 for SQL Server};SERVER=db;Encrypt=no", "sqlserver [db ] -DRIVER={ODBC Driver 18 for SQL Server} ;SERVER=db ;Encrypt=no", "odbc"},
		{"postgresql+asyncpg://db/pay?ssl=require", "postgres [db ] -ssl=require", "asyncpg"},
	} {
		d, ok := Parse(tt.text)
		if !ok || describe(d) != tt.want || d.Library() != tt.library {
			t.Errorf("Parse(%q)\n got %s of %q (%t)\nwant %s of %q", tt.text, describe(d), d.Library(), ok, tt.want, tt.library)
		}
		if why := inconsistent(tt.text, d); why != "" {
			t.Errorf("Parse(%q): %s", tt.text, why)
		}
	}
	for _, text := range []string{"jdbc:", "jdbc:host=db user=x sslmode=disable", "jdbc:jdbc:postgresql://db/x?sslmode=require", "jdbc:https://x/?a=b"} {
		if _, ok := Parse(text); ok {
			t.Errorf("Parse(%q): a connection string", text)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct{ text, param, want string }{
		{"postgres://db/x?a=1&b=2", "b", "postgres://db/x?a=1"},
		{"postgres://db/x?b=2&a=1", "b", "postgres://db/x?a=1"},
		{"postgres://db/x?b=2", "b", "postgres://db/x"},
		{"Server=db;b=2;c=3", "b", "Server=db;c=3"},
		{"Server=db;b=2", "b", "Server=db"},
		{"host=db user=x", "user", "host=db"},
		{"user=x host=db", "user", "host=db"},
	} {
		d, _ := Parse(tt.text)
		for _, p := range d.Params {
			if p.Name == tt.param {
				cut := Cut([]byte(tt.text), ir.Span{Start: p.Start, End: p.End})
				if got := tt.text[:cut.Start] + tt.text[cut.End:]; got != tt.want {
					t.Errorf("%s without %s is %s, want %s", tt.text, tt.param, got, tt.want)
				}
			}
		}
	}
}

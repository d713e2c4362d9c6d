// Package dsn reads connection strings: which driver reads them, which hosts
// they name and where each parameter stands.
//
// Text goes in as it stands between the quotes of a literal, with holes such as
// %s or ${X} left as they are; offsets that come out count bytes of that text.
// Text that is not one connection string from end to end is not one at all: a
// help text that mentions a URL gives nothing.
package dsn

import (
	"regexp"
	"strings"
)

// DSN is one connection string.
type DSN struct {
	// Driver is what reads it: postgres, mysql, sqlserver, mongodb, redis, ...
	Driver string
	Scheme string
	// JDBC says that "jdbc:" stands before the URL; Form names the dialect of a list
	// with semicolons: "odbc", "npgsql", "mysql-net" or "ado", "" for other texts.
	JDBC   bool
	Form   string
	Hosts  []Host
	Params []Param
}

// Host is a server that the string names. Port is "" when it does not say.
type Host struct{ Name, Port string }

// Param is one parameter. Start and End span "name=value", ValueStart and
// ValueEnd the value alone. Sep is the byte before it that joins it to the rest,
// 0 for the first one of its list.
type Param struct {
	Name, Value          string
	Start, End           int
	ValueStart, ValueEnd int
	Sep                  byte
}

// drivers maps URL schemes to who reads them.
var drivers = map[string]string{
	"postgres": "postgres", "postgresql": "postgres", "pgx": "postgres", "cockroachdb": "postgres",
	"mysql": "mysql", "mariadb": "mysql", "sqlserver": "sqlserver", "mssql": "sqlserver",
	"mongodb": "mongodb", "mongodb+srv": "mongodb", "rediss": "redis", "redis": "redis-plaintext",
	"clickhouse": "clickhouse", "oracle": "oracle", "amqps": "amqp", "amqp": "amqp",
	"couchbases": "couchbase", "smtp": "smtp", "smtps": "smtp", "nats": "nats", "ldaps": "ldap", "neo4j": "neo4j", "bolt": "neo4j",
}

var (
	urlForm = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*)://([^\s/?#]*)(/[^\s?#]*)?(?:\?([^#\t\r\n]*))?$`)
	// SQL Server's drivers for Java and Prisma: properties behind semicolons.
	semiURL = regexp.MustCompile(`^(sqlserver|mssql)://([^\s/?#;]*);([^\t\r\n]*)$`)
	// go-sql-driver: the last @ ends the password, which may hold anything.
	mysqlForm = regexp.MustCompile(`^(?:\S*@)?([a-z0-9]+)\(([^)\s]*)\)/([^\s?/]*)(?:\?(\S*))?$`)
	wordForm  = regexp.MustCompile(`^\s*([a-zA-Z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']*)`)
	semiKey   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 _.]*$`)
)

// libpqKeys and serverKeys are keywords that tell the forms without a scheme
// from other lists of words.
var (
	libpqKeys  = map[string]bool{"host": true, "hostaddr": true, "user": true, "dbname": true, "password": true, "port": true, "sslmode": true, "service": true}
	serverKeys = map[string]bool{"server": true, "data source": true, "database": true, "user id": true, "initial catalog": true, "addr": true, "address": true, "network address": true}
)

// Parse reads text; ok is false when it is no connection string.
func Parse(text string) (d DSN, ok bool) {
	if len(text) > 8192 || !strings.ContainsAny(text, "=:") {
		return d, false
	}
	if rest, jdbc := strings.CutPrefix(text, "jdbc:"); jdbc {
		if d, ok = parseJDBC(text); ok && d.Driver != "sqlserver" {
			d.JDBC = true
			return d, true
		}
		if d, ok = Parse(rest); !ok || d.Scheme == "" || d.JDBC {
			return d, false
		}
		d.JDBC = true
		for i := range d.Params {
			p := &d.Params[i]
			p.Start, p.End = p.Start+len("jdbc:"), p.End+len("jdbc:")
			p.ValueStart, p.ValueEnd = p.ValueStart+len("jdbc:"), p.ValueEnd+len("jdbc:")
		}
		return d, true
	}
	if m := semiURL.FindStringSubmatchIndex(text); m != nil {
		return parseSemiURL(text, m)
	}
	if m := urlForm.FindStringSubmatchIndex(text); m != nil {
		return parseURL(text, m)
	}
	if m := mysqlForm.FindStringSubmatchIndex(text); m != nil {
		d.Driver = "mysql"
		switch net := text[m[2]:m[3]]; net {
		case "unix":
			d.Hosts = []Host{{Name: "/" + strings.TrimPrefix(text[m[4]:m[5]], "/")}}
		default:
			d.Hosts = []Host{splitHost(text[m[4]:m[5]])}
		}
		if m[8] >= 0 {
			d.Params = pairs(text, m[8], m[9], '&')
		}
		return d, true
	}
	if strings.Contains(text, ";") {
		return parseSemicolons(text)
	}
	return parseWords(text)
}

// parseJDBC reads the URL of a Java driver: "jdbc:" before the database's own form,
// and for SQL Server parameters between semicolons behind the host. Words between
// the database and the slashes choose how hosts are tried (mysql:loadbalance://).
func parseJDBC(text string) (d DSN, ok bool) {
	at := len("jdbc:")
	db, rest, found := strings.Cut(text[at:], ":")
	if !found {
		return d, false
	}
	slashes := strings.Index(rest, "//")
	if slashes < 0 || strings.ContainsAny(rest[:slashes], "?;=@ /") {
		return d, false
	}
	driver := drivers[strings.ToLower(db)]
	if driver == "" {
		return d, false
	}
	at += len(db) + 1 + slashes
	if driver == "sqlserver" {
		hosts, _, _ := strings.Cut(text[at+2:], ";")
		d = DSN{Driver: driver, Scheme: strings.ToLower(db)}
		if name, _, _ := strings.Cut(hosts, `\`); name != "" {
			d.Hosts = []Host{splitHost(name)}
		}
		if from := at + 2 + len(hosts) + 1; from < len(text) {
			d.Params = pairs(text, from, len(text), ';')
			for i := range d.Params {
				d.Params[i].Sep = ';'
			}
		}
		return d, true
	}
	// The same length as the URL that the database's own form begins with.
	d, ok = Parse(db + ":" + text[at:])
	shift := at - len(db) - 1
	for i := range d.Params {
		p := &d.Params[i]
		p.Start, p.End, p.ValueStart, p.ValueEnd = p.Start+shift, p.End+shift, p.ValueStart+shift, p.ValueEnd+shift
	}
	return d, ok
}

func parseURL(text string, m []int) (d DSN, ok bool) {
	d.Scheme = strings.ToLower(text[m[2]:m[3]])
	if d.Driver = drivers[d.Scheme]; d.Driver == "" {
		// SQLAlchemy and its like name the library behind the database.
		db, _, _ := strings.Cut(d.Scheme, "+")
		if d.Driver = drivers[db]; d.Driver == "" {
			return d, false
		}
	}
	authority := text[m[4]:m[5]]
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	for _, h := range strings.Split(authority, ",") {
		if h != "" {
			d.Hosts = append(d.Hosts, splitHost(h))
		}
	}
	if m[8] >= 0 {
		d.Params = pairs(text, m[8], m[9], '&')
	}
	if len(d.Hosts) == 0 {
		// libpq and its ports take the host from the query too.
		for _, p := range d.Params {
			if strings.EqualFold(p.Name, "host") {
				d.Hosts = append(d.Hosts, Host{Name: p.Value})
			}
		}
	}
	return d, true
}

func parseSemiURL(text string, m []int) (d DSN, ok bool) {
	d.Driver, d.Scheme = "sqlserver", text[m[2]:m[3]]
	host, _, _ := strings.Cut(text[m[4]:m[5]], `\`)
	if host != "" {
		d.Hosts = []Host{splitHost(host)}
	}
	d.Params, ok = properties(text, m[6], m[7])
	for _, p := range d.Params {
		if strings.EqualFold(p.Name, "serverName") && host == "" {
			d.Hosts = []Host{{Name: p.Value}}
		}
	}
	return d, ok
}

// properties reads a list of KEY=VALUE with semicolons; ok is false when it is none.
func properties(text string, from, to int) (out []Param, ok bool) {
	for _, p := range pairs(text, from, to, ';') {
		if !semiKey.MatchString(p.Name) || !strings.Contains(text[p.Start:p.End], "=") {
			return nil, false
		}
		// Blanks around a key belong to the separator, those around a value to nobody.
		p.Start = skipBlanks(text, p.Start, p.End)
		p.ValueStart = skipBlanks(text, p.ValueStart, p.End)
		p.Value = strings.TrimRight(text[p.ValueStart:p.ValueEnd], blanks)
		p.ValueEnd = p.ValueStart + len(p.Value)
		out = append(out, p)
	}
	return out, true
}

func pairs(text string, from, to int, sep byte) []Param {
	var out []Param
	for start := from; start <= to; {
		end := to
		if i := strings.IndexByte(text[start:to], sep); i >= 0 {
			end = start + i
		}
		p := Param{Start: start, End: end, ValueStart: end, ValueEnd: end}
		if start > from {
			p.Sep = sep
		}
		name, value, found := strings.Cut(text[start:end], "=")
		p.Name = strings.TrimSpace(name)
		if found {
			p.ValueStart = start + len(name) + 1
			p.Value = value
		}
		if p.Name != "" {
			out = append(out, p)
		}
		start = end + 1
	}
	return out
}

func parseSemicolons(text string) (d DSN, ok bool) {
	if d.Params, ok = properties(text, 0, len(text)); !ok {
		return d, false
	}
	ok = false
	keys := map[string]bool{}
	for _, p := range d.Params {
		key := strings.ToLower(p.Name)
		keys[key] = true
		ok = ok || serverKeys[key]
		switch key {
		case "server", "data source", "addr", "address", "network address", "host":
			d.Hosts = append(d.Hosts, splitSemicolonHost(p.Value))
		}
	}
	sslMode := keys["ssl mode"] || keys["sslmode"]
	ok = ok || sslMode && keys["host"]
	switch {
	case keys["driver"]:
		d.Driver, d.Form = "sqlserver", "odbc"
	case sslMode && (keys["host"] || keys["username"] || keys["search path"]):
		d.Driver, d.Form = "postgres", "npgsql"
	case sslMode && (keys["uid"] || keys["server"] || keys["user"]):
		d.Driver, d.Form = "mysql", "mysql-net"
	default:
		d.Driver, d.Form = "sqlserver", "ado"
	}
	return d, ok
}

const blanks = " \t\r\n"

func skipBlanks(text string, from, to int) int {
	return to - len(strings.TrimLeft(text[from:to], blanks))
}

func splitSemicolonHost(v string) Host {
	v = strings.TrimPrefix(strings.TrimSpace(v), "tcp:")
	v, port, _ := strings.Cut(v, ",")
	v, _, _ = strings.Cut(v, `\`)
	if v == "." || strings.EqualFold(v, "(local)") || strings.EqualFold(v, "(localdb)") {
		v = "localhost"
	}
	return Host{Name: v, Port: port}
}

func parseWords(text string) (d DSN, ok bool) {
	signs := 0
	for at := 0; at < len(strings.TrimRight(text, " \t\r\n")); {
		m := wordForm.FindStringSubmatchIndex(text[at:])
		if m == nil {
			return d, false
		}
		p := Param{
			Name: text[at+m[2] : at+m[3]], Value: strings.Trim(text[at+m[4]:at+m[5]], "'"),
			Start: at + m[2], End: at + m[5], ValueStart: at + m[4], ValueEnd: at + m[5],
		}
		if at > 0 {
			p.Sep = ' '
		}
		if libpqKeys[p.Name] {
			signs++
		}
		if p.Name == "host" || p.Name == "hostaddr" {
			for _, h := range strings.Split(p.Value, ",") {
				if h != "" {
					d.Hosts = append(d.Hosts, Host{Name: h})
				}
			}
		}
		d.Params = append(d.Params, p)
		at += m[1]
	}
	d.Driver = "postgres"
	return d, signs >= 2
}

// splitHost splits "host:port", "[v6]:port" and "/socket" forms.
func splitHost(s string) Host {
	if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "%2F") || strings.HasPrefix(s, "%2f") {
		return Host{Name: "/" + strings.TrimLeft(strings.NewReplacer("%2F", "/", "%2f", "/").Replace(s), "/")}
	}
	if strings.HasPrefix(s, "[") {
		if i := strings.IndexByte(s, ']'); i > 0 {
			return Host{Name: s[1:i], Port: strings.TrimPrefix(s[i+1:], ":")}
		}
	}
	name, port, _ := strings.Cut(s, ":")
	return Host{Name: name, Port: port}
}

var hostPort = regexp.MustCompile(`^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_][A-Za-z0-9_.-]*):([0-9]{1,5})$`)

// HostOf reads the host out of an address as code writes it: a URL of any
// scheme, or host:port. A host with a hole in it is none.
func HostOf(text string) (h Host, ok bool) {
	if i := strings.Index(text, "://"); i > 0 && i < 16 {
		scheme := text[:i]
		rest := text[i+3:]
		if strings.HasPrefix(scheme, "unix") {
			return Host{Name: "unix:" + rest}, true
		}
		if j := strings.IndexAny(rest, "/?#"); j >= 0 {
			if j == 0 && scheme == "passthrough" {
				return h, false
			}
			rest = rest[:j]
		}
		if j := strings.LastIndexByte(rest, '@'); j >= 0 {
			rest = rest[j+1:]
		}
		h = splitHost(rest)
		return h, h.Name != "" && !strings.ContainsAny(h.Name, "%${}<> ")
	}
	if m := hostPort.FindStringSubmatch(text); m != nil {
		return Host{Name: strings.Trim(m[1], "[]"), Port: m[2]}, true
	}
	if strings.HasPrefix(text, "unix:") {
		return Host{Name: text}, true
	}
	return h, false
}

package argv

import (
	"slices"
	"strings"
)

// grammar is how a tool reads its words.
type grammar struct {
	// short are the letters that take a value, long the long options that do.
	short, long string
	// flags are long options without a value: what abbreviations are told apart by.
	flags string
	// abbrev says that unique beginnings of long options are taken for them.
	abbrev bool
	// single says that options have one dash or two, as Go's flag package reads
	// them; they are called by one.
	single bool
	// keyed are options whose value is KEY=VALUE.
	keyed string
	// two are options that take KEY and VALUE as words of their own.
	two string
	// settings are the operands behind which KEY VALUE or KEY=VALUE follow.
	settings []string
	// scoped says that a setting written with --global is another one.
	scoped bool
	// reads are options with which settings are only read or removed.
	reads string
	// inner are the subcommands that run a command: behind "--", or behind so many
	// operands of their own.
	inner map[string]int
	// early says that keyed options count only before the subcommand, or in these.
	early string
	// key brings a setting's key into its canonical form.
	key func(string) string
	// script are options whose value is a text of statements "set KEY VALUE".
	script string
	// text are options whose value is a text with options of its own, which are
	// called by their name in lower case.
	text string
	// params are the kinds of address, in upper case, whose parameters are options:
	// KIND:ADDRESS,KEY=VALUE.
	params string
	// runs are the subcommands that run a program: what follows its name is the
	// program's.
	runs string
	// twice are letters that mean something else when they are said twice.
	twice string
}

// behindDashes is for subcommands whose command follows "--".
const behindDashes = -1

// read fills in a command and returns where in words a command that the tool
// runs begins, -1 when it runs none.
func (g *grammar) read(c *Command, words []string, base int) (inner int) {
	sub := ""
	operands := 0
	need := -2 // operands before the inner command; -2 = there is none
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "--":
			if need == behindDashes {
				return i + 1
			}
			for j := i + 1; j < len(words); j++ {
				c.Operands = append(c.Operands, base+j)
			}
			i = len(words)
		case len(w) > 1 && w[0] == '-' && w[1] != Hole:
			i = g.option(c, words, i, base, sub)
		default:
			if need >= 0 && operands == need {
				return i
			}
			if sub == "" {
				sub = w
				if n, ok := g.inner[w]; ok {
					need = n
				}
			} else {
				operands++
				if hasWord(g.runs, sub) {
					words = words[:i+1]
				}
			}
			c.Operands = append(c.Operands, base+i)
		}
	}
	g.operandSettings(c, words, base)
	if g.params != "" {
		g.addresses(c, words, base)
	}
	return -1
}

// addresses finds the parameters of operands, "param KEY".
func (g *grammar) addresses(c *Command, words []string, base int) {
	for _, at := range c.Operands {
		w := words[at-base]
		if kind, _, _ := strings.Cut(w, ":"); !hasWord(g.params, strings.ToUpper(kind)) {
			continue
		}
		for i := 0; i < len(w); i++ {
			if w[i] != ',' {
				continue
			}
			end := len(w)
			if j := strings.IndexByte(w[i+1:], ','); j >= 0 {
				end = i + 1 + j
			}
			key, value, ok := strings.Cut(w[i+1:end], "=")
			if ok && !strings.ContainsRune(key, Hole) {
				c.Options = append(c.Options, Option{
					Name: "param " + g.canonicalKey(key), Value: value, First: at, Last: at + 1,
					At: at, From: i + 2 + len(key), Inner: true, Begin: i,
				})
			}
		}
	}
}

// inText finds the options that stand in an option's text.
func (g *grammar) inText(c *Command, o Option) {
	start := 0
	for start < len(o.Value) {
		end := start
		for end < len(o.Value) && o.Value[end] > ' ' && o.Value[end] != ';' && o.Value[end] != '|' {
			end++
		}
		if w := o.Value[start:end]; len(w) > 2 && w[0] == '-' && !strings.ContainsRune(w, Hole) {
			name, _, _ := strings.Cut(w, ":")
			c.Options = append(c.Options, Option{
				Name: o.Name + " " + strings.ToLower(name), Flag: true, First: o.First, Last: o.Last,
				At: o.At, From: o.From + end, Inner: true, Begin: o.From + start,
			})
		}
		start = end + 1
	}
}

// option reads the option at words[i] and returns the index of its last word.
func (g *grammar) option(c *Command, words []string, i, base int, sub string) int {
	w := words[i]
	if g.single || strings.HasPrefix(w, "--") {
		return g.longOption(c, words, i, base, sub)
	}
	for j := 1; j < len(w); j++ {
		if w[j] == Hole || w[j] <= ' ' {
			return i // no tool has such an option
		}
		o := Option{Name: "-" + w[j:j+1], Flag: true, First: base + i, Last: base + i + 1}
		if len(w) > 2 {
			o.Letter = j
		}
		if strings.IndexByte(g.short, w[j]) < 0 {
			if w[j] == '=' {
				return i
			}
			g.add(c, o, sub)
			continue
		}
		o.Flag = false
		switch {
		case j+1 < len(w):
			o.Value, o.At, o.From = w[j+1:], o.First, j+1
			if j == 1 {
				o.Letter = 0 // the whole word is the option with its value
			}
		case i+1 < len(words):
			i++
			o.Value, o.At, o.Last = words[i], base+i, base+i+1
		default:
			o.Flag = true
		}
		g.add(c, o, sub)
		return i
	}
	return i
}

func (g *grammar) longOption(c *Command, words []string, i, base int, sub string) int {
	name, value, given := strings.Cut(words[i], "=")
	if strings.ContainsRune(name, Hole) {
		return i
	}
	o := Option{First: base + i, Last: base + i + 1, Flag: !given}
	if given {
		o.Value, o.At, o.From = value, o.First, len(name)+1
	}
	bare := strings.TrimLeft(name, "-")
	o.Name = "--" + g.full(bare)
	if g.single {
		o.Name = "-" + bare
	}
	switch {
	case hasWord(g.two, o.Name) && i+2 < len(words):
		o.Name = "config " + g.canonicalKey(words[i+1])
		o.Value, o.At, o.Flag, o.Last = words[i+2], base+i+2, false, base+i+3
		c.Options = append(c.Options, o)
		return i + 2
	case !given && hasWord(g.long, o.Name[2-btoi(g.single):]) && i+1 < len(words):
		i++
		o.Value, o.At, o.Flag, o.Last = words[i], base+i, false, base+i+1
	}
	g.add(c, o, sub)
	return i
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// full spells an abbreviated long option out.
func (g *grammar) full(name string) string {
	if !g.abbrev || hasWord(g.long, name) || hasWord(g.flags, name) {
		return name
	}
	found := ""
	for w := range strings.FieldsSeq(g.long + " " + g.flags) {
		if strings.HasPrefix(w, name) {
			if found != "" {
				return name
			}
			found = w
		}
	}
	if found != "" && len(name) > 2 {
		return found
	}
	return name
}

// add keeps an option. A later one takes an earlier one of its name back when it
// says the opposite.
func (g *grammar) add(c *Command, o Option, sub string) {
	if opposite, ok := strings.CutPrefix(o.Name, "--no-"); ok {
		g.cancel(c, "--"+opposite)
	} else if plain, ok := strings.CutPrefix(o.Name, "--"); ok && o.Flag {
		g.cancel(c, "--no-"+plain)
	}
	if hasWord(g.keyed, o.Name) && !o.Flag {
		if g.early != "" && sub != "" && !hasWord(g.early, sub) {
			return
		}
		key, value, ok := strings.Cut(o.Value, "=")
		if strings.ContainsRune(key, Hole) {
			return
		}
		o.Name += " " + g.canonicalKey(key)
		o.From += len(key) + btoi(ok)
		o.Value, o.Flag = value, !ok
	}
	if o.Flag && len(o.Name) == 2 && strings.IndexByte(g.twice, o.Name[1]) >= 0 {
		n := len(c.Options)
		if c.Options = slices.DeleteFunc(c.Options, func(x Option) bool { return x.Name == o.Name }); len(c.Options) < n {
			o.Name += o.Name[1:]
		}
	}
	c.Options = append(c.Options, o)
	if hasWord(g.script, o.Name) {
		g.statements(c, o)
	}
	if hasWord(g.text, strings.ToLower(o.Name)) && !o.Flag {
		g.inText(c, o)
	}
}

// statements finds "set KEY VALUE" in the text that an option takes.
func (g *grammar) statements(c *Command, o Option) {
	start := 0
	for part := range strings.SplitSeq(o.Value, ";") {
		words := strings.Fields(part)
		if len(words) == 3 && words[0] == "set" && !strings.ContainsRune(part, Hole) {
			s := o
			s.Name += " " + g.canonicalKey(words[1])
			s.Value = words[2]
			s.From = o.From + start + strings.LastIndex(part, words[2])
			c.Options = append(c.Options, s)
		}
		start += len(part) + 1
	}
}

// shortOf are letters that mean the same as a long option that can be negated.
var shortOf = map[string]string{"--insecure": "-k"}

func (g *grammar) cancel(c *Command, name string) {
	c.Options = slices.DeleteFunc(c.Options, func(o Option) bool {
		return o.Name == name || shortOf[name] != "" && o.Name == shortOf[name] && c.Tool == "curl"
	})
}

func (g *grammar) canonicalKey(key string) string {
	key = strings.ToLower(key)
	if g.key != nil {
		key = g.key(key)
	}
	return key
}

// operandSettings finds "config set KEY VALUE": whatever the tool calls it, its
// name is "config KEY".
func (g *grammar) operandSettings(c *Command, words []string, base int) {
	for _, o := range c.Options {
		if hasWord(g.reads, o.Name) {
			return
		}
	}
	verb := "config "
	for _, o := range c.Options {
		if g.scoped && (o.Name == "--global" || o.Name == "--system" || o.Name == "-g") {
			verb = "config-global "
		}
	}
	text := func(i int) string { return words[c.Operands[i]-base] }
	for _, path := range g.settings {
		parts := strings.Fields(path)
		if len(c.Operands) <= len(parts) || !slices.EqualFunc(parts, c.Operands[:len(parts)], func(p string, at int) bool { return words[at-base] == p }) {
			continue
		}
		n := len(parts)
		key := text(n)
		if g.scoped && key == "set" && len(c.Operands) > n+1 {
			n++
			key = text(n)
		}
		o := Option{First: c.Operands[n], Last: c.Operands[n] + 1}
		if k, v, ok := strings.Cut(key, "="); ok {
			key, o.Value, o.At, o.From = k, v, c.Operands[n], len(k)+1
		} else if n+1 < len(c.Operands) {
			o.Value, o.At, o.Last = text(n+1), c.Operands[n+1], c.Operands[n+1]+1
		} else {
			return
		}
		if strings.ContainsRune(key, Hole) {
			return
		}
		o.Name = verb + g.canonicalKey(key)
		c.Options = append(c.Options, o)
		return
	}
}

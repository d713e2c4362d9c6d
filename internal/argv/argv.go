// Package argv reads command lines: which tool runs, and which options it gets.
//
// The words of a command, or the text of a shell script, come in; options with
// their canonical names, their values and the words that they stand in go out.
// What an option means is not known here: rows say it.
package argv

import (
	"strings"
)

// Hole is what stands in a word for a part that is only known when the command
// runs. A word that is nothing else may be anything.
const Hole = '\x01'

// Unknown is a word of which nothing is known.
const Unknown = string(Hole)

// Command is one command among words: behind wrappers such as sudo there is a
// second one, behind "kubectl exec -- " another.
type Command struct {
	Tool string
	// First is the index of the word that names the tool.
	First   int
	Options []Option
	// Operands are the indexes of the words that are neither options nor values.
	Operands []int
	// Env are the indexes of the words NAME=value in front of the command.
	Env []int
	// Script is the index of the word that a shell is to run, -1 when there is none.
	// Joined says that the words behind it belong to the text, too.
	Script int
	Joined bool
}

// Option is one option, or one setting that options or operands write.
type Option struct {
	// Name is canonical: "-k", "--insecure" (abbreviations are spelled out),
	// "-c http.sslverify", "config http.sslverify" and "config-global http.sslverify"
	// for settings, whose keys are in lower case.
	Name  string
	Value string
	// Flag says that there is no value.
	Flag bool
	// First and Last are the words of the option, half open.
	First, Last int
	// Letter is where the letter stands in a word that holds other letters too, else 0.
	Letter int
	// At is the word that the value stands in, From the offset in it.
	At, From int
	// Inner says that the option is only the part of its word from Begin to the end
	// of its value: a parameter of an address, a word of a text.
	Inner bool
	Begin int
}

// Parse finds the commands among words. Words behind an unknown tool say nothing.
func Parse(words []string) []Command {
	var out []Command
	parse(words, 0, nil, &out, 0)
	return out
}

// Begins reports whether Parse can say anything of words that begin with this one.
func Begins(word string) bool {
	name := toolName(word)
	if name == "" || strings.ContainsRune(name, Hole) {
		return false
	}
	_, wraps := wrappers[name]
	_, texts := evaluators[name]
	return wraps || texts || shells[name] || name == "python" || name == "find" || tools[name] != nil
}

func parse(words []string, base int, env []int, out *[]Command, depth int) {
	i := 0
	for i < len(words) && isAssignment(words[i]) && depth > 0 {
		env = append(env, base+i)
		i++
	}
	if i >= len(words) || depth > 6 {
		return
	}
	name := toolName(words[i])
	if strings.ContainsRune(name, Hole) {
		return
	}
	rest, at := words[i+1:], base+i
	if w, ok := wrappers[name]; ok {
		if skip := w.skip(rest); skip >= 0 {
			parse(rest[skip:], at+1+skip, env, out, depth+1)
		}
		return
	}
	if name == "python" {
		for j, word := range rest {
			switch {
			case word == "-m" && j+1 < len(rest):
				parse(rest[j+1:], at+2+j, env, out, depth+1)
				return
			case !strings.HasPrefix(word, "-") || word == "-c":
				return
			}
		}
		return
	}
	if w, ok := evaluators[name]; ok {
		if skip := w.skip(rest); skip >= 0 {
			*out = append(*out, Command{Tool: name, First: at, Env: env, Script: at + 1 + skip, Joined: true})
		}
		return
	}
	if name == "find" {
		for j, word := range rest {
			if (word == "-exec" || word == "-execdir" || word == "-ok") && j+1 < len(rest) {
				parse(rest[j+1:], at+2+j, nil, out, depth+1)
				return
			}
		}
		return
	}
	if shells[name] {
		j := scriptOf(rest)
		if j < 0 && (name == "su" || name == "runuser") {
			// Their -c may stand behind the name of the user.
			for i, w := range rest {
				if (w == "-c" || w == "--command") && i+1 < len(rest) {
					j = i + 1
					break
				}
			}
		}
		if j >= 0 {
			*out = append(*out, Command{Tool: name, First: at, Env: env, Script: at + 1 + j})
		}
		return
	}
	g, ok := tools[name]
	if !ok {
		if len(env) > 0 {
			// Of its words nothing is known, but its variables count.
			*out = append(*out, Command{Tool: name, First: at, Env: env, Script: -1})
		}
		return
	}
	c := Command{Tool: name, First: at, Env: env, Script: -1}
	inner := g.read(&c, rest, at+1)
	*out = append(*out, c)
	if inner >= 0 && inner < len(rest) {
		parse(rest[inner:], at+1+inner, nil, out, depth+1)
	}
}

// toolName is what a command is called whatever its path, ending or version.
func toolName(word string) string {
	name := word[strings.LastIndexAny(word, `/\`)+1:]
	for _, ext := range []string{".exe", ".cmd", ".bat"} {
		name = strings.TrimSuffix(name, ext)
	}
	if base := strings.TrimRight(name, "0123456789."); base == "pip" || base == "python" || base == "pypy" || base == "wget" {
		name = base
	}
	if to, ok := sameAs[name]; ok {
		name = to
	}
	return name
}

// isAssignment reports whether a word is NAME=value.
func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	if !ok || name == "" {
		return false
	}
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return true
}

// scriptOf is the index of the text behind a shell's -c, -1 if there is none.
func scriptOf(words []string) int {
	for i, w := range words {
		switch {
		case w == "-o" || w == "+o":
			continue
		case len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.Contains(w, "c"):
			if i+1 < len(words) {
				return i + 1
			}
			return -1
		case !strings.HasPrefix(w, "-"):
			if i > 0 && (words[i-1] == "-o" || words[i-1] == "+o") {
				continue
			}
			return -1
		}
	}
	return -1
}

// wrapper is a command that runs the command behind its own options.
type wrapper struct {
	short    string // letters that take a value
	long     string // long options that take a value in a word of their own
	operands int    // how many words of its own come before the command
	not      string // options with which it runs nothing
}

// skip is how many words belong to the wrapper, -1 when no command follows.
func (w wrapper) skip(words []string) int {
	left := w.operands
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case word == "--":
			if left == 0 {
				return i + 1
			}
		case strings.HasPrefix(word, "--"):
			if hasWord(w.not, word) {
				return -1
			}
			if hasWord(w.long, word) {
				i++
			}
		case len(word) > 1 && word[0] == '-':
			if hasWord(w.not, word) {
				return -1
			}
			if j := strings.IndexAny(word[1:], w.short); j >= 0 && j == len(word)-2 {
				i++
			}
		case left > 0:
			left--
		default:
			return i
		}
	}
	return -1
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

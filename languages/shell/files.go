package shell

import (
	"bytes"
	"path"
	"strings"
)

// scriptNames are scripts that their names tell.
var scriptNames = map[string]bool{
	".envrc": true, ".bashrc": true, ".bash_profile": true, ".bash_login": true, ".bash_logout": true, ".bash_aliases": true, ".bash_functions": true, ".aliases": true, ".profile": true,
	".zshrc": true, ".zshenv": true, ".zprofile": true, ".zlogin": true, ".kshrc": true, ".shrc": true, "bashrc": true, "zshrc": true, "bash.bashrc": true,
	"APKBUILD": true, "PKGBUILD": true, "bash_profile": true, "bash_aliases": true,
}

// scriptFile reports whether a path's name says that it is a shell script.
func scriptFile(p string) bool {
	switch path.Ext(p) {
	case ".sh", ".bash", ".zsh", ".ksh", ".bats", ".dash", ".ebuild", ".eclass", ".preinst", ".postinst", ".prerm", ".postrm", ".command":
		return true
	}
	base := path.Base(p)
	if scriptNames[base] || strings.HasSuffix(base, ".sh.in") || strings.HasSuffix(base, ".sh.tmpl") || strings.HasSuffix(base, ".sh.tpl") {
		return true
	}
	dir := path.Base(path.Dir(p))
	if dir == "debian" {
		switch base {
		case "preinst", "postinst", "prerm", "postrm", "config":
			return true
		}
	}
	return dir == ".githooks" || dir == ".husky" && !strings.Contains(base, ".")
}

// makeFile reports whether a path's name says that make reads it.
func makeFile(p string) bool {
	base := path.Base(p)
	switch base {
	case "Makefile", "makefile", "GNUmakefile", "Makefile.am", "Makefile.in", "BSDmakefile":
		return true
	}
	return path.Ext(p) == ".mk" || path.Ext(p) == ".make" || strings.HasPrefix(base, "Makefile.") && !strings.HasSuffix(base, ".md") || strings.HasSuffix(p, "debian/rules")
}

// envFile reports whether a file holds lines NAME=value.
func envFile(p string) bool {
	base := path.Base(p)
	return base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env") || base == "env.list"
}

// foreign are names without an ending that other languages read.
func foreign(base string) bool {
	return strings.HasSuffix(base, "file") || strings.HasSuffix(base, "File") || strings.ToUpper(base) == base && base != "APKBUILD" && base != "PKGBUILD"
}

// shebang says which shell a first line names, -1 if it names none.
func shebang(src []byte) int {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if !bytes.HasPrefix(src, []byte("#!")) {
		return -1
	}
	line, _, _ := bytes.Cut(src[2:min(len(src), 256)], []byte("\n"))
	words := strings.Fields(string(line))
	for i, w := range words {
		name := path.Base(w)
		if i > 0 && (strings.HasPrefix(w, "-") || strings.Contains(w, "=")) {
			continue
		}
		switch name {
		case "env", "busybox", "sudo", "with-contenv", "command":
			continue
		case "sh", "bash", "dash", "ash", "bats", "bashio", "posh", "yash", "execlineb":
			if name == "execlineb" {
				return -1
			}
			return int(Bash)
		case "zsh":
			return int(Zsh)
		case "ksh", "mksh", "pdksh", "ksh93", "lksh", "oksh":
			return int(Korn)
		}
		return -1
	}
	return -1
}

// dialectOf is the shell that reads a file.
func dialectOf(p string, src []byte) Dialect {
	if d := shebang(src); d >= 0 {
		return Dialect(d)
	}
	switch path.Ext(p) {
	case ".zsh":
		return Zsh
	case ".ksh":
		return Korn
	}
	if strings.HasPrefix(path.Base(p), ".z") {
		return Zsh
	}
	return Bash
}

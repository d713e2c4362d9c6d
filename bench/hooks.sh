#!/usr/bin/env bash
# Shows what the hooks of .pre-commit-hooks.yaml do in a real commit, and what
# installing them costs. It makes a scratch repository, installs the hooks from a
# clone of this checkout, and commits code that switches verification off.
#
#   bench/hooks.sh [PROGRAM...]  pre-commit, prek, lefthook; default: all
#   COLD=0                       no install from an empty build cache, which takes
#                                minutes
#
# Programs that are not on PATH are skipped. The exit code is 1 when a step did
# not do what docs/pre-commit.md says.
. "$(dirname "$0")/lib.sh"
build_tlslint
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 CI='' NO_COLOR=1
export PRE_COMMIT_HOME=$work/pre-commit PREK_HOME=$work/prek LEFTHOOK_OUTPUT=execution,failure
[ $# -gt 0 ] || set -- pre-commit prek lefthook
failed=0

git() { command git -c user.name=bench -c user.email=bench@example.com -c init.defaultBranch=main "$@"; }

# The checkout as it is, committed: hook programs install a commit.
source=$work/source
mkdir "$source"
(cd "$bench/.." && git ls-files -z --cached --others --exclude-standard | tar -c --null --ignore-failed-read -T -) | tar -x -C "$source"
(cd "$source" && git init -q && git add -A && git commit -q -m source)
rev=$(cd "$source" && git rev-parse HEAD)

# The file that every scenario commits.
if "$tlslint" version | grep -q '^languages:.*python'; then
	file=client.py
	good() { printf 'import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=10)\n'; }
	bad() { good | sed 's/timeout=10/verify=False, timeout=10/'; }
	repaired='! grep -q verify=False client.py'
else
	file=client.go
	good() { printf 'package client\n\nimport "crypto/tls"\n\nvar config = &tls.Config{ServerName: "pay.example.com"}\n'; }
	bad() { good | sed 's/ServerName/InsecureSkipVerify: true, ServerName/'; }
	repaired='! grep -q InsecureSkipVerify client.go'
fi

# new_repo DIR makes a repository with one commit and goes there.
new_repo() {
	mkdir -p "$1"
	cd "$1"
	git init -q
	printf 'module example.com/client\n\ngo 1.26\n' >go.mod
	good >"$file"
	git add -A
	git commit -q -m clean
}

# expect WHAT CONDITION prints whether a condition holds.
expect() {
	if eval "$2"; then
		echo "ok      $name: $1"
	else
		echo "FAILED  $name: $1"
		failed=1
	fi
}

# try_commit commits what is staged and leaves code and output.
try_commit() {
	code=0
	output=$(git commit -m change 2>&1) || code=$?
}
transcript() { sed 's/^/        | /' <<<"$output"; }

stopped() {
	expect "a commit that switches verification off is stopped" '[ "$code" = 1 ]'
	expect "the message says which rule, where, and what to do" \
		'grep -q "error\[TLS101\]" <<<"$output" && grep -q -- "--> $file:5:" <<<"$output" && grep -q "fix (safe)" <<<"$output"'
	transcript
}

# hook_config ID... writes a configuration with hooks of this checkout.
hook_config() {
	printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n' "$source" "$rev" >.pre-commit-config.yaml
	printf '  - id: %s\n' "$@" >>.pre-commit-config.yaml
	git add .pre-commit-config.yaml
}

# hook_program PROGRAM runs the scenarios of pre-commit and of prek.
hook_program() {
	name=$1
	new_repo "$work/$1-check"
	hook_config tlslint
	"$1" install >/dev/null
	try_commit
	expect "a clean commit passes" '[ "$code" = 0 ]'
	bad >"$file"
	git add "$file"
	try_commit
	stopped

	name="$1, tlslint-fix"
	new_repo "$work/$1-fix"
	hook_config tlslint-fix
	"$1" install >/dev/null
	bad >"$file"
	git add "$file"
	try_commit
	expect "the commit is stopped" '[ "$code" = 1 ] && grep -q "files were modified" <<<"$output"'
	expect "the file is repaired" "$repaired"
	transcript
	git add "$file"
	try_commit
	expect "the commit passes after git add" '[ "$code" = 0 ]'

	name="$1, --new-from-rev HEAD"
	new_repo "$work/$1-new"
	bad >"$file"
	git add "$file"
	git commit -q -m old
	hook_config tlslint
	echo '    args: [--new-from-rev, HEAD]' >>.pre-commit-config.yaml
	"$1" install >/dev/null
	{ bad && printf '\n'; } >"$file"
	git add -A
	try_commit
	expect "a commit to a file with an old finding passes" '[ "$code" = 0 ]'
	bad | sed 's/fetch/again/; s/config/again/' >"again_$file"
	git add -A
	try_commit
	expect "a commit that adds a finding is stopped" '[ "$code" = 1 ] && grep -q "again_$file:5" <<<"$output"'

	name="$1, tlslint-system"
	new_repo "$work/$1-system"
	hook_config tlslint-system
	PATH=$(dirname "$tlslint"):$PATH "$1" install >/dev/null
	bad >"$file"
	git add "$file"
	PATH=$(dirname "$tlslint"):$PATH try_commit
	expect "the commit is stopped" '[ "$code" = 1 ] && grep -q "error\[TLS101\]" <<<"$output"'
}

lefthook_program() {
	name=lefthook
	local run="$tlslint"
	new_repo "$work/lefthook-check"
	cat >lefthook.yml <<YML
pre-commit:
  jobs:
    - name: tlslint
      glob: "*.{go,py,pyi}"
      run: $run check --allow-incomplete --staged
YML
	lefthook install >/dev/null
	bad >"$file"
	git add -A
	try_commit
	stopped

	name="lefthook, fix"
	new_repo "$work/lefthook-fix"
	cat >lefthook.yml <<YML
pre-commit:
  jobs:
    - name: tlslint fix
      glob: "*.{go,py,pyi}"
      run: $run fix --allow-incomplete {staged_files}
      stage_fixed: true
YML
	lefthook install >/dev/null
	bad >"$file"
	git add -A
	try_commit
	expect "the commit passes with the repaired file" '[ "$code" = 0 ] && '"$repaired"' && [ -z "$(git status --porcelain)" ]'
	transcript
}

# without_cc makes a folder with links to all programs on PATH but C compilers.
without_cc() {
	local dir f
	mkdir "$work/nocc"
	IFS=: read -ra dirs <<<"$PATH"
	for dir in "${dirs[@]}"; do
		for f in "$dir"/*; do
			case ${f##*/} in
			cc | c++ | c[89]9* | gcc* | g++* | clang* | cpp* | *-gcc* | *-g++* | *-cpp* | tcc) ;;
			*) [ -e "$work/nocc/${f##*/}" ] || ln -s "$f" "$work/nocc/" ;;
			esac
		done
	done
}

# install_cost NAME PROGRAM prints what installing the hooks costs, caches empty.
install_cost() {
	name="$2, $1"
	rm -rf "$work/cold"
	mkdir "$work/cold"
	new_repo "$work/cold/repo"
	hook_config tlslint
	if ! cost=$(PRE_COMMIT_HOME=$work/cold/home PREK_HOME=$work/cold/home GOCACHE=$work/cold/cache \
		"$measure" "$2" install-hooks); then
		expect "the hook installs" false
		return
	fi
	read -r cpu wall _ <<<"$cost"
	expect "the hook installs: $wall s on the clock, $cpu s of CPU" true
	bad >"$file"
	git add "$file"
	code=0
	output=$(PRE_COMMIT_HOME=$work/cold/home PREK_HOME=$work/cold/home "$2" run --verbose 2>&1) || code=$?
	echo "        the hook exits with $code:"
	transcript
	chmod -R u+w "$work/cold"
}

for program; do
	if ! command -v "$program" >/dev/null; then
		skipped "$program" "not on PATH"
		continue
	fi
	case $program in
	lefthook) lefthook_program ;;
	*) hook_program "$program" ;;
	esac
	[ "$program" = lefthook ] || [ "${COLD:-1}" = 0 ] || cold="${cold:-} $program"
done
for program in ${cold:-}; do
	install_cost "empty build cache" "$program"
done
if [ -n "${cold:-}" ]; then
	without_cc
	for program in $cold; do
		PATH=$work/nocc install_cost "empty build cache, no C compiler" "$program"
	done
fi
exit $failed

#!/usr/bin/env bash
# Runs every measurement and prints one table. Times depend on the machine and
# on what else it does; CPU seconds do less than the clock does.
. "$(dirname "$0")/lib.sh"
build_tlslint
export TLSLINT=$tlslint
header
for name in search check startup vettool memory; do
	"$bench/$name.sh" || echo "$name: failed"
done

#!/usr/bin/env bash
# make demo: the shipped collection on one page, then a short made-up report. `kb` must be on the PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
example="$PWD/docs/example"
unset KB_HOME
folder="$(mktemp -d)"
messages="$folder/messages"
trap 'rm -rf "$folder"' EXIT

heading() {
    if [ -t 1 ]; then printf '\n\033[1m== %s\033[0m\n' "$*"; else printf '\n== %s\n' "$*"; fi
}
# Run a command without its warnings. If it fails, show what it said and stop.
checked() {
    "$@" 2>"$messages" || { cat "$messages" >&2; return 1; }
}
# Show a command and the first lines of its output; the rest of its output is counted, not shown.
run() {
    local lines="$1" output total
    shift
    printf '\n$ %s\n' "$*"
    output="$(checked "$@")"
    printf '%s\n' "$output" | sed -n "1,${lines}p"
    total="$(printf '%s\n' "$output" | wc -l)"
    if [ "$total" -gt "$lines" ]; then printf '… (%s more lines)\n' "$((total - lines))"; fi
}

heading "Five news reports that contradict each other, on one page"
run 14 kb overview

heading "A short report of your own: who says what, and who denies it"
checked kb init "$folder/harbour" >/dev/null
cd "$folder/harbour"
cp "$example/report.txt" "$example/sheet.yaml" .
checked kb add source report.txt --id selmouth --author "The Selmouth Courier" \
    --published 2024-03-02 >/dev/null
checked kb add --from sheet.yaml >/dev/null
run 3 sed -n 3,5p report.txt
run 21 kb status varga-shipping-sent --why

heading "Next: docs/tutorial.md explains each step; kb --help lists the commands."

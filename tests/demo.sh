#!/usr/bin/env bash
# make demo: the shipped collection on one page, then made-up documents about one accident. `kb` must be on the PATH.
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
run 11 kb overview

heading "Six made-up documents about one accident: a company, an authority, two papers, a court"
checked kb init "$folder/harbour" >/dev/null
cd "$folder/harbour"
cp "$example"/*.txt "$example"/*.yaml .
add() { checked kb add source "$1.txt" --id "$1" --author "$2" --published "$3" >/dev/null; }
enter() { checked kb add --from "$1.yaml" >/dev/null; }
add wire "Northcoast News Agency" 2024-03-01 && enter wire
run 6 cat wire.txt
run 10 kb status varga-shipping-let --why

heading "The same accident, when all have spoken"
add statement "Varga Shipping" 2024-03-01 && enter statement
add gazette "The Selmouth Gazette" 2024-03-03 && enter gazette
add notice "Coast Safety Authority" 2024-03-05 && enter notice
add correction "Northcoast News Agency" 2024-03-06 && enter correction
add ruling "District Court of Northcoast" 2024-11-12 && enter ruling
run 10 kb overview

heading "Next: kb serve shows all this in a browser; docs/tutorial.md explains each step."

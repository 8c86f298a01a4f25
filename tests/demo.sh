#!/usr/bin/env bash
# make demo: the shipped collection, then a text of our own in a temporary folder. `kb` must be on the PATH.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
example="$PWD/docs/example"
shipped="$PWD"
unset KB_HOME

heading() {
    if [ -t 1 ]; then printf '\n\033[1m== %s\033[0m\n' "$*"; else printf '\n== %s\n' "$*"; fi
}
run() {
    printf '\n$'
    for word in "$@"; do
        case "$word" in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$@"
}
# The head of a long answer: the first eight rows of a table.
first() {
    printf '\n$ %s | head -n 11\n' "$*"
    "$@" 2>/dev/null | sed -n 1,11p
}

heading "The shipped collection: index, validation, numbers"
run kb index
run kb validate
run kb stats

heading "Disputed: somebody affirms it, somebody else denies it"
run kb status --only disputed

heading "Corroborated: two voices, at least one of them without a known stake"
first kb query corroborated

heading "Resting on one voice: $(kb status --only single-voice --format csv | tail -n +2 | wc -l | tr -d ' ') claims"
first kb status --only single-voice

heading "Why: the rule, each speaker, the words, and where they stand"
run kb status russia-sent-warplanes-to-jufra --why
run kb status gna-forces-entered-bani-walid --why

heading "A text of your own"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
run kb init "$folder/harbour"
cd "$folder/harbour"
cp "$example/report.txt" "$example/sheet.yaml" .
run kb add source report.txt --id selmouth --author "The Selmouth Courier" --published 2024-03-02
run kb read selmouth
run kb add --from sheet.yaml --dry-run
run kb add --from sheet.yaml
run kb status
run kb status varga-shipping-sent --why
run kb validate

heading "The shipped collection on one page"
cd "$shipped"
run kb overview

heading "Done. README.md says how to go on; kb --help lists the commands."

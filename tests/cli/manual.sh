#!/bin/sh
# The manual pages: they render, and tell of every option there is.
. "$(dirname "$0")/lib.sh"

for page in "$top"/docs/man/*.[1-7]; do
    name=$(basename "$page")
    if have groff; then
        groff -mandoc -ww -z "$page" >out 2>err
        ok "$name renders without a warning" err_empty
    else
        skip "$name renders without a warning" "no groff"
    fi
done
commands=$(sed -n 's/^    X([A-Z]*, "\([a-z]*\)", cli_.*/\1/p' "$top/sim/cli/options.h")
ok "there are commands" [ "$(echo "$commands" | wc -l)" -ge 14 ]
for command in $commands; do
    rehearse "$command" --help
    grep -oE -e '--[a-z][a-z-]+' out | sort -u | cut -c 3- >options
    while read -r option; do
        ok "rehearse(1) has --$option" grep -qE "Fl Fl $option( |\$)" "$top/docs/man/rehearse.1"
        ok "docs/cli.md has --$option" grep -qF -e "--$option" "$top/docs/cli.md"
    done <options
done
finish

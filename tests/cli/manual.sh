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
for command in run check fuzz sweep diff shrink explain export import init schema completions; do
    rehearse "$command" --help
    grep -oE -e '--[a-z][a-z-]+' out | sort -u | cut -c 3- >options
    while read -r option; do
        ok "rehearse(1) has --$option" grep -qE "Fl Fl $option( |\$)" "$top/docs/man/rehearse.1"
        ok "docs/cli.md has --$option" grep -qF -e "--$option" "$top/docs/cli.md"
    done <options
done
finish

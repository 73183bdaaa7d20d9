#!/bin/bash
# rehearse completions and rehearse schema: what they print works where it is used.
# shellcheck disable=SC2034,SC2206
. "$(dirname "$0")/lib.sh"

# complete_with WORD...: what bash offers for the last word, sorted, in the file offered.
complete_with() {
    COMP_WORDS=(rehearse "$@")
    COMP_CWORD=$(($#))
    COMPREPLY=()
    _rehearse >/dev/null 2>&1
    printf '%s\n' "${COMPREPLY[@]}" | sort >"$dir/offered"
}
offers() { grep -qxF -e "$1" "$dir/offered"; }
offers_only() { [ "$(tr '\n' ' ' <"$dir/offered")" = "$1 " ]; }

# What `make install` installs; after a change of commands or options, `make completions` writes it anew.
for shell in bash zsh fish; do
    rehearse completions $shell
    ok "$shell: as in docs/completions" cmp out "$top/docs/completions/rehearse.$shell"
done
rehearse completions bash
ok "bash: printed" is_status 0
cp out bash.sh
ok "bash: no mistakes" bash -n bash.sh
. ./bash.sh
ok "bash: registered" test "$(complete -p rehearse)" = 'complete -F _rehearse rehearse'
complete_with ''
for command in run check diff schema completions --help --version; do
    ok "bash offers $command first" offers "$command"
done
complete_with ch
ok "bash: ch is check" offers_only check
for command in run check diff; do
    rehearse "$command" --help
    grep -oE -e '^ +(-., )?--[a-z-]+' out | grep -oE -e '--[a-z-]+' | sort -u >wanted
    complete_with "$command" --
    ok "bash: $command has the options of its help" cmp wanted offered
done
complete_with run --see
ok "bash: the beginning of an option" offers_only '--seed --seeds'
complete_with run --executor ''
ok "bash: the words of an option's value" offers_only 'processes sim threads'
complete_with run --executor th
ok "bash: the beginning of such a word" offers_only threads
complete_with run --seeds ''
ok "bash: ranges of seeds" offers_only '1..100 1..1000 1..10000'
complete_with run --seed ''
ok "bash: nothing for a number" offers_only ''
complete_with plan --from ''
ok "bash: the words of plan's --from" offers systemd
complete_with fuzz --from sys
ok "bash: fuzz has another --from" offers_only ''
cat >services.yaml <<'YAML'
{scenario: 1, name: three,
 services: [{name: api, script: [run]}, {name: bad-data, script: [run]}, {name: bad-disk, script: [run]}]}
YAML
services() { # words before the file
    complete_with "$@" services.yaml
    COMP_CWORD=$(($#)) COMP_WORDS[0]=$REHEARSE COMPREPLY=()
    _rehearse >/dev/null 2>&1
    printf '%s\n' "${COMPREPLY[@]}" | sort >"$dir/offered"
}
services plan --service ''
ok "bash: the services of a file that is named behind" offers_only 'api bad-data bad-disk'
services compare --service bad
ok "bash: those that begin so" offers_only 'bad-data bad-disk'
complete_with plan --service ''
ok "bash: no file, no services" offers_only ''
complete_with run -j ''
ok "bash: nor behind a letter" offers_only ''
complete_with completions ''
ok "bash: the shells" offers_only 'bash fish zsh'
complete_with schema ''
ok "bash: schema takes nothing" offers_only ''
complete_with run --seed 3 --qu
ok "bash: options after values" offers_only --quiet

rehearse completions zsh
ok "zsh: printed" out_has '#compdef rehearse'
ok "zsh: every command" out_has "'completions:print what completes commands in a shell'"
ok "zsh: every option" out_has "'(-q --quiet)'{-q,--quiet}'[only what failed]'"
cp out zsh.sh
ok "zsh: services of the files" grep -q "'--service\[.*:_rehearse_services'" zsh.sh
if have zsh; then
    ok "zsh: no mistakes" zsh -n zsh.sh
else
    ok "zsh: quotes and brackets pair, as bash sees them" bash -n zsh.sh
fi
rehearse completions fish
ok "fish: every option" out_has "__fish_seen_subcommand_from run' -l seeds -x -a '1..100 1..1000 1..10000' -d 'run with every seed from A to B"
ok "fish: nothing but calls of complete" not out_like '^[^c#]'
cp out fish.sh
if have fish; then
    ok "fish: no mistakes" fish -n fish.sh
    ok "fish: services of the files" test "$(PATH="$(dirname "$REHEARSE"):$PATH" fish -c \
        'source fish.sh; complete -C "rehearse plan services.yaml --service bad"' | tr '\n' ' ')" = 'bad-data bad-disk '
else
    ok "fish: quotes pair, as bash sees them" bash -n fish.sh
fi

for words in completions "completions tcsh" "completions bash zsh" "schema x"; do
    rehearse $words
    ok "refused: $words" is_status 2
    ok "and says how: $words" err_has rehearse:
done
rehearse schema
ok "the schema is printed" is_status 0
ok "it is the one that is installed" cmp out "$top/scenarios/schema.json"
ok "it is JSON" python3 -m json.tool out json
status=0
"$REHEARSE" schema >/dev/full 2>err || status=$?
ok "a full disk is said" is_status 2
finish

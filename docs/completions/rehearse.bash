# Completes rehearse in bash: source <(rehearse completions bash)
_rehearse_services() {
    local file
    for file in "${COMP_WORDS[@]:2}"; do
        [[ ! -f $file ]] ||
            "${COMP_WORDS[0]}" plan --json "$file" 2>/dev/null
    done | sed -n 's/^{"service":"\([^"]*\)".*/\1/p' | sort -u
}
_rehearse() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local command= i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        -*) ;;
        *) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    case $command:$before in
    *:--seed) return ;;
    *:--seeds) COMPREPLY=($(compgen -W '1..100 1..1000 1..10000' -- "$word")); return ;;
    fuzz:--from) compopt -o default 2>/dev/null; return ;;
    plan:--from | compare:--from | import:--from) COMPREPLY=($(compgen -W 'systemd supervisord compose kubernetes s6 runit otp' -- "$word")); return ;;
    *:--fail-at) return ;;
    import:--when) return ;;
    *:--corpus) compopt -o default 2>/dev/null; return ;;
    *:--shard) COMPREPLY=($(compgen -W 'auto' -- "$word")); return ;;
    *:--relations) COMPREPLY=($(compgen -W 'sample all none' -- "$word")); return ;;
    *:--relation) COMPREPLY=($(compgen -W 'unrelated-service doubled-times' -- "$word")); return ;;
    *:--budget) return ;;
    *:--continuations) return ;;
    *:--shrink-budget) return ;;
    plan:--when) return ;;
    compare:--expect) return ;;
    plan:--service | compare:--service) COMPREPLY=($(compgen -W "$(_rehearse_services)" -- "$word")); return ;;
    *:--mode) COMPREPLY=($(compgen -W 'ideal realistic busy' -- "$word")); return ;;
    plan:--expect) return ;;
    *:--filter) return ;;
    *:--variant) return ;;
    run:--set | check:--set | fuzz:--set | sweep:--set | shrink:--set | explain:--set | plan:--set) return ;;
    import:--set) return ;;
    *:--kind) return ;;
    *:--at) return ;;
    *:--then) return ;;
    *:--points) return ;;
    *:--pairs) return ;;
    *:--jobs | *:-j) return ;;
    *:--replay) compopt -o default 2>/dev/null; return ;;
    *:--continue-from) return ;;
    *:--max-events) return ;;
    *:--max-memory) return ;;
    *:--max-steps) return ;;
    *:--max-wall) return ;;
    *:--patience) return ;;
    *:--late) return ;;
    *:--executor) COMPREPLY=($(compgen -W 'sim threads processes' -- "$word")); return ;;
    *:--speed) return ;;
    *:--tolerance) return ;;
    run:--service) COMPREPLY=($(compgen -W "$(_rehearse_services)" -- "$word")); return ;;
    *:--event) return ;;
    run:--from) return ;;
    *:--to) return ;;
    *:--results) compopt -o default 2>/dev/null; return ;;
    *:--directory | *:-C) compopt -o default 2>/dev/null; return ;;
    *:--junit) compopt -o default 2>/dev/null; return ;;
    *:--summary) compopt -o default 2>/dev/null; return ;;
    *:--badge) compopt -o default 2>/dev/null; return ;;
    fuzz:--out | fuzz:-o | sweep:--out | sweep:-o | merge:--out | merge:-o | shrink:--out | shrink:-o) compopt -o default 2>/dev/null; return ;;
    import:--out | import:-o) compopt -o default 2>/dev/null; return ;;
    *:--record) compopt -o default 2>/dev/null; return ;;
    *:--trace) compopt -o default 2>/dev/null; return ;;
    run:--table | merge:--table) compopt -o default 2>/dev/null; return ;;
    report:--html) compopt -o default 2>/dev/null; return ;;
    *:--csv) compopt -o default 2>/dev/null; return ;;
    *:--pages) compopt -o default 2>/dev/null; return ;;
    *:--ledger) compopt -o default 2>/dev/null; return ;;
    run:--html) compopt -o default 2>/dev/null; return ;;
    *:--svg) compopt -o default 2>/dev/null; return ;;
    *:--perfetto) compopt -o default 2>/dev/null; return ;;
    *:--metrics) compopt -o default 2>/dev/null; return ;;
    *:--golden) compopt -o default 2>/dev/null; return ;;
    esac
    case $command in
    '') COMPREPLY=($(compgen -W 'run check fuzz sweep merge report diff shrink explain plan compare export import init schema completions --help --version' -- "$word")); return ;;
    run)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--seed --seeds --shard --filter --variant --set --list --watch --fail-fast --jobs --replay --replay-tolerant --continue-from --once --max-events --max-memory --max-steps --max-wall --executor --speed --tolerance --fail-late --verbose --lanes --service --event --from --to --quiet --tap --json --github --results --junit --summary --append --badge --record --trace --table --html --svg --perfetto --metrics --golden --update --force --no-color --help' -- "$word"))
            return
        fi
        ;;
    check)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--seeds --lint --strict --set --watch --max-memory --quiet --json --github --no-color --help' -- "$word"))
            return
        fi
        ;;
    fuzz)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--seeds --from --at-large --corpus --shard --relations --budget --shrink-budget --variant --set --fail-fast --no-shrink --jobs --patience --quiet --json --results --out --force --help' -- "$word"))
            return
        fi
        ;;
    sweep)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--seed --shard --budget --variant --set --kind --at --persistent --then --points --pairs --fail-fast --jobs --once --max-memory --patience --late --quiet --json --results --out --force --help' -- "$word"))
            return
        fi
        ;;
    merge)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--quiet --tap --json --github --directory --junit --summary --append --badge --out --table --metrics --force --no-color --help' -- "$word"))
            return
        fi
        ;;
    report)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--json --directory --table --html --csv --pages --ledger --force --help' -- "$word"))
            return
        fi
        ;;
    diff)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--quiet --no-color --help' -- "$word"))
            return
        fi
        ;;
    shrink)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--seed --relation --budget --variant --set --max-events --max-memory --max-steps --max-wall --quiet --out --force --help' -- "$word"))
            return
        fi
        ;;
    explain)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--seed --budget --continuations --variant --set --jobs --max-events --max-memory --max-steps --patience --quiet --json --help' -- "$word"))
            return
        fi
        ;;
    plan)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--from --when --service --mode --expect --explain --variant --set --max-memory --json --help' -- "$word"))
            return
        fi
        ;;
    compare)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--from --expect --service --mode --json --help' -- "$word"))
            return
        fi
        ;;
    export)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--c --help' -- "$word"))
            return
        fi
        ;;
    import)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--from --fail-at --when --strict --set --quiet --out --force --help' -- "$word"))
            return
        fi
        ;;
    init)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--quiet --help' -- "$word"))
            return
        fi
        ;;
    schema)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--help' -- "$word"))
            return
        fi
        return
        ;;
    completions)
        if [[ $word == -* ]]; then
            COMPREPLY=($(compgen -W '--help' -- "$word"))
            return
        fi
        COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word"))
        return
        ;;
    esac
    compopt -o default 2>/dev/null
}
complete -F _rehearse rehearse

#compdef rehearse
# Completes rehearse in zsh: rehearse completions zsh >~/.zfunc/_rehearse
_rehearse_services() {
    local file
    compadd -- $(for file in $words; do
        [[ ! -f $file ]] || rehearse plan --json $file 2>/dev/null
    done | sed -n 's/^{"service":"\([^"]*\)".*/\1/p' | sort -u)
}
_rehearse() {
    local -a commands=(
        'run:run scenarios'
        'check:read scenarios, say what is wrong with them'
        'fuzz:make scenarios from seeds, and see whether one fails'
        'sweep:make each point of a run that can fail do so'
        'merge:put the results of shards together, as of one machine'
        'report:make a page, tables or JSON of the results of campaigns'
        'diff:find the first event in which traces differ'
        'shrink:make a failing scenario as small as it can be'
        'explain:find the choice that made a failing run likely to fail'
        'plan:say what the policies of files will do'
        'compare:find where two policies part'
        'export:print a file'\''s policies as a C header'
        'import:make a scenario of other service managers'\'' files'
        'init:begin\: a scenario, a CI job and a Makefile fragment'
        'schema:print the JSON schema of scenario files'
        'completions:print what completes commands in a shell'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    ((CURRENT--))
    case $command in
    run)
        _arguments \
            '--seed[the seed, instead of the scenario'\''s own]:N:' \
            '--seeds[run with every seed from A to B, a sweep]:A..B:(1..100 1..1000 1..10000)' \
            '--shard[only the K-th of every N runs, seeds or points; auto\: as Slurm and others say]:K/N:(auto)' \
            '--filter[only scenarios whose name matches (* and ?); may be repeated]:GLOB:' \
            '--variant[of a file that varies, only with this value; once a key]:KEY=VALUE:' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '--list[list files and names, run nothing]' \
            '--watch[again whenever a file changes, until ^C]' \
            '--fail-fast[stop after the first that does not pass]' \
            '(-j --jobs)'{-j,--jobs}'[in N processes; the output stays the same]:N:' \
            '--replay[the run that --record wrote into FILE, strictly]:FILE:_files' \
            '--replay-tolerant[--replay\: by label, for what has changed since]' \
            '--continue-from[--replay\: only K choices, and then as --seed has it]:K:' \
            '--once[skip the second run that proves determinism]' \
            '--max-events[events one run may make (10000000)]:N:' \
            '--max-memory[memory one run may need in the worst case (2147483648)]:BYTES:' \
            '--max-steps[steps one run may take, with or without an event (100000000)]:N:' \
            '--max-wall[real time one run may take (no limit; shrink\: 20s)]:D:' \
            '--executor[sim (the default), threads or processes]:WORLD:(sim threads processes)' \
            '--speed[how much faster than real time; not with sim]:X:' \
            '--tolerance[how late real time may be; not with sim]:D:' \
            '--fail-late[a run that the machine was too late for fails; not with sim]' \
            '(-v --verbose)'{-v,--verbose}'[the timeline of events, and script items never reached]' \
            '--lanes[draw each run that is told of, a line for each service]' \
            '--service[with -v\: only events of these services; may be repeated]:TARGET:_rehearse_services' \
            '--event[with -v\: only events of this name; may be repeated]:EVENT:' \
            '--from[with -v\: only events from this instant on]:T:' \
            '--to[with -v\: only events up to this instant]:T:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--tap[Test Anything Protocol on standard output]' \
            '--json[JSON Lines on standard output]' \
            '--github[annotations for GitHub Actions, beside the report]' \
            '--results[write what came of each run, for '\''rehearse merge'\'']:FILE:_files' \
            '--junit[write JUnit XML]:FILE:_files' \
            '--summary[write what it came to as Markdown]:FILE:_files' \
            '--append[--summary\: behind what FILE has, as in $GITHUB_STEP_SUMMARY]' \
            '--badge[write what it came to as a small SVG]:FILE:_files' \
            '--record[write the choices of the run, for --replay]:FILE:_files' \
            '--trace[write every event as JSON Lines]:FILE:_files' \
            '--table[write a row for each run, as CSV]:FILE:_files' \
            '--html[write a page with a picture of each run]:FILE:_files' \
            '--svg[draw the run that failed, or the first, as SVG]:FILE:_files' \
            '--perfetto[… as a trace for Perfetto'\''s viewer]:FILE:_files' \
            '--metrics[write the counters as Prometheus text]:FILE:_files' \
            '--golden[compare each trace with the one kept in DIR; not with real time]:DIR:_files' \
            '--update[--golden\: write them, list what changed]' \
            '--force[let an output replace a file that is no earlier output]' \
            '--no-color[plain text, on a terminal too]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    check)
        _arguments \
            '--seeds[run with every seed from A to B, a sweep]:A..B:(1..100 1..1000 1..10000)' \
            '--lint[warn of what is legal and most likely a mistake]' \
            '--strict[--lint, and a warning makes the status 2]' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '--watch[again whenever a file changes, until ^C]' \
            '--max-memory[memory one run may need in the worst case (2147483648)]:BYTES:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--json[JSON Lines on standard output]' \
            '--github[annotations for GitHub Actions, beside the report]' \
            '--no-color[plain text, on a terminal too]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    fuzz)
        _arguments \
            '--seeds[run with every seed from A to B, a sweep]:A..B:(1..100 1..1000 1..10000)' \
            '--from[make them of this file\: of what it varies and leaves open]:FILE:_files' \
            '--at-large[--from\: change the file anywhere; what it expects is not asked]' \
            '--corpus[change inputs of DIR, too, and keep there what shows something new]:DIR:_files' \
            '--shard[only the K-th of every N runs, seeds or points; auto\: as Slurm and others say]:K/N:(auto)' \
            '--relations[compare pairs of runs\: of a sample of the seeds (the default), all or none]:WHICH:(sample all none)' \
            '--budget[end after so much real time (shrink\: 30s; explain\: 1m)]:D:' \
            '--shrink-budget[real time to make a failure small (10s); all of them\: 6 times as much]:D:' \
            '--variant[of a file that varies, only with this value; once a key]:KEY=VALUE:' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '--fail-fast[stop after the first that does not pass]' \
            '--no-shrink[leave what failed as large as it is]' \
            '(-j --jobs)'{-j,--jobs}'[in N processes; the output stays the same]:N:' \
            '--patience[how long one run may work\: then it hangs (1m)]:D:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--json[JSON Lines on standard output]' \
            '--results[write what came of each run, for '\''rehearse merge'\'']:FILE:_files' \
            '(-o --out)'{-o,--out}'[write the small file here (standard output); fuzz, sweep\: in a directory]:FILE:_files' \
            '--force[let an output replace a file that is no earlier output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    sweep)
        _arguments \
            '--seed[the seed, instead of the scenario'\''s own]:N:' \
            '--shard[only the K-th of every N runs, seeds or points; auto\: as Slurm and others say]:K/N:(auto)' \
            '--budget[end after so much real time (shrink\: 30s; explain\: 1m)]:D:' \
            '--variant[of a file that varies, only with this value; once a key]:KEY=VALUE:' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '--kind[only points of this kind\: start, allocation, timer, report-late, report-lost, beat, ready]:KIND:' \
            '--at[only the N-th point of the kind]:N:' \
            '--persistent[--at\: and all that follow]' \
            '--then[--at\: and the N-th point of that kind after it]:KIND\:N:' \
            '--points[at most N points of a file, spread evenly (2000)]:N:' \
            '--pairs[and N pairs of them at most, spread evenly (none)]:N:' \
            '--fail-fast[stop after the first that does not pass]' \
            '(-j --jobs)'{-j,--jobs}'[in N processes; the output stays the same]:N:' \
            '--once[skip the second run that proves determinism]' \
            '--max-memory[memory one run may need in the worst case (2147483648)]:BYTES:' \
            '--patience[how long one run may work\: then it hangs (1m)]:D:' \
            '--late[by how much what is late is late (1s)]:D:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--json[JSON Lines on standard output]' \
            '--results[write what came of each run, for '\''rehearse merge'\'']:FILE:_files' \
            '(-o --out)'{-o,--out}'[write the small file here (standard output); fuzz, sweep\: in a directory]:FILE:_files' \
            '--force[let an output replace a file that is no earlier output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    merge)
        _arguments \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--tap[Test Anything Protocol on standard output]' \
            '--json[JSON Lines on standard output]' \
            '--github[annotations for GitHub Actions, beside the report]' \
            '(-C --directory)'{-C,--directory}'[read the scenarios as from DIR, where they are now]:DIR:_files' \
            '--junit[write JUnit XML]:FILE:_files' \
            '--summary[write what it came to as Markdown]:FILE:_files' \
            '--append[--summary\: behind what FILE has, as in $GITHUB_STEP_SUMMARY]' \
            '--badge[write what it came to as a small SVG]:FILE:_files' \
            '(-o --out)'{-o,--out}'[write the small file here (standard output); fuzz, sweep\: in a directory]:FILE:_files' \
            '--table[write a row for each run, as CSV]:FILE:_files' \
            '--metrics[write the counters as Prometheus text]:FILE:_files' \
            '--force[let an output replace a file that is no earlier output]' \
            '--no-color[plain text, on a terminal too]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    report)
        _arguments \
            '--json[JSON Lines on standard output]' \
            '(-C --directory)'{-C,--directory}'[read the scenarios as from DIR, where they are now]:DIR:_files' \
            '--table[tables for people, where nothing is said]' \
            '--html[write a page with plots and tables]:FILE:_files' \
            '--csv[write each table into DIR, as NAME.csv]:DIR:_files' \
            '--pages[draw the runs at the ends into DIR, and lead to them]:DIR:_files' \
            '--ledger[and what FILE counts\: probes and cells of the phase table]:FILE:_files' \
            '--force[let an output replace a file that is no earlier output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    diff)
        _arguments \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--no-color[plain text, on a terminal too]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    shrink)
        _arguments \
            '--seed[the seed, instead of the scenario'\''s own]:N:' \
            '--relation[what breaks is not the run but this relation of fuzz\: NAME or NAME\:DRAW]:NAME:(unrelated-service doubled-times)' \
            '--budget[end after so much real time (shrink\: 30s; explain\: 1m)]:D:' \
            '--variant[of a file that varies, only with this value; once a key]:KEY=VALUE:' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '--max-events[events one run may make (10000000)]:N:' \
            '--max-memory[memory one run may need in the worst case (2147483648)]:BYTES:' \
            '--max-steps[steps one run may take, with or without an event (100000000)]:N:' \
            '--max-wall[real time one run may take (no limit; shrink\: 20s)]:D:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '(-o --out)'{-o,--out}'[write the small file here (standard output); fuzz, sweep\: in a directory]:FILE:_files' \
            '--force[let an output replace a file that is no earlier output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    explain)
        _arguments \
            '--seed[the seed, instead of the scenario'\''s own]:N:' \
            '--budget[end after so much real time (shrink\: 30s; explain\: 1m)]:D:' \
            '--continuations[so many after each choice that is looked at (200)]:N:' \
            '--variant[of a file that varies, only with this value; once a key]:KEY=VALUE:' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '(-j --jobs)'{-j,--jobs}'[in N processes; the output stays the same]:N:' \
            '--max-events[events one run may make (10000000)]:N:' \
            '--max-memory[memory one run may need in the worst case (2147483648)]:BYTES:' \
            '--max-steps[steps one run may take, with or without an event (100000000)]:N:' \
            '--patience[how long one run may work\: then it hangs (1m)]:D:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '--json[JSON Lines on standard output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    plan)
        _arguments \
            '--from[what kind of sources they are, where it does not show\: systemd, supervisord, compose, kubernetes, s6, runit, otp]:KIND:(systemd supervisord compose kubernetes s6 runit otp)' \
            '--when[what every attempt does\: fail (the default), crash, succeed, never-ready, no-beat, '\''fail after 900ms'\'']:LIFE:' \
            '--service[only services whose name matches; may be repeated]:GLOB:_rehearse_services' \
            '--mode[of every preset\: ideal, realistic or busy]:MODE:(ideal realistic busy)' \
            '--expect[status 1 unless every verdict is\: gives-up, for-ever, stays-up or stays-down]:VERDICT:' \
            '--explain[the policy in plain keys, each with where it comes from]' \
            '--variant[of a file that varies, only with this value; once a key]:KEY=VALUE:' \
            '--set[set a value, like defaults.backoff.base=1s; may be repeated]:PATH=VALUE:' \
            '--max-memory[memory one run may need in the worst case (2147483648)]:BYTES:' \
            '--json[JSON Lines on standard output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    compare)
        _arguments \
            '--from[what kind of sources they are, where it does not show\: systemd, supervisord, compose, kubernetes, s6, runit, otp]:KIND:(systemd supervisord compose kubernetes s6 runit otp)' \
            '--expect[status 1 when they part]:same:' \
            '--service[only services whose name matches; may be repeated]:GLOB:_rehearse_services' \
            '--mode[of every preset\: ideal, realistic or busy]:MODE:(ideal realistic busy)' \
            '--json[JSON Lines on standard output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    export)
        _arguments \
            '--c[as a C header of struct sup_policy]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    import)
        _arguments \
            '--from[what kind of sources they are, where it does not show\: systemd, supervisord, compose, kubernetes, s6, runit, otp]:KIND:(systemd supervisord compose kubernetes s6 runit otp)' \
            '--fail-at[from that instant on the services of the scenario do as --when says]:T:' \
            '--when[fail (the default), crash, succeed, each also '\''fail after 1s'\'', never-ready, no-beat]:B:' \
            '--strict[a warning makes the status 1]' \
            '--set[set a preset'\''s parameter, like version=252; may be repeated]:KEY=VALUE:' \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '(-o --out)'{-o,--out}'[write the scenario here (standard output)]:FILE:_files' \
            '--force[let an output replace a file that is no earlier output]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    init)
        _arguments \
            '(-q --quiet)'{-q,--quiet}'[only what failed]' \
            '(-h --help)'{-h,--help}'[this help]' \
            '*:file:_files'
        ;;
    schema)
        _arguments \
            '(-h --help)'{-h,--help}'[this help]' \
            && return
        ;;
    completions)
        _arguments \
            '(-h --help)'{-h,--help}'[this help]' \
            '1:shell:(bash zsh fish)'
        ;;
    esac
}
_rehearse "$@"

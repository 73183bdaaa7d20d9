# What the scripts in this directory share; to be sourced. POSIX sh.
#
# Each script gets the command in $REHEARSE, works in a directory of its own and
# prints TAP. `rehearse` leaves its status in $status and what it wrote in the
# files out and err.

: "${REHEARSE:?set it to the path of the command}"
LC_ALL=C
export LC_ALL
unset NO_COLOR
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
point=0
failed=0

rehearse() {
    status=0
    "$REHEARSE" "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
}

# ok NAME COMMAND...: the command has to succeed.
ok() {
    name=$1
    shift
    point=$((point + 1))
    if "$@" >"$dir/why" 2>&1; then
        echo "ok $point - $name"
    else
        failed=$((failed + 1))
        echo "not ok $point - $name"
        echo "# $* (status of rehearse: ${status:-none})"
        for file in why out err; do
            [ ! -s "$dir/$file" ] || sed "s/^/#   $file: /" "$dir/$file" | head -n 20
        done
    fi
}

skip() {
    point=$((point + 1))
    echo "ok $point - $1 # SKIP $2"
}

not() { ! "$@"; }
is_status() { [ "$status" -eq "$1" ]; }
out_has() { grep -qF -e "$1" "$dir/out"; }
err_has() { grep -qF -e "$1" "$dir/err"; }
out_like() { grep -qE -e "$1" "$dir/out"; }
err_like() { grep -qE -e "$1" "$dir/err"; }
out_lines() { [ "$(grep -cE -e "$2" "$dir/out")" -eq "$1" ]; }
out_empty() { [ ! -s "$dir/out" ]; }
err_empty() { [ ! -s "$dir/err" ]; }
have() { command -v "$1" >/dev/null 2>&1; }

# The outputs without what the wall clock put into them.
without_wall() { sed 's/ in [0-9.]*[a-z]*s\(, every run twice\)*$/ in X/' "$1"; }

finish() {
    echo "1..$point"
    [ "$failed" -eq 0 ]
    exit
}

# Scenarios to work with.
passing() { # NAME
    printf '%s\n' 'scenario: 1' "name: $1" 'services:' \
        '  - {name: flaky, backoff: {base: 10ms}, script: [{fail: {}, times: 2}, run]}' \
        'until: 1s' 'expect:' '  - {at: 1s, service: flaky, is: {phase: running, starts: 3}}'
}
failing() { # NAME
    printf '%s\n' 'scenario: 1' "name: $1" 'services:' \
        '  - {name: flaky, backoff: {base: 10ms}, script: [{fail: {error: "no route"}, times: 2}, run]}' \
        '  - {name: other, script: [run]}' \
        'until: 1s' 'expect:' '  - {at: 1s, service: flaky, is: {phase: terminated}}'
}
endless() { # NAME
    printf '%s\n' 'scenario: 1' "name: $1" 'services:' \
        '  - {name: again, backoff: {base: 1s, max: 1s}, script: [fail]}' \
        'until: 30d' 'expect:' '  - {at: 1s, service: again, is: {exists: true}}'
}

#!/bin/sh
# Files that include others: where a mistake is shown, what is refused, what a walk leaves out.
. "$(dirname "$0")/lib.sh"

# A scenario that includes what is named.
including() { # FILE NAMES
    printf '%s\n' 'scenario: 1' 'name: x' "include: [$2]" \
        'services: [{name: a, script: [fail, run]}]' >"$1"
}
# refused NAME FILE PLACE-AND-MESSAGE: soon, with status 2, at this place.
refused() {
    status=0
    timeout 20 "$REHEARSE" check "$2" >out 2>err </dev/null || status=$?
    ok "$1" is_status 2
    ok "$1: where, and what" err_has "$3"
}

mkdir -p tree/shared tree/only
echo 'policies: {quick: {backoff: {base: 5ms}}}' >tree/shared/quick.yaml
printf '%s\n' 'include: [quick.yaml]' 'defaults: {policy: quick}' >tree/shared/all.yaml
including tree/main.yaml shared/all.yaml
rehearse run --trace - tree/main.yaml
ok "names are relative to the file that they stand in" out_has '"delay":5000000'
(cd tree && "$REHEARSE" run --trace - - <main.yaml) >out 2>err
ok "and to the working directory on standard input" out_has '"delay":5000000'
rehearse check tree
ok "a walk leaves out what only shares" out_has '1 scenario is valid'
rehearse check tree/shared/all.yaml
ok "that is an error when it is named" is_status 2
ok "which says why" err_has 'tree/shared/all.yaml:1:1: error: there is no scenario in this file'
cp tree/shared/quick.yaml tree/only
rehearse run tree/only
ok "a directory of nothing else is an error" is_status 2
ok "and says so" err_has 'no scenario is there, only what others include'
rehearse run --force --junit tree/shared/quick.yaml tree/main.yaml
ok "an output is not written over what is included" is_status 2
ok "with the reason" err_has 'it is an input, tree/shared/quick.yaml, and would be lost'

# Mistakes in the other file are shown there.
printf '%s\n' '# one' 'policies:' '  quick: {backof: {base: 1s}}' >typo.yaml
including main.yaml typo.yaml
refused "a typo" main.yaml 'typo.yaml:3:11: error: unknown key `backof`, did you mean `backoff`?'
ok "a typo: the line of that file" err_has '  quick: {backof: {base: 1s}}'
rehearse check --json main.yaml
ok "a typo: as JSON" out_has '{"file":"typo.yaml","line":3,"column":11,'
echo 'defaults: {script: [fail, run]}' >script.yaml
including unreached.yaml script.yaml
sed -i 's/, script: .fail, run.//' unreached.yaml
printf 'until: 1ms\nexpect: [{at: end, service: a, is: {starts: 2}}]\n' >>unreached.yaml
rehearse run -v unreached.yaml
ok "a script's item never reached is shown there too" out_has 'script.yaml:1:27: note: no attempt'
rehearse run --json unreached.yaml
ok "and as JSON" out_has '"unreached":[{"file":"script.yaml","line":1,"column":27'
printf 'a: [' >syntax.yaml
including main.yaml syntax.yaml
refused "a syntax error" main.yaml 'syntax.yaml:1:4: error: this is not closed'
echo 'scenario: 2' >version.yaml
including main.yaml version.yaml
refused "another version" main.yaml 'version.yaml:1:1: error: version `2` of the format is unknown'
echo 'polices: {}' >key.yaml
including main.yaml key.yaml
refused "an unknown key" main.yaml 'key.yaml:1:1: error: unknown key `polices`, did you mean `policies`?'
echo 'groups: {name: g}' >groups.yaml
including main.yaml groups.yaml
refused "groups that are no list" main.yaml 'groups.yaml:1:1: error: `groups`: expected a list, found a map'
echo 'groups: [{name: g}, {name: g}]' >twice.yaml
including main.yaml twice.yaml
refused "a group twice in one file" main.yaml 'twice.yaml:1:22: error: a second group called `g`'

# Merged with few, many stay too many: none of them is dropped to make the rest fit.
needs=$(awk 'BEGIN { for (i = 0; i < 100; i++) printf "%sc%d: refuse", i ? ", " : "", i }')
printf '%s\n' "conditions: {$(echo "$needs" | sed 's/refuse/down/g')}" "defaults: {needs: {$needs}}" >needs.yaml
including main.yaml needs.yaml
echo 'defaults: {needs: {c3: fail}}' >>main.yaml
refused "more needs than there can be, one of them overridden" main.yaml \
    'main.yaml:5:12: error: a service cannot need more than 64 conditions'
echo "defaults: {needs: {$needs}}" | sed 's/, c64: .*/}}/' >>needs.yaml
sed -i '2d' needs.yaml
rehearse check main.yaml
ok "as many as there can be, one of them overridden" is_status 0

# Warnings stand where what is wrong stands, and what is included is looked at for what is meant.
printf '%s\n' 'include: [within/two.yaml]' 'policies:' '  slow: {backoff: {base: 2m}}' >one.yaml
mkdir within
printf '%s\n' 'defaults:' '  backoff: {base: 3m}' 'policies:' '  slow: {backoff: {base: 4m}}' >within/two.yaml
printf '%s\n' 'scenario: 1' 'name: x' 'until: 1h' 'include: [one.yaml, ./within/two.yaml]' 'services:' \
    '  - {name: a, script: [fail]}' '  - {name: b, policy: slow, script: [fail]}' \
    'expect: [{at: end, service: a, is: {phase: running}}]' >main.yaml
rehearse check --lint main.yaml
ok "a warning about a policy is shown in its file" err_has 'one.yaml:3:20: warning: `base`, 2m, is above `max`, 1m'
ok "one about defaults in theirs" err_has 'within/two.yaml:2:13: warning: `base`, 3m, is above `max`, 1m'
ok "and there are no others" [ "$(grep -c warning: err)" = 2 ]
rehearse check --lint --json main.yaml
ok "as JSON" out_has '{"file":"within/two.yaml","line":2,"column":13,"end-column":17,"severity":"warning"'
echo 'conditions: {db: up}' >world.yaml
printf '%s\n' 'scenario: 1' 'name: x' 'until: 1h' 'include: [world.yaml]' \
    'services: [{name: a, breaker: {failures: 3, within: 5s}, backoff: {base: 4s}, script: [fail]}]' \
    'expect: [{at: end, service: a, is: {phase: running}}]' >main.yaml
rehearse check --lint main.yaml
ok "what a world may do is not warned of" out_has '1 scenario is valid, 0 warnings'

# What cannot be included.
including main.yaml missing.yaml
refused "a missing file" main.yaml 'main.yaml:3:11: error: cannot include `missing.yaml`: there is no such file'
including main.yaml main.yaml
refused "itself" main.yaml 'main.yaml:3:11: error: cannot include `main.yaml`: it is this file itself'
ln main.yaml other-name.yaml
refused "itself by another name" other-name.yaml 'cannot include `main.yaml`: it is this file itself'
echo 'include: [two.yaml]' >one.yaml
echo 'include: [one.yaml]' >two.yaml
including main.yaml one.yaml
refused "a circle" main.yaml 'two.yaml:1:11: error: cannot include `one.yaml`: it includes this file, in a circle'
including main.yaml tree
refused "a directory" main.yaml 'main.yaml:3:11: error: cannot include `tree`: this is a directory'
including main.yaml /dev/zero
refused "a device" main.yaml 'main.yaml:3:11: error: cannot include `/dev/zero`: this is no regular file'
mkfifo pipe
including main.yaml pipe
refused "a pipe that nobody writes to" main.yaml 'main.yaml:3:11: error: cannot include `pipe`: this is no regular file'
ln -s loop-a loop-b
ln -s loop-b loop-a
including main.yaml loop-a
refused "links in a circle" main.yaml 'main.yaml:3:11: error: cannot include `loop-a`: its symbolic links lead in a circle'
passing other >other.yaml
including main.yaml other.yaml
refused "a scenario" main.yaml 'other.yaml:2:1: error: `name` belongs to a scenario'

# Limits, each kept and passed by one.
i=1
while [ $i -le 33 ]; do
    echo "policies: {p$i: {restart: always}}" >"wide$i.yaml"
    echo "include: [deep$((i + 1)).yaml]" >"deep$i.yaml"
    i=$((i + 1))
done
echo 'policies: {p: {}}' >deep8.yaml
including main.yaml deep1.yaml
rehearse check main.yaml
ok "eight files deep" is_status 0
including main.yaml deep2.yaml
echo 'include: [deep9.yaml]' >deep8.yaml
echo 'include: [deep10.yaml]' >deep9.yaml
echo 'policies: {p: {}}' >deep10.yaml
refused "nine files deep" main.yaml 'deep9.yaml:1:11: error: cannot include `deep10.yaml`: files include files more than 8 deep'
list=wide1.yaml i=2
while [ $i -le 32 ]; do
    list="$list, wide$i.yaml"
    i=$((i + 1))
done
including main.yaml "$list, wide1.yaml, ./wide7.yaml"
rehearse check main.yaml
ok "32 files, those that come again not counted" is_status 0
including main.yaml "$list, wide33.yaml"
refused "33 files" main.yaml 'cannot include `wide33.yaml`: more than 32 files would be included'
head -c 16777217 /dev/zero | tr '\0' '#' >huge.yaml
including main.yaml huge.yaml
refused "a huge file" main.yaml 'main.yaml:3:11: error: cannot include `huge.yaml`: with it, the files are longer than 16 MiB together'
{ head -c 9000000 /dev/zero | tr '\0' '#'; echo; echo 'policies: {p: {}}'; } >half.yaml
sed 's/{p:/{q:/' half.yaml >other-half.yaml
including main.yaml 'half.yaml, other-half.yaml'
refused "two large files" main.yaml 'main.yaml:3:22: error: cannot include `other-half.yaml`: with it, the files are longer'
# However often it is named it is read once, and what is one too many is not read at all: the
# processor time says so, whatever else the machine does.
list=half.yaml
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
    list="$list, $list"
done
including main.yaml "$list"
in_5s() { (ulimit -t 5 && exec "$REHEARSE" check "$1") >out 2>err </dev/null && status=0 || status=$?; }
in_5s main.yaml
ok "a large file eight thousand times" is_status 0
including main.yaml "$(echo "$list" | sed 's/half/huge/g')"
in_5s main.yaml
ok "one that is too large, as often" is_status 2
ok "is said to be too large once" [ "$(grep -c 'error: cannot include .huge.yaml.: with it, the files are longer' err)" = 1 ]
including main.yaml "key.yaml, ./key.yaml"
refused "a mistake in a file that is named twice" main.yaml 'key.yaml:1:1: error: unknown key `polices`'
ok "is said once, and nothing else" [ "$(grep -c error: err)" = 1 ]

# A text written out and one that is included are one story.
hash_of() { sed -n 's/.*"hash":"\([0-9a-f]*\)".*/\1/p' out; }
rehearse run --json "$top/scenarios/sharing/included.yaml"
first=$(hash_of)
rehearse run --json "$top/scenarios/sharing/written-out.yaml"
ok "the hash of a run does not depend on it" [ -n "$first" -a "$first" = "$(hash_of)" ]
finish

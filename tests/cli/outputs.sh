#!/bin/sh
# Outputs never destroy what is read, nor each other, nor a file of somebody else's.
. "$(dirname "$0")/lib.sh"

passing good >good.yaml
cp good.yaml before.yaml
mkdir -p tree sub
passing deep >tree/deep.yaml
cp tree/deep.yaml before-deep.yaml
ln -s good.yaml symbolic.yaml
ln good.yaml hard.yaml

refused() { # what it is, text on stderr, arguments of run
    what=$1 text=$2
    shift 2
    rehearse run "$@"
    ok "$what: status 2" is_status 2
    ok "$what: message" err_has "$text"
    ok "$what: nothing is run" out_empty
    ok "$what: the scenario is whole" cmp good.yaml before.yaml
    ok "$what: nothing is left beside it" [ -z "$(find . -name '.rehearse-*')" ]
}
for option in trace junit metrics table badge summary; do
    refused "--$option over its input" "--$option good.yaml: it is an input, good.yaml" \
        --$option good.yaml good.yaml
done
refused "over an input, with --force" "it is an input" --force --trace good.yaml good.yaml
refused "over an input by another path" "it is an input" --trace ./sub/../good.yaml good.yaml
refused "over an input by a symbolic link" "it is an input" --trace symbolic.yaml good.yaml
refused "over an input by a hard link" "it is an input" --trace hard.yaml good.yaml
refused "over the target of an input that is a link" "it is an input" \
    --trace good.yaml symbolic.yaml
refused "a glob of scenarios" "it is an input, symbolic.yaml" --trace good.yaml symbolic.yaml
refused "over a file of a directory" "it is an input, tree/deep.yaml" --trace tree/deep.yaml tree
ok "the file of the directory is whole" cmp tree/deep.yaml before-deep.yaml
status=0
"$REHEARSE" run --trace good.yaml - <good.yaml >out 2>err || status=$?
ok "over standard input" is_status 2
ok "over standard input: message" err_has 'it is an input, on standard input'
ok "over standard input: whole" cmp good.yaml before.yaml
status=0
"$REHEARSE" run good.yaml >>hard.yaml 2>err || status=$?
ok "standard output over an input" is_status 2
ok "standard output over an input: whole" cmp good.yaml before.yaml

refused "two outputs, one file" "--junit same: it is the same file as --trace same" \
    --trace same --junit same good.yaml
refused "two outputs, one file by two paths" "the same file as" \
    --trace sub/same --metrics sub/../sub/same good.yaml
: >one
ln one two
ln -s one three
refused "two outputs, one inode" "the same file as" --trace one --junit two good.yaml
refused "two outputs, one by a link" "the same file as" --trace one --junit three good.yaml
ln -s nowhere four
refused "two outputs, one by a link to nothing" "the same file as" \
    --trace nowhere --junit four good.yaml
rm -f report
"$REHEARSE" run --trace report good.yaml >>report 2>err && status=0 || status=$?
ok "an output and standard output, one file" is_status 2
ok "an output and standard output: message" err_has 'the same file as standard output'
rehearse run --trace /dev/null --junit /dev/null good.yaml
ok "two may share /dev/null" is_status 0

echo 'dear diary' >diary
cp diary before-diary
for option in trace junit metrics table badge summary; do
    rehearse run --$option diary good.yaml
    ok "--$option over somebody's file" is_status 2
    ok "--$option over somebody's file: message" err_has 'no earlier output of this option'
    ok "--$option over somebody's file: whole" cmp diary before-diary
    rehearse run --force --$option diary good.yaml
    ok "--$option --force replaces it" is_status 0
    ok "--$option --force wrote it" not cmp -s diary before-diary
    cp diary first
    rehearse run --$option diary good.yaml
    ok "--$option replaces what it wrote" is_status 0
    : >diary
    rehearse run --$option diary good.yaml
    ok "--$option fills an empty file" [ -s diary ]
    cp before-diary diary
done
rehearse run --trace t.jsonl --junit j.xml --metrics m.prom --table v.csv \
    --badge b.svg --summary s.md good.yaml
for pair in 'trace j.xml' 'trace m.prom' 'junit t.jsonl' 'junit m.prom' 'metrics t.jsonl' \
    'trace v.csv' 'junit v.csv' 'metrics v.csv' 'table t.jsonl' 'table j.xml' 'table m.prom' \
    'badge v.csv' 'badge j.xml' 'trace b.svg' 'junit b.svg' 'metrics b.svg' 'table b.svg' \
    'summary v.csv' 'summary b.svg' 'junit s.md' 'table s.md' 'badge s.md'; do
    # shellcheck disable=SC2086 # two words on purpose
    set -- $pair
    rehearse run --"$1" "$2" good.yaml
    ok "--$1 takes $2 for no output of its own" is_status 2
done

for option in trace junit metrics table badge summary; do
    rehearse run --$option -q good.yaml
    ok "--$option -q: no file called -q is meant" is_status 2
    ok "--$option -q: message" err_has "is written --$option=-q"
    ok "--$option -q: no such file" [ ! -e ./-q ]
    rehearse run --$option=-q good.yaml
    ok "--$option=-q is a file" [ -s ./-q ]
    rm ./-q
done
rehearse run --trace ./-x good.yaml
ok "./-x is a file" [ -s ./-x ]
rehearse run --junit - good.yaml
ok "- is standard output" out_like '^<\?xml'

cp t.jsonl kept
chmod 640 kept
rehearse run --trace kept good.yaml
ok "a replaced file keeps its mode" [ "$(stat -c %a kept)" = 640 ]
(umask 027 && "$REHEARSE" run -q --trace fresh good.yaml)
ok "a new file follows the umask" [ "$(stat -c %a fresh)" = 640 ]
ln -s kept link
rehearse run --seed 99 --trace link good.yaml
ok "a symbolic link stays one" [ -L link ]
ok "a symbolic link is followed" grep -q '"seed":99' kept
ln -s sub/created dangling
rehearse run --trace dangling good.yaml
ok "a symbolic link to nothing makes its target" [ -s sub/created ]
ln -s loop2 loop1
ln -s loop1 loop2
rehearse run --trace loop1 good.yaml
ok "links that go round" is_status 2
for option in trace junit metrics table badge summary; do
    for place in sub sub/ '' .; do
        rehearse run --$option "$place" --force good.yaml
        ok "--$option '$place': a directory is no output" is_status 2
        ok "--$option '$place': nothing is run" out_empty
    done
done
rehearse run --trace sub/none/x good.yaml
ok "a directory that is not there" err_has 'cannot write sub/none/x'

cp t.jsonl old.jsonl
if [ "$(id -u)" -ne 0 ]; then
    as() { "$@"; }
elif have setpriv; then
    chmod 755 "$dir"
    as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
else
    as() { return 1; }
fi
if as true && as test -x "$REHEARSE"; then
    mkdir locked
    cp t.jsonl locked/t.jsonl
    chmod 666 locked/t.jsonl
    chmod 555 locked
    status=0
    as "$REHEARSE" run --trace locked/t.jsonl good.yaml >out 2>err || status=$?
    ok "a directory that cannot be written" is_status 2
    ok "a directory that cannot be written: message" err_has 'its directory cannot be written'
    ok "a directory that cannot be written: before anything is run" out_empty
    mkdir open
    chmod 777 open
    cp t.jsonl open/t.jsonl
    chmod 444 open/t.jsonl
    status=0
    as "$REHEARSE" run --trace open/t.jsonl good.yaml >out 2>err || status=$?
    ok "a file that is protected, in a directory that is not" is_status 2
    ok "a file that is protected is whole" cmp open/t.jsonl t.jsonl
else
    skip "directories that cannot be written" "no other user to be"
fi

mkfifo pipe
cat pipe >through &
rehearse run --junit pipe good.yaml
wait $!
ok "a pipe is written directly" grep -q '</testsuites>' through
ok "a pipe stays a pipe" [ -p pipe ]
for option in trace metrics table badge summary; do
    cat pipe >through &
    rehearse run --$option pipe good.yaml
    wait $!
    ok "--$option: a pipe is written directly" [ -s through ]
    ok "--$option: and stays a pipe" [ -p pipe ]
    if [ -e /dev/full ]; then
        rehearse run --$option /dev/full good.yaml
        ok "--$option: a full device" is_status 2
        ok "--$option: a full device is said" err_has 'cannot write /dev/full'
    fi
done
"$REHEARSE" run -q --trace /dev/fd/3 good.yaml 3>&1 >out 2>err | cat >through
ok "a descriptor that is a pipe" cmp through t.jsonl
if [ -e /dev/full ]; then
    failing bad >bad.yaml
    rehearse run --trace /dev/full --junit part.xml good.yaml bad.yaml
    ok "a full device ends the run" is_status 2
    ok "the other report is written all the same" grep -q '</testsuites>' part.xml
    ok "and says that it is not whole" grep -q 'interrupted by an output that cannot be written' \
        part.xml
fi

# A file that may not become larger is as good as a full disk; the signal is no death.
failing bad >bad.yaml
(
    # Counts of coverage, which are written at the end as well, go elsewhere: they would be cut.
    GCOV_PREFIX=$PWD/counts
    export GCOV_PREFIX
    ulimit -f 1
    exec "$REHEARSE" run --once --tap --seeds 1..200 --trace large.jsonl --junit part.xml good.yaml
) >out 2>err </dev/null && status=0 || status=$?
ok "a limit on a file's size: status 2" is_status 2
ok "a limit on a file's size: says so" err_has 'cannot write large.jsonl: File too large'
ok "a limit on a file's size: nothing is left" [ -z "$(find . -name '.rehearse-*' -o -name large.jsonl)" ]
ok "a limit on a file's size: the other reports say so" out_like '^Bail out! interrupted by an output'
if have python3; then
    ok "a limit on a file's size: JUnit is well-formed" python3 -c \
        'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' part.xml
fi

# A disk that is really full: the report that can still be written is, and what was there
# before the one that cannot stays.
cat >full.sh <<'SH'
mount -t tmpfs -o size=256k none full || exit 77
echo '{"rehearse":1 old' >full/t.jsonl
if [ "$1" = trace ]; then
    "$REHEARSE" run --once --max-events 20000 --trace full/t.jsonl --junit full/j.xml good.yaml \
        many.yaml
else
    TMPDIR=full "$REHEARSE" run --once --max-events 20000 --jobs 2 --trace t.jsonl many.yaml many.yaml
fi
echo $? >code
cp full/* .
ls -A full >left
SH
cat >many.yaml <<'YAML'
scenario: 1
name: many events
until: 1000d
services: [{name: a, count: 10, backoff: {base: 1s, max: 1s}, script: [{fail: {after: 1s}}]}]
YAML
mkdir full
if have unshare && unshare -m sh full.sh trace >out 2>err; then
    ok "a full disk: status 2" [ "$(cat code)" -eq 2 ]
    ok "a full disk: says so" err_has 'cannot write full/t.jsonl: No space left on device'
    ok "a full disk: what was there is there" [ "$(cat t.jsonl)" = '{"rehearse":1 old' ]
    ok "a full disk: nothing else is left" [ "$(tr '\n' ' ' <left)" = 'j.xml t.jsonl ' ]
    ok "a full disk: the other report is whole" grep -q '</testsuites>' j.xml
    ok "a full disk: and has what was run" grep -q 'testcase name="good"' j.xml
    unshare -m sh full.sh spool >out 2>err
    ok "no room for the traces of workers: status 2" [ "$(cat code)" -eq 2 ]
    ok "no room for the traces of workers: says so" err_has 'cannot write a temporary file for a trace'
else
    skip "a full disk" "a file system cannot be mounted here"
fi
finish

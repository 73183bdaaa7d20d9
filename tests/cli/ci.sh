#!/bin/sh
# The workflows of docs/ci are run in a checkout, step by step, as far as that needs no network.
. "$(dirname "$0")/lib.sh"

if ! have python3 || ! have git || ! have bash || ! python3 -c 'import yaml' 2>/dev/null; then
    skip "the workflows of docs/ci" "no python3 with yaml, no git or no bash"
    finish
fi
flow() { python3 "$top/tests/cli/workflow.py" "$@"; }
for forge in github gitlab; do
    ok "$forge: a runner takes it" flow check "$top/docs/ci/$forge.yml"
    # Every step is in the manual.
    sed -n 's/^ *- name: //p; s/^ *- uses: //p' "$top/docs/ci/$forge.yml" | sort -u >steps
    grep -oE '^[a-zA-Z.]+:' "$top/docs/ci/$forge.yml" | tr -d : >>steps
    while read -r step; do
        ok "$forge: docs/ci.md tells of '$step'" grep -qF "\`$step\`" "$top/docs/ci.md"
    done <steps
    # Mistakes that a runner would refuse, or that would be bad there.
    for change in 's/^ *timeout.*//' 's/--golden "\$SCENARIOS/--golden "$SCENARIO/' 's/ -j2 build/ "-j2 build/' 's/bash$/sh/; s/exit "\$status"/exit "$stat"/'; do
        sed "$change" "$top/docs/ci/$forge.yml" >wrong.yml
        ok "$forge: $change: another file" not cmp -s wrong.yml "$top/docs/ci/$forge.yml"
        ok "$forge: $change: refused" not flow check wrong.yml
    done
done
sed 's/cache@v4/cash@v4/' "$top/docs/ci/github.yml" >wrong.yml
ok "github: an action that nobody has" not flow check wrong.yml
sed 's/"\$GITHUB_SHA"/${{ github.sha }}/' "$top/docs/ci/github.yml" >wrong.yml
ok "github: an expression in a script" not flow check wrong.yml

# The packages are those that building needs.
"$top/scripts/install-deps" --list | awk '$2 == "build" {print $1}' | sort >needed
for forge in github gitlab; do
    python3 - "$top/docs/ci/$forge.yml" >named <<'PY'
import re, sys, yaml
def walk(node):
    if isinstance(node, str):
        yield node.replace("\\\n", " ")
    elif isinstance(node, (dict, list)):
        for one in node.values() if isinstance(node, dict) else node:
            yield from walk(one)
for text in walk(yaml.safe_load(open(sys.argv[1]))):
    for words in re.findall("--no-install-recommends ([a-z0-9+. -]*)", text):
        print(*words.split(), sep="\n")
PY
    sort -u named | grep -vx -e git -e ca-certificates >built
    ok "$forge: the packages that a build needs" cmp needed built
done

# ---- a project of somebody's ----

# What a network would be asked for is written down instead; the command is installed, or is
# built by a source that stands for ours, whose Makefile has that target.
mkdir bin installed store
printf '#!/bin/sh\necho "$*" >>%s/asked\n' "$dir" >bin/apt-get
chmod +x bin/apt-get
# Not by a link: the command calls itself as it is called.
printf '#!/bin/sh\nexec %s "$@"\n' "$REHEARSE" >installed/rehearse
chmod +x installed/rehearse
ok "our Makefile builds the command by that name" make -s -n -C "$top" build/release/rehearse
HOME=$dir
GIT_CONFIG_NOSYSTEM=1
export HOME GIT_CONFIG_NOSYSTEM
unset GIT_DIR GIT_WORK_TREE
git config --global user.name tester
git config --global user.email tester@localhost
git config --global init.defaultBranch main
git init -q --bare origin.git
git init -q project
STORE=$dir/store
export STORE
plain=$PATH
cd project || exit 1
"$REHEARSE" init -q
mkdir rehearse
printf 'build/release/rehearse:\n\tmkdir -p $(@D)\n\tcp ../../installed/rehearse $@\n' >rehearse/Makefile
git add .
git commit -qm first
git remote add origin ../origin.git
git push -q origin main
commit() {
    git commit -qam "$1"
    sha=$(git rev-parse HEAD)
}
sha=$(git rev-parse HEAD)
number=100
github() { # event, ref, jobs: its log is in ../log
    rm -rf ../store/artifacts ../store/GITHUB*
    number=$((number + 1))
    event=$1 ref=$2
    shift 2
    PATH=$dir/bin:$PATH flow run "$top/docs/ci/github.yml" "$@" BUDGET=1s "GITHUB_SHA=$sha" "GITHUB_REF=$ref" \
        "github.event_name=$event" "github.ref=$ref" "github.run_id=$number" >../log 2>&1
}
gitlab() { # source, jobs
    rm -rf ../store/artifacts
    source=$1
    shift
    PATH=$dir/bin:$PATH flow run "$top/docs/ci/gitlab.yml" "$@" BUDGET=1s "CI_COMMIT_SHA=$sha" \
        "CI_PIPELINE_SOURCE=$source" >../log 2>&1
}
logged() { grep -qE -e "$1" ../log; }
stored() { [ -s "../store/$1" ]; }
valid() { ! have xmllint || xmllint --noout --schema "$top/tests/junit.xsd" "$1"; }
badge() { git --git-dir=../origin.git cat-file -p badges:rehearsals.svg 2>/dev/null; }

ok "github: a push passes" github push refs/heads/main
ok "github: both jobs" [ "$(grep -c '^=== [a-z]*: success$' ../log)" -eq 2 ]
ok "github: packages were asked for" grep -q '^install .*libfyaml-dev' ../asked
ok "github: the command was built, and found" logged '^cp \.\./\.\./installed/rehearse'
ok "github: annotations are in the log" logged '^::notice title=rehearse::1 passed$'
ok "github: JUnit is kept" valid ../store/artifacts/rehearsals/rehearsals.xml
ok "github: the page of the job" grep -q '^## rehearse: 1 passed$' ../store/GITHUB_STEP_SUMMARY-rehearse-4
ok "github: the badge is on its branch" sh -c 'git --git-dir=../origin.git cat-file -p badges:rehearsals.svg | grep -q ">1 passed<"'
ok "github: alone" [ "$(git --git-dir=../origin.git ls-tree -r --name-only badges)" = rehearsals.svg ]
ok "github: the branch that is worked on is as it was" [ "$(git --git-dir=../origin.git rev-parse main)" = "$sha" ]
ok "github: the seeds are those of the commit" logged '^[0-9,]+ scenarios? from seed [0-9]{6,} on: '
ok "github: the campaign's inputs are kept" stored cache/rehearsals-corpus-101
ok "github: no traces are kept unless it fails" not stored artifacts/rehearsals/golden
ok "github: nothing was found" not stored artifacts/found
PATH=$dir/installed:$plain
ok "github: the next push, with the command installed" github push refs/heads/topic
ok "github: nothing is built then" not logged 'make'
ok "github: the campaign goes on with what was kept" logged '^cache: rehearsals-corpus-101$'
before=$(badge)
ok "github: a pull request" github pull_request refs/pull/1/merge
ok "github: has no campaign" not logged '^=== campaign'
ok "github: and no badge" not logged '^--- rehearse: badge'

# Golden traces are kept in the repository, and compared from then on.
rehearse run -q --golden rehearsals/golden --update rehearsals
git add rehearsals/golden
commit "golden traces"
ok "github: golden traces, as they are" github push refs/heads/main rehearse
sed -i 's/base: 100ms/base: 150ms/; s/\[100ms, 200ms\]/[150ms, 300ms]/' rehearsals/first.yaml
commit "another backoff"
ok "github: golden traces, when something changes: it fails" not github push refs/heads/main rehearse
ok "github: annotated" logged '^::error file=rehearsals/first\.yaml,title=[^:]*::golden: first difference'
ok "github: what came of it is told once" [ "$(grep -c '^1 scenario: ' ../log)" -eq 1 ]
ok "github: the badge says so" sh -c 'git --git-dir=../origin.git cat-file -p badges:rehearsals.svg | grep -q ">1 failed of 1<"'
ok "github: the page says so" grep -q '^## rehearse: 1 failed of 1$' ../store/GITHUB_STEP_SUMMARY-rehearse-4
ok "github: JUnit is kept all the same" grep -q 'type="golden"' ../store/artifacts/rehearsals/rehearsals.xml
ok "github: and the traces as they are now" stored artifacts/rehearsals/golden/rehearsals/first.yaml.jsonl
cp ../store/artifacts/rehearsals/golden/rehearsals/first.yaml.jsonl rehearsals/golden/rehearsals/
commit "the traces that the job kept"
ok "github: which can be taken over" github push refs/heads/main rehearse
sed -i 's/starts: 3/starts: 4/' rehearsals/first.yaml
commit "a wrong expectation"
ok "github: a wrong expectation fails" not github push refs/heads/main rehearse
ok "github: at its line" logged '^::error file=rehearsals/first\.yaml,line=18,col=[0-9]+,'
cp rehearsals/first.yaml ../wrong.yaml
echo 'breaker: {}' >>rehearsals/first.yaml
commit "a mistake"
ok "github: a mistake fails" not github push refs/heads/main rehearse
ok "github: before anything is run" not logged '^--- rehearse: run$'
ok "github: at its line" logged '^::error file=rehearsals/first\.yaml,line=22,col=1,title=unknown-key::'
ok "github: what failed has no badge of its own" [ "$(badge)" != "$before" ]

ok "gitlab: a mistake fails" not gitlab push rehearsals
git checkout -q HEAD~2 -- rehearsals/first.yaml
commit "mended"
ok "gitlab: a push passes" gitlab push
ok "gitlab: both jobs" [ "$(grep -c '^=== [a-z]*: success$' ../log)" -eq 2 ]
ok "gitlab: JUnit is kept" valid ../store/artifacts/rehearsals/out/rehearsals.xml
ok "gitlab: a summary" grep -q '^## rehearse: 1 passed$' ../store/artifacts/rehearsals/out/rehearsals.md
ok "gitlab: a badge" grep -q '>1 passed<' ../store/artifacts/rehearsals/out/rehearsals.svg
ok "gitlab: the seeds are those of the commit" logged '^[0-9,]+ scenarios? from seed [0-9]{6,} on: '
ok "gitlab: the campaign's inputs are kept" stored cache/rehearsals-corpus/corpus
ok "gitlab: and used" gitlab schedule campaign
ok "gitlab: it says so" logged '^cache: rehearsals-corpus$'
ok "gitlab: a merge request" gitlab merge_request_event
ok "gitlab: has no campaign" not logged '^=== campaign'
PATH=$plain
ok "gitlab: where the command is not installed" gitlab push rehearsals
ok "gitlab: it is built" logged '^cp \.\./\.\./installed/rehearse'
cp ../wrong.yaml rehearsals/first.yaml
commit "a wrong expectation"
ok "gitlab: a wrong expectation fails" not gitlab push rehearsals
ok "gitlab: JUnit has it" grep -q 'expected api: .*starts 4' ../store/artifacts/rehearsals/out/rehearsals.xml
ok "gitlab: what came of it is told once" [ "$(grep -c '^1 scenario: ' ../log)" -eq 1 ]
ok "gitlab: and the traces are kept" stored artifacts/rehearsals/out/golden/rehearsals/first.yaml.jsonl
cd "$dir" || exit 1
finish

#!/bin/sh
# rehearse init: what it writes works at once, and it overwrites nothing.
. "$(dirname "$0")/lib.sh"

rehearse init
ok "without a name" is_status 0
ok "lists what it wrote" out_lines 4 '^wrote rehearsals/'
ok "and what comes next" out_has 'next: rehearse run -v rehearsals'
rehearse check --strict rehearsals
ok "its scenario has no warnings" is_status 0
rehearse run rehearsals
ok "and passes" is_status 0
rehearse schema
ok "its schema is the command's own" cmp out rehearsals/schema.json
ok "its scenario tells editors where that is" grep -qx '# yaml-language-server: $schema=schema.json' rehearsals/first.yaml
cp -r rehearsals before
rehearse init
ok "a second time is refused" is_status 2
ok "with the reason" err_has 'it is not empty, and nothing is overwritten'
ok "and changes nothing" diff -r before rehearsals
mkdir empty
rehearse init empty
ok "an empty directory will do" test -f empty/first.yaml
rehearse init -q 'a b;c'
ok "a name that a shell would read" is_status 0
ok "-q says nothing" out_empty
ok "is quoted in the job" grep -qF "rehearse check --strict --github 'a b;c'" 'a b;c/github-job.yml.example'
ok "the job says where larger ones are" grep -q '/usr/share/doc/rehearse/docs/ci' empty/github-job.yml.example
ok "no mark is left" not grep -q DIRECTORY 'a b;c/github-job.yml.example' empty/rehearse.mk
rehearse init none/below
ok "a directory in none" is_status 2
: >file
rehearse init file
ok "a file" is_status 2
ok "stays" test ! -s file
ln -s nowhere link
rehearse init link
ok "a link to nothing" is_status 2
ok "leads nowhere" test ! -e nowhere
rehearse init one two
ok "two at once" is_status 2
mkdir -m 555 closed
if [ "$(id -u)" -ne 0 ]; then
    rehearse init closed
    ok "a directory that cannot be written" is_status 2
fi
# Names that mean something to a shell, to YAML or to the command: what is said can be done.
for place in -dash 'a: b #c' "it's" 'sub/'; do
    rehearse init -- "$place"
    ok "$place: written" is_status 0
    next=$(sed -n 's/^next: rehearse //p' out)
    ok "$place: what comes next works" sh -c "\"\$REHEARSE\" $next"
    if have python3 && python3 -c 'import yaml' 2>/dev/null; then
        python3 - "./$place/github-job.yml.example" >steps <<'PY'
import sys, yaml
for step in yaml.safe_load(open(sys.argv[1]))["jobs"]["rehearse"]["steps"]:
    if "run" in step:
        print(step["run"].strip().replace("rehearse", '"$REHEARSE"', 1))
PY
        ok "$place: the job has two commands" [ "$(wc -l <steps)" -eq 2 ]
        : >page.md
        ok "$place: the job's commands work" env GITHUB_STEP_SUMMARY=page.md sh -e steps
        ok "$place: and write the page of the job" grep -qx '## rehearse: 1 passed' page.md
    fi
done
printf 'include rehearsals/rehearse.mk\n' >Makefile
ok "the make targets work" make -s rehearse REHEARSE="$REHEARSE"
ok "golden traces are written" make -s rehearse-update REHEARSE="$REHEARSE"
ok "and compared" make -s rehearse-golden REHEARSE="$REHEARSE"
rm rehearsals/schema.json
ok "the schema is written anew" make -s rehearse-schema REHEARSE="$REHEARSE"
ok "as it was" cmp before/schema.json rehearsals/schema.json
finish

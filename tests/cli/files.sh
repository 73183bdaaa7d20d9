#!/bin/sh
# Which files a directory stands for, and in which order.
. "$(dirname "$0")/lib.sh"

mkdir -p tree/b tree/a-dir tree/.hidden tree/none empty
for path in tree/b.yaml tree/b/one.yaml tree/a-dir/two.yml tree/Z.json; do
    passing "$path" >"$path"
done
echo '{"scenario": 1, "name": "tree/Z.json", "services": [{"name": "a"}], "until": "1s"}' \
    >tree/Z.json
echo 'not yaml: [' >tree/schema.json
echo 'not yaml: [' >tree/.secret.yaml
echo 'not yaml: [' >tree/.hidden/x.yaml
echo 'not yaml: [' >tree/notes.md
ln -s ../tree tree/b/loop

rehearse run --list tree
ok "a tree is walked" is_status 0
printf '%s\n' tree/Z.json tree/a-dir/two.yml tree/b.yaml tree/b/one.yaml |
    while read -r path; do printf '%s\t%s\n' "$path" "$path"; done >want
ok "files come sorted by the bytes of their paths" cmp want out
rehearse run --list tree/
ok "a slash at the end is not doubled" out_like '^tree/b.yaml'
rehearse run --list tree/b.yaml tree/Z.json
ok "arguments keep their order" [ "$(head -n 1 out | cut -f 1)" = tree/b.yaml ]
rehearse run --list --filter '*/b*' tree
ok "--filter chooses by name" out_lines 2 tree/b
rehearse run --list --filter 'tree/?.yaml' --filter '*.json' tree
ok "--filter may be repeated" out_lines 2 tree/
rehearse run --list --json tree
ok "--list --json gives objects" out_lines 4 '^\{"kind":"scenario","file":'

rehearse run empty
ok "a directory without scenarios is status 2" is_status 2
ok "and says so" err_has 'empty: no scenario in this directory'
rehearse check empty tree
ok "others are still read" out_has '4 scenarios are valid'
ok "the status stays 2" is_status 2

rehearse check tree/b.yaml
ok "check of one" out_has '1 scenario is valid'
ok "check succeeds" is_status 0
rehearse check -q tree
ok "check -q says nothing" out_empty
echo 'scenario: 1' >bad.yaml
rehearse check bad.yaml tree
ok "an invalid file is status 2" is_status 2
ok "its place is given" err_like '^bad\.yaml:[0-9]+:[0-9]+: error: '
ok "the rest is counted" out_has '4 of 5 scenarios are valid'
passing plain >plain.txt
rehearse check plain.txt
ok "a named file is taken whatever it is called" is_status 0

# Many files are many runs, in their order, whoever runs them.
mkdir many
i=0
while [ $i -lt 2000 ]; do
    printf 'scenario: 1\nname: n%d\nuntil: 1s\nservices: [{name: a}]\n' $i >many/$((10000 + i)).yaml
    i=$((i + 1))
done
rehearse run --tap --trace one.jsonl many
ok "2,000 files: pass" is_status 0
ok "2,000 files: each has its point" out_lines 2000 '^ok '
cp out one
rehearse run --tap --jobs 4 --trace four.jsonl many
ok "2,000 files, 4 jobs: the same points" cmp one out
ok "2,000 files, 4 jobs: the same traces" cmp one.jsonl four.jsonl
rehearse run --junit many/11999.yaml many
ok "2,000 files: the last of them is no output" err_has 'it is an input, many/11999.yaml'
finish

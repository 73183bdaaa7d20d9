#!/bin/sh
# What the settings of presets come to, in the plain keys of `rehearse plan --explain`.
. "$(dirname "$0")/lib.sh"

# What each system's settings come to, in plain keys.
for name in containers daemons libraries systemd; do
    rehearse plan --explain "$top/scenarios/presets/$name.yaml"
    sed 's/  # .*//' out >explained
    ok "the keys of $name" cmp explained "$top/tests/plan/$name.explained"
done

# At the edges of what each may be, with where each key comes from.
cp "$top/tests/plan/edges.yaml" .
rehearse plan --explain edges.yaml
ok "the keys at the edges" cmp out "$top/tests/plan/edges.explained"

cat >keys.yaml <<'YAML'
scenario: 1
name: keys
services:
  - {restart: never, name: plain}
  - {name: once, preset: {systemd: {Type: oneshot, TimeoutStartSec: 0, RuntimeMaxSec: 5}}}
  - {name: asks, preset: {systemd: {Type: notify, TimeoutStartSec: 0}}}
  - {name: lives, preset: {systemd: {RuntimeMaxSec: 0}}}
  - {name: dies, preset: {s6: {permafailon: {within: 60, deaths: 5, of: [1-255, SIGSEGV]}}}}
YAML
rehearse plan --explain keys.yaml
ok "the first of its keys" out_has '    restart: never  # keys.yaml:4'
ok "0 is no length of a start" out_has '    run-for: 5s  # systemd RuntimeMaxSec'
ok "nor one of a life" not out_has 'run-for: 0s'
ok "but is for ever" out_has 'explicit: {timeout: never}  # systemd TimeoutStartSec'
ok "what is given in parts" out_has 'preset s6 2.11.2: permafailon=within=60,deaths=5,of=1-255,SIGSEGV'
for factor in 0:0 0.05:5 0.25:25 0.5:50 0.250:25 1:100 1.00:100; do
    printf 'scenario: 1\nname: f\nservices: [{name: p, preset: {pekko: {randomFactor: %s}}}]\n' ${factor%:*} >p.yaml
    rehearse plan --explain p.yaml
    ok "a factor of ${factor%:*}" out_has "jitter: +${factor#*:}%  #"
done
for factor in 1.01 0.001 1.5 2 0.x; do
    printf 'scenario: 1\nname: f\nservices: [{name: p, preset: {pekko: {randomFactor: %s}}}]\n' $factor >p.yaml
    rehearse plan --explain p.yaml
    ok "a factor of $factor is none" err_has 'is from 0.00 to 1.00, in hundredths'
done

# Of a version what is missing is 0.
for version in 2.11 2.11.1 2.11.2 2.12 3; do
    printf 'scenario: 1\nname: v\nservices: [{name: a, preset: {s6: {version: %s}}}]\n' $version >s6.yaml
    rehearse plan --explain s6.yaml
    case $version in
    2.11) ok "s6 $version is older than is known" err_has 'before 2.11.1 is not known' ;;
    2.11.1) ok "s6 $version" out_has 'from: start' ;;
    *) ok "s6 $version" not out_has 'from: start' ;;
    esac
done
finish

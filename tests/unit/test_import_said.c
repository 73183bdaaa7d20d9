/* What an import says of sources that are wrong, or that it cannot carry over in full: each message
 * whole, with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "unit/imported.h"

struct row {
    const char *bytes;
    const char *said;
};

static void check(const char *path, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *said = import_said(path, rows[i].bytes);
        if (strcmp(said, rows[i].said) != 0) {
            fail_msg("of\n%sis said\n%snot\n%s", rows[i].bytes, said, rows[i].said);
        }
        free(said);
    }
}

static const struct row of_supervisord[] = {
    {"[program:a]\n"
     "startsecs=x\n",
     "s.conf:2:11: error: startsecs=x: it is a whole number\n"},
    {"[program:a]\n"
     "startsecs=-1\n"
     "startretries=1.5\n",
     "s.conf:2:11: error: startsecs=-1: a number from 0 to 1000000000\n"
     "s.conf:3:14: error: startretries=1.5: it is a whole number\n"},
    {"[program:a]\n"
     "autorestart=maybe\n",
     "s.conf:2:13: error: autorestart=maybe: it is true, false or unexpected\n"},
    {"[program:a]\n"
     "startsecs=0\n"
     "startretries=100001\n"
     "numprocs=1\n",
     "s.conf:3:1: error: `startretries`: 100001 is out of range; it has to be from 0 to 100000\n"},
    {"[program:a]\n"
     "startsecs=0\n"
     "startretries=100000\n"
     "numprocs=1\n",
     ""},
    {"[program:a]\n"
     "startsecs=1000000000\n",
     ""},
    {"[program:a]\n"
     "startretries=1000000001\n"
     "numprocs=10001\n",
     "s.conf:2:14: error: startretries=1000000001: a number from 0 to 1000000000\n"
     "s.conf:3:10: error: numprocs=10001: a number from 1 to 10000\n"},
    {"[program:a]\n"
     "numprocs=10000\n"
     "process_name=x%(process_num)d\n"
     "stopsignal=35\n",
     "s.conf:4:12: error: stopsignal=35: real-time signals have no name in a scenario\n"},
    {"[program:a]\n"
     "autostart=maybe\n",
     "s.conf:2:11: error: autostart=maybe: it is true or false\n"},
    {"[program:a]\n"
     "exitcodes=0,256\n",
     "s.conf:2:11: error: exitcodes=0,256: codes from 0 to 255, parted by commas\n"},
    {"[program:a]\n"
     "exitcodes=0,,1\n",
     "s.conf:2:11: error: exitcodes=0,,1: codes from 0 to 255, parted by commas\n"},
    {"[program:a]\n"
     "stopsignal=FOO\n",
     "s.conf:2:12: error: stopsignal=FOO: no such signal\n"},
    {"[program:a]\n"
     "numprocs=2\n",
     "s.conf:2:10: error: numprocs=2: process_name must have %(process_num) in it, or supervisord "
     "does not start\n"},
    {"[program:a]\n"
     "numprocs=0\n"
     "process_name=%(process_num)d\n",
     "s.conf:2:10: error: numprocs=0: a number from 1 to 10000\n"},
    {"[program:a]\n"
     "numprocs=two\n",
     "s.conf:2:10: error: numprocs=two: it is a whole number\n"},
    {"[program:a\n", "s.conf:1:1: error: the section's name is not closed by `]`\n"},
    {"[program:a]\n"
     "command\n",
     "s.conf:2:1: error: neither a section nor `option = value`: command\n"},
    {"command=x\n"
     "[program:a]\n",
     "s.conf:1:1: error: an option before the first section\n"},
    {"[program:a]\n"
     "= x\n",
     "s.conf:2:1: error: neither a section nor `option = value`: = x\n"},
    {"[program:a]\n"
     "[group:g]\n"
     "programs=a,b\n",
     "s.conf:3:10: error: [group:g] has a program `b`, for which there is no section\n"},
    {"[program:a]\n"
     "[group:g]\n"
     "priority=3\n",
     "s.conf:2:1: error: a group without `programs`\n"},
    {"[program:a]\n"
     "[program: a]\n",
     "s.conf:2:1: error: a second program of the name `a`\n"},
    {"[program:a]\n"
     "[include]\n"
     "files=[ab].conf\n",
     "s.conf:3:7: error: of patterns only * and ? are known: [ab].conf\n"},
    {"[supervisord]\n", "rehearse: error: there is no service in what is imported\n"},
    {"[program:a]\n"
     "numprocs=3\n"
     "process_name=%(process_num)d\n"
     "[program:a-2]\n",
     "s.conf:4:1: error: a second service of the name `a-2`; the 3 of s.conf:1 have it\n"},
    {"[program:a]\n"
     "STARTSECS : 3 ; three\n"
     "  # and\n"
     "x=1\n"
     "[fcgi-program:f]\n"
     "[program:a]\n"
     "stopasgroup=on\n",
     "s.conf:7:1: warning: stopasgroup: signals to the children of a process are not modelled\n"
     "s.conf:5:1: warning: fcgi-program: the socket that its processes share is not modelled\n"},
};

static void supervisord__what_is_said(void **state)
{
    (void)state;
    check("s.conf", of_supervisord, sizeof(of_supervisord) / sizeof(of_supervisord[0]));
}

static const struct row of_compose[] = {
    {"services:\n"
     "  a: {restart: \"${azAZ09_:-no}\"}\n"
     "  b: {restart: maybe}\n",
     "compose.yaml:3:7: error: restart: maybe: it is no, always, unless-stopped, on-failure or "
     "on-failure:N\n"},
    {"services:\n"
     "  a: {deploy: {replicas: 20}}\n"
     "  a-12: {}\n"
     "  a-01: {}\n"
     "  a-20: {}\n",
     "compose.yaml:3:3: error: a second service of the name `a-12`; the 20 of compose.yaml:2 have "
     "it\n"},
    {"services:\n"
     "  a: {restart: sometimes}\n",
     "compose.yaml:2:7: error: restart: sometimes: it is no, always, unless-stopped, on-failure or "
     "on-failure:N\n"},
    {"services:\n"
     "  a: {restart: \"on-failure:x\"}\n",
     "compose.yaml:2:7: error: restart: on-failure:x: it is no, always, unless-stopped, on-failure "
     "or on-failure:N\n"},
    {"services:\n"
     "  a: {restart: \"on-failure:08\"}\n"
     "  b: {restart: \"on-failure:0\"}\n"
     "  c: {restart: \"on-failure:00\"}\n"
     "  d: {restart: \"on-failure:0x1\"}\n"
     "  e: {restart: \"on-failure:\"}\n",
     "compose.yaml:5:7: error: restart: on-failure:0x1: it is no, always, unless-stopped, "
     "on-failure or on-failure:N\n"
     "compose.yaml:6:7: error: restart: on-failure:: it is no, always, unless-stopped, on-failure "
     "or on-failure:N\n"},
    {"services:\n"
     "  a: {restart: [no]}\n",
     "compose.yaml:2:7: error: restart: […]: a word is wanted\n"},
    {"services:\n"
     "  a: {restart: \"${R}\"}\n",
     "compose.yaml:2:7: error: restart: ${R}: a variable without a default: `${NAME:-default}` has "
     "one\n"},
    {"services:\n"
     "  a: {restart: \"${R:-no}\", image: \"${I}\", stop_signal: $$X}\n",
     "compose.yaml:2:43: error: stop_signal: $$X: no signal that a scenario has a name for\n"},
    {"services:\n"
     "  a: {stop_grace_period: 10}\n",
     "compose.yaml:2:7: error: stop_grace_period: 10: a duration needs a unit (ns us ms s m h d), "
     "as in `5s`\n"},
    {"services:\n"
     "  a: {stop_signal: SIGNONE}\n",
     "compose.yaml:2:7: error: stop_signal: SIGNONE: no signal that a scenario has a name for\n"},
    {"services:\n"
     "  a: {deploy: {restart_policy: {condition: maybe, delay: x, max_attempts: -1}}}\n",
     "compose.yaml:2:33: error: condition: maybe: it is none, on-failure or any\n"
     "compose.yaml:2:51: error: delay: x: a duration is a number and a unit, as in `1m30s`\n"
     "compose.yaml:2:61: error: max_attempts: -1: a whole number\n"},
    {"services:\n"
     "  a: {deploy: {restart_policy: any}}\n",
     "compose.yaml:2:16: error: restart_policy: any: a map is wanted\n"},
    {"services:\n"
     "  a: {deploy: {replicas: 100000}}\n",
     "compose.yaml:2:16: error: replicas: 100000: at most 10000\n"},
    {"services: [a]\n", "compose.yaml:1:1: error: `services` is no map\n"},
    {"services:\n"
     "  a: text\n",
     "compose.yaml:2:3: error: a service is a map\n"},
    {"services:\n"
     "  a: {restart: no\n",
     "compose.yaml:2:6: error: this is not closed (missing comma in flow mapping)\n"},
    {"services:\n"
     "  a: {}\n"
     "  a: {}\n",
     "compose.yaml:3:3: error: duplicate key `a`; the first is in line 2\n"},
    {"services:\n"
     "  a: {}\n"
     "---\n"
     "services: {}\n",
     "compose.yaml:1:1: error: a second document in a compose file\n"},
    {"services:\n"
     "\ta: {}\n",
     "compose.yaml:2:1: error: indentation is made of spaces, not of tabs\n"},
    {"services:\n"
     "  a: &x {b: *x}\n",
     "compose.yaml:2:13: error: alias `x` names nothing that is complete before it; a glob goes in "
     "quotes\n"},
    {"services: {}\n", "rehearse: error: there is no service in what is imported\n"},
    {"services:\n"
     "  a: {extends: {file: x.yaml, service: b}, scale: 0}\n"
     "include: [x.yaml]\n",
     "compose.yaml:3:1: warning: include: it is not followed; name those files, too\n"
     "compose.yaml:2:7: warning: extends: what it takes from another file is not known; it is "
     "left out\n"},
    {"services:\n"
     "  a: {extends: b}\n"
     "  b: 5\n",
     "compose.yaml:2:7: error: extends: b: no service of this file\n"
     "compose.yaml:3:3: error: a service is a map\n"},
};

static void compose__what_is_said(void **state)
{
    (void)state;
    check("compose.yaml", of_compose, sizeof(of_compose) / sizeof(of_compose[0]));
}

static const struct row of_kubernetes[] = {
    {"apiVersion: v1\n"
     "kind: Pod\n"
     "metadata: {name: a}\n"
     "spec: {restartPolicy: Sometimes, containers: [{name: c}]}\n",
     "k.yaml:4:8: error: restartPolicy: it is Always, OnFailure or Never\n"},
    {"apiVersion: v1\n"
     "kind: Pod\n"
     "spec: {containers: [{name: c}]}\n",
     "k.yaml:2:1: error: Pod: no `metadata.name`\n"},
    {"apiVersion: v1\n"
     "kind: Pod\n"
     "metadata: {name: a}\n"
     "spec: {containers: []}\n",
     "k.yaml:4:8: error: Pod a: no containers\n"},
    {"apiVersion: v1\n"
     "kind: Pod\n"
     "metadata: {name: a}\n"
     "spec: {containers: [{image: x}]}\n",
     "k.yaml:4:21: error: a container without a name\n"},
    {"apiVersion: v1\n"
     "metadata: {name: a}\n",
     "k.yaml:1:1: error: no manifest: it has no `kind`\n"},
    {"apiVersion: apps/v1\n"
     "kind: Deployment\n"
     "metadata: {name: a}\n"
     "spec: {replicas: many, template: {spec: {containers: [{name: c}]}}}\n",
     "k.yaml:4:8: error: replicas: many: a whole number up to 2147483647\n"},
    {"apiVersion: apps/v1\n"
     "kind: Deployment\n"
     "metadata: {name: a}\n"
     "spec: {replicas: 10001, template: {spec: {containers: [{name: c}]}}}\n",
     "k.yaml:4:8: error: replicas: at most 10000\n"},
    {"apiVersion: apps/v1\n"
     "kind: Deployment\n"
     "metadata: {name: {{ .Release.Name }}}\n",
     "k.yaml:3:19: error: a template: render it first, as with `helm template`\n"},
    {"apiVersion: apps/v1\n"
     "kind: Deployment\n"
     "metadata: {name: \"{{ .Release.Name }}\"}\n",
     "k.yaml:3:12: error: name: {{ .Release.Name }}: a word is wanted; render templates first\n"
     "k.yaml:3:12: error: Deployment: no `metadata.name`\n"},
    {"{{- if .x }}\n"
     "apiVersion: v1\n"
     "{{- end }}\n",
     "k.yaml:1:2: error: a template: render it first, as with `helm template`\n"},
    {"apiVersion: v1\n"
     "kind: Pod\n"
     "metadata: {name: a}\n"
     "spec: {terminationGracePeriodSeconds: 1e3, containers: [{name: c, livenessProbe: "
     "{periodSeconds: x}}]}\n",
     "k.yaml:4:8: error: terminationGracePeriodSeconds: 1e3: a whole number up to 2147483647\n"
     "k.yaml:4:83: error: periodSeconds: x: a whole number up to 2147483647\n"},
    {"apiVersion: v1\n"
     "kind: Pod\n"
     "metadata: {name: a}\n"
     "spec: {containers: [{name: c, livenessProbe: {periodSeconds: 0, failureThreshold: 0}}]}\n",
     ""},
    {"apiVersion: v1\n"
     "kind: List\n"
     "items: [{kind: List, items: []}, {x: y}]\n",
     "k.yaml:3:34: error: no manifest: it has no `kind`\n"},
    {"---\n"
     "apiVersion: v1\n"
     "kind: Service\n"
     "---\n"
     "# nothing\n"
     "---\n"
     "apiVersion: v1\n"
     "kind: Pod\n"
     "metadata: {name: a}\n"
     "spec: {containers: [{name: c}, {name: c}]}\n",
     "k.yaml:10:32: error: a second service of the name `a-c`; the first is in k.yaml:10\n"},
    {"apiVersion: v1\n"
     "kind: PodDisruptionBudget\n"
     "---\n"
     "apiVersion: batch/v1\n"
     "kind: CronJob\n"
     "---\n"
     "apiVersion: batch/v1\n"
     "kind: Job\n"
     "metadata: {name: j}\n"
     "spec: {activeDeadlineSeconds: 3, podFailurePolicy: {}, template: {spec: {containers: [{name: "
     "c, lifecycle: {preStop: {}}}]}}}\n",
     "k.yaml:2:1: warning: PodDisruptionBudget: it is not modelled\n"
     "k.yaml:5:1: warning: CronJob: it is not modelled\n"
     "k.yaml:10:34: warning: podFailurePolicy: it is not modelled\n"
     "k.yaml:10:8: warning: activeDeadlineSeconds: it is not modelled\n"
     "k.yaml:9:12: warning: restartPolicy: Kubernetes wants OnFailure or Never of a job\n"
     "k.yaml:10:109: warning: preStop: it is taken to need no time\n"},
};

static void kubernetes__what_is_said(void **state)
{
    (void)state;
    check("k.yaml", of_kubernetes, sizeof(of_kubernetes) / sizeof(of_kubernetes[0]));
}

static const struct row of_otp[] = {
    {"{#{strategy => one_for_none, intensity => -1, period => 0, auto_shutdown => maybe}, []}.\n",
     "t.config:1:43: error: invalid_intensity: -1\n"
     "t.config:1:57: error: invalid_period: 0\n"
     "t.config:1:16: error: invalid_strategy: one_for_none\n"
     "t.config:1:77: error: invalid_auto_shutdown: maybe\n"},
    {"{#{strategy => simple_one_for_one, auto_shutdown => any_significant}, [#{id => a, start => "
     "x}]}.\n",
     "t.config:1:53: error: bad_combination: strategy simple_one_for_one with auto_shutdown: "
     "any_significant\n"
     "t.config:1:71: warning: children of simple_one_for_one are started later: one is taken\n"
     "t.config:1:92: warning: start: what x does is not known: it is taken to start at once\n"},
    {"{{simple_one_for_one, 1, 5}, []}.\n",
     "t.config:1:30: error: bad_start_spec: simple_one_for_one has one child\n"},
    {"{{one_for_one, 1, 5}, [#{start => x}, #{id => a}]}.\n",
     "t.config:1:24: error: missing_id\n"
     "t.config:1:39: error: missing_start\n"},
    {"{{one_for_one, 1, 5}, [#{id => a, start => x, restart => often, type => wizard, shutdown => "
     "-10, significant => maybe}]}.\n",
     "t.config:1:58: error: invalid_restart_type: often\n"
     "t.config:1:73: error: invalid_child_type: wizard\n"
     "t.config:1:93: error: invalid_shutdown: -10\n"
     "t.config:1:113: error: invalid_significant: maybe\n"},
    {"{{one_for_one, 1, 5}, [#{id => a, start => x, significant => true}]}.\n",
     "t.config:1:62: error: bad_combination: restart permanent with significant: true\n"
     "t.config:1:62: error: bad_combination: auto_shutdown never with significant: true\n"},
    {"{#{auto_shutdown => any_significant, strategy => one_for_one}, [#{id => a, start => x, "
     "significant => true}]}.\n",
     "t.config:1:103: error: bad_combination: restart permanent with significant: true\n"},
    {"{{one_for_one, 1, 5}, [#{id => a, start => x}, {a, x, permanent, 1, worker, []}]}.\n",
     "t.config:1:44: warning: start: what x does is not known: it is taken to start at once\n"
     "t.config:1:49: error: duplicate_child_name: a\n"},
    {"{{one_for_one, 1, 5}, [#{id => <<\"a\">>, start => m}, #{id => a, start => m}]}.\n",
     "t.config:1:50: warning: start: what m does is not known: it is taken to start at once\n"
     "t.config:1:54: error: a second service of the name `a`; the first is in t.config:1\n"},
    /* As long as a piece of memory, with something behind it. */
    {"{{one_for_one, 1, 5}, [#{id => 'abcdefghijklmnop', start => x}, {'abcdefghijklmnop', "
     "{m, f, []}, permanent, 1, worker, []}]}.\n",
     "t.config:1:61: warning: start: what x does is not known: it is taken to start at once\n"
     "t.config:1:66: error: duplicate_child_name: abcdefghijklmnop\n"},
    {"{{one_for_one, 1, 5}, [x]}.\n", "t.config:1:24: error: invalid_child_spec: x\n"},
    {"{{one_for_one, 1, 5}, [[x, y]]}.\n",
     "t.config:1:24: error: a supervisor among children is `[Spec, {Flags, [Child]}]`\n"},
    {"{{one_for_one, 1, 5}, [#{id => a, start => x}]}\n",
     "t.config:2:1: error: a full stop is wanted behind a term\n"},
    {"{{one_for_one, 1, 5}, [#{id => a, start => x}]}.\n"
     "x.\n",
     "t.config:2:1: error: a term behind the supervisor; a file has one\n"
     "t.config:1:44: warning: start: what x does is not known: it is taken to start at once\n"},
    {"{{one_for_one, 1, 5}, [#{id => a start => x}]}.\n",
     "t.config:1:34: error: a comma or `}` is wanted here\n"},
    {"{{one_for_one, 1, 5}, [#{id = a}]}.\n",
     "t.config:1:29: error: `=>` is wanted behind a map's key\n"},
    {"{{one_for_one, 1, 5}, ['a\n", "t.config:1:24: error: this quote is never closed\n"},
    {"{{one_for_one, 1, 5}, <<\"a\"\n", "t.config:1:23: error: this binary is never closed\n"},
    {"{{one_for_one, 1, 5}, [X]}.\n", "t.config:1:24: error: a variable is no term\n"},
    {"{{one_for_one, 1.0, 16#ff}, [<a]}.\n", "t.config:1:30: error: no term begins like this\n"},
    {"{{one_for_one, 1, 5}, [<a]}.\n", "t.config:1:24: error: no term begins like this\n"},
    {"{#{intensity => 1.5, period => 16#ff}, []}.\n"
     "%% one_for_one\n",
     "t.config:1:17: error: invalid_intensity: 1.5\n"
     "t.config:1:32: error: invalid_period: 16#ff\n"},
    {"{one_for_one, 1}.\n", "t.config:1:1: error: invalid_child_spec: {one_for_one, 1}\n"},
    {"{ok, {#{strategy => one_for_all}, [#{id => <<\"a b\">>, start => fun m:f/1}, #{id => 1_000, "
     "start => x, shutdown => infinity}]}}.\n",
     "t.config:1:64: warning: start: what fun m:f/1 does is not known: it is taken to start at "
     "once\n"
     "t.config:1:100: warning: start: what x does is not known: it is taken to start at once\n"},
    {"{#{strategy => one_for_one, intensity => 4000000001, period => 4000000001}, []}.\n",
     "t.config:1:42: error: invalid_intensity: 4000000001\n"
     "t.config:1:64: error: invalid_period: 4000000001\n"},
    {"{#{intensity => 4000000000, period => 4000000000}, [#{id => a, start => x, shutdown => "
     "4294967294}]}.\n",
     "t.config:1:73: warning: start: what x does is not known: it is taken to start at once\n"
     "t.config:1:1: error: `intensity`: 4000000000 is out of range; it has to be from 0 to "
     "100000\n"},
    {"[#{id => a, start => x, shutdown => 4294967295}].\n",
     "t.config:1:37: error: invalid_shutdown: 4294967295\n"},
    /* Of numbers with a base, a fraction or an exponent the whole is one term. */
    {"[{a, {m, start_link, [1.0e-5, 1.0e+5, 16#fF, -1, +1, 1_0]}, temporary, 1, worker, []}].\n",
     "t.config:1:6: warning: start: what {m, start_link, [1.0e-5, 1.0e+5, 16#fF, -1, +1, 1_0]} "
     "does is not known: it is taken to start at once\n"},
    {"[{a, {m, start_link, [$\\n, $', $\xc3\xbc, 'a\\'b', \"c\\\"d\"]}, temporary, 1, worker, "
     "[]}].\n",
     "t.config:1:6: warning: start: what {m, start_link, [$\\n, $', $\xc3\xbc, 'a\\'b', "
     "\"c\\\"d\"]} does is not known: it is taken to start at once\n"},
    {"{{one_for_one, 1, 5}, ['a\\", "t.config:1:24: error: this quote is never closed\n"},
    {"{{one_for_one, 1, 5}, [$\\", "t.config:1:26: error: a comma or `]` is wanted here\n"},
    {"{{one_for_one, 1, 5}, [fun", "t.config:1:27: error: a comma or `]` is wanted here\n"},
    {"{{one_for_one, 1, 5}, [fun ", "t.config:1:28: error: a comma or `]` is wanted here\n"},
    {"[{a, fun, temporary, 1, worker, []}].\n",
     "t.config:1:6: warning: start: what fun does is not known: it is taken to start at once\n"},
    {"[{a, function, temporary, 1, worker, []}].\n",
     "t.config:1:6: warning: start: what function does is not known: it is taken to start at "
     "once\n"},
    {"[{a, fun\tm:f/1, temporary, 1, worker, []}].\n",
     "t.config:1:6: warning: start: what fun?m:f/1 does is not known: it is taken to start at "
     "once\n"},
    {"{{one_for_one, 1, 5}, [^]}.\n", "t.config:1:24: error: no term begins like this\n"},
    {"{{one_for_one, 1, 5}, [1,\n", "t.config:2:1: error: the file ends within a term\n"},
    {"{{one_for_one, 1, -}, [1]}.\n", "t.config:1:20: error: a number is wanted here\n"},
    {"{one_for_one, [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n",
     "t.config:1:55: error: terms are nested more than 40 deep\n"},
    {"[#{id => a, start => {m, f, []}}, #{id => b, start => {m, f, []}, type => supervisor}].\n",
     "t.config:1:22: warning: start: what {m, f, []} does is not known: it is taken to start at "
     "once\n"
     "t.config:1:55: warning: start: what {m, f, []} does is not known: it is taken to start at "
     "once\n"
     "t.config:1:75: warning: type: the children of this supervisor are not known; `[Spec, {Flags, "
     "[Child]}]` in its place would tell them\n"},
    {"#{id => a, start => {m, f, []}}.\n"
     "{b, {m, f, []}, temporary, infinity, worker, []}.\n",
     "t.config:1:21: warning: start: what {m, f, []} does is not known: it is taken to start at "
     "once\n"
     "t.config:2:5: warning: start: what {m, f, []} does is not known: it is taken to start at "
     "once\n"},
};

static void otp__what_is_said(void **state)
{
    (void)state;
    check("t.config", of_otp, sizeof(of_otp) / sizeof(of_otp[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supervisord__what_is_said),
        cmocka_unit_test(compose__what_is_said),
        cmocka_unit_test(kubernetes__what_is_said),
        cmocka_unit_test(otp__what_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

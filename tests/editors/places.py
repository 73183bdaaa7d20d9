"""Where an author stands in a scenario file, and what an editor has to say there. | is the cursor."""

BEGIN = "scenario: 1\nname: x\n"

# What, the text, what is offered, with what choosing it inserts (None: whatever), and what is not.
COMPLETE = [
    ("the top of an empty file", "|\n",
     {"scenario": "scenario: 1", "name": None, "services": "services:\n  - name: ", "expect": None}, ["fail", "at"]),
    ("the keys of a service", BEGIN + "services:\n  - name: a\n    |\n",
     {"restart": "restart: ", "backoff": "backoff:\n  ", "count": "count: ${1:3}", "run-for": "run-for: ${1:1h}",
      "breaker": "breaker: \n  ${1:failures}: ${2:3}\n  ${3:within}: ${4:60s}\n", "script": "script:\n  - "}, ["at", "name"]),
    ("the keys of a service in a flow map", BEGIN + "services:\n  - {name: a, c|}\n",
     {"clean-exit-delay": None, "group": "group: ${1:db.replicas}", "paused": "paused: ${1:true}"}, ["name", "spawn"]),
    ("the keys of a policy", BEGIN + "policies:\n  patient:\n    |\n",
     {"restart-limit": None, "max-restarts": "max-restarts: ${1:10}", "stop": None}, ["name", "script", "group"]),
    ("the words of restart", BEGIN + "services:\n  - name: a\n    restart: |\n",
     {"on-failure": "on-failure", "on-crash": "on-crash", "transient": "transient"}, ["full"]),
    ("the words of jitter in a flow map in a flow map", BEGIN + "services:\n  - {name: a, backoff: {base: 1s, jitter: |}}\n",
     {"decorrelated": "decorrelated", "equal": "equal"}, ["always"]),
    ("the actions of the timeline", BEGIN + "timeline:\n  - at: 1s\n    |\n",
     {"refuse-starts": "refuse-starts:\n  service: ", "stall": "stall: ${1:2s}", "cancel-group": "cancel-group: ${1:db.replicas}",
      "set": "set: \n  ${1:db}: ${2:down}\n"}, ["at", "backoff"]),
    ("the actions of the timeline in a flow map", BEGIN + "timeline:\n  - {at: 1s, q|}\n",
     {"quarantine": None, "shutdown": None, "beat": "beat: ${1:api}"}, ["at", "phase"]),
    ("the facts of is in a flow map", BEGIN + "expect:\n  - {at: end, service: a, is: {l|}}\n",
     {"last-error": None, "limit-used": None, "exists": "exists: ${1:true}", "operation": "operation: ${1:active}"}, ["service"]),
    ("the phases", BEGIN + "expect:\n  - {at: end, service: a, is: {phase: |}}\n",
     {"backing-off": "backing-off", "terminated": "terminated"}, ["paused"]),
    ("the events", BEGIN + "expect:\n  - service: a\n    events:\n      - {event: |}\n",
     {"breaker-half-open": "breaker-half-open", "stale": "stale", "condition": "condition"}, ["failed"]),
    ("the presets", BEGIN + "services:\n  - {name: a, preset: |}\n",
     {"systemd": "systemd", "otp": "otp", "rust-tokio": "rust-tokio"}, ["always"]),
    ("the settings of a preset", BEGIN + "services:\n  - name: a\n    preset:\n      systemd:\n        |\n",
     {"StartLimitBurst": "StartLimitBurst: ${1:10}", "RestartSec": "RestartSec: ${1:5s}"}, ["startsecs"]),
    ("the behaviours of a script", BEGIN + "services:\n  - {name: a, script: [|]}\n",
     {"run": "run", "refuse": "refuse"}, ["always"]),
    ("the keys of a measure", BEGIN + "measures:\n  herd:\n    |\n", {"tally": None, "until": None, "metric": "metric: "}, ["service: a"]),
]

# What is pointed at, the text, and what is said of it: its description, an example, what words mean.
HOVER = [
    ("until", BEGIN + "un|til: 10s\n", "The last instant that is played; never: until nothing can happen any more.", "5m"),
    ("breaker", BEGIN + "services:\n  - {name: a, bre|aker: {failures: 3}}\n",
     "Gives up, or pauses, after so many failures in a window; none.", "failures: 3\nwithin: 60s"),
    ("restart", BEGIN + "services:\n  - name: a\n    rest|art: always\n",
     "What is restarted: everything, failures, crashes, nothing, or a set of ends; on-failure.", "on:\n  - crashed\n  - timed-out\n  - 3",
     "`on-crash`: after crashes alone", "`transient`: as on-failure"),
    ("backoff.base", BEGIN + "services:\n  - name: a\n    backoff: {b|ase: 10ms}\n", "The wait after the first failure; 100ms.", "1s"),
    ("a policy's stop.grace", BEGIN + "policies:\n  p:\n    stop:\n      gra|ce: 3s\n", "From cancel to abort; 5s.", "10s"),
    ("a script's after", BEGIN + "services:\n  - {name: a, script: [{crash: {aft|er: 1s}}]}\n",
     "After so long, a length or a drawn one; at once.", "uniform:\n  - 1s\n  - 5s"),
    ("a preset's setting", BEGIN + "services:\n  - {name: a, preset: {systemd: {Restart|Sec: 5s}}}\n",
     "The wait before each restart; 100ms.", "5s"),
    ("an action", BEGIN + "timeline:\n  - {at: 1s, refuse|-starts: {service: a}}\n",
     "The executor refuses to start it, so many times.", "service: api\ntimes: 3\nerror: no memory"),
    ("an expectation's by", BEGIN + "expect:\n  - {b|y: 3s, service: a, is: {phase: running}}\n",
     "At some settled instant up to this one.", "10s"),
    ("a fact", BEGIN + "expect:\n  - at: end\n    service: a\n    is:\n      av|ailable: true\n",
     "Whether it runs and has not reported that it is not ready.", "true"),
    ("an event's outcome", BEGIN + "expect:\n  - service: a\n    events: [{event: attempt-ended, out|come: unhealthy}]\n",
     "How the attempt ended, as the supervisor counts it.", "failed", "`unhealthy`: its beats stayed away"),
    ("a filter's key", BEGIN + "expect:\n  - {tally: {event: backing-off, stre|ak: 3}, is: 0}\n", "Failures in a row.", "3"),
    ("a moment", BEGIN + "measures:\n  m:\n    fr|om: {event: stale}\n    until: {at: 1s}\n",
     "The moment at which the time begins: an instant, the first such event, or the first such state.", "at: 150s"),
]

# Files of tests/malformed, the line of the mistake, and a word of what is said of it.
WRONG = [
    ("any-behaviour-mistake", 4, "afer"), ("any-entry-no-list", 6, "array"), ("any-typo", 4, "succeed"),
    ("available-word", 5, "boolean"), ("conditions-bad-state", 3, "letters"), ("clock-mistakes", 3, "unit"),
    ("drawn-at-one-end", 6, "too few"), ("drawn-target-of-alone", 5, "some"), ("entry-without-when", 5, "at"),
    ("event-that-is-an-outcome", 7, "attempt-ended"), ("filter-unknown-key", 6, "strek"), ("finish-mistakes", 6, "255"),
    ("follows-without-within", 6, "within"), ("groups-at-the-top", 3, "groups"), ("hint-strategy-all", 4, "one-for-all"),
    ("jitter-decimal", 4, "decorrelated"), ("meant-camel", 4, "maxRestarts"), ("meant-factor-txt", 4, "number"),
    ("meant-fact-state", 4, "state"), ("meant-signal-lower", 3, "SIGKILL"), ("measure-metric-typo", 6, "restarts_total"),
    ("policy-is-a-word", 3, "policy"), ("version-2", 1, "1"),
]

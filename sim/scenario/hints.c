/* What a new user most likely meant: words that stand in the wrong place, words of
 * other tools, short forms that there are not. The nearest known word, which is
 * another kind of hint, comes from words.c.
 *
 * A table says in which company its word is found, by a word that is known there: no
 * two maps, and no two lists of words, have the same.
 */
#include <string.h>

#include "reader.h"

struct advice {
    const char *beside; /* known where the word is not */
    const char *words;  /* separated by spaces */
    const char *text;
};

#define UNDER(key) "it belongs under `" key "`"

/* Keys. */
static const struct advice misplaced[] = {
    {"backoff",
     "base max factor jitter reset-after reset shape step waits first grain over-cap "
     "from after-ready reset-from reset-poll",
     UNDER("backoff")},
    {"breaker", "failures cooldown probe-for", UNDER("breaker")},
    /* Before what is said of a service's. */
    {"on-duplicate", "within max", UNDER("restart-limit")},
    {"restart-limit", "within", "it belongs under `breaker` or `restart-limit`"},
    {"heartbeat", "stale-after", UNDER("heartbeat")},
    {"stop", "grace abort-wait", UNDER("stop")},
    {"interval", "every mode", UNDER("interval")},
    {"run-for", "runtime-max max-runtime time-limit", "did you mean `run-for`?"},
    {"clean-exits", "success prevent force", UNDER("exit")},
    {"clean-exits", "clears stop-clears", UNDER("operator")},
    {"clean-exits", "on", "it belongs under `restart`: `{on: [failed, crashed]}`"},
    {"clean-exit-delay", "explicit timeout",
     "it belongs under `ready`: `{explicit: {timeout: 10s}}`"},
    {"clean-exit-delay", "strategy", "it is the supervisor's, or one of its `groups`'"},
    {"clean-exit-delay", "steps", "it belongs into `script`: `[{steps: [...]}]`"},
    {"clean-exit-delay", "command cmd args", "the command line is `exec`, a list"},
    {"clean-exit-delay", "depends-on after requires", "services start in the order of the file"},
    {"clean-exit-delay", "replicas instances", "did you mean `count`?"},
    {"cooldown", "max-restarts restart restart-limit", "it stands beside `breaker`, not in it"},
    {"reset-after", "max-restarts restart restart-limit clean-exit-delay breaker failures",
     "it does not belong to `backoff`: it stands beside it, or under `breaker`"},
    {"on-duplicate", "timeout abort", UNDER("shutdown")},
    {"on-duplicate", "services defaults timeline expect", "it stands at the top of the file"},
    {"virtual-only", "shutdown groups strategy blocking-pool on-duplicate order clock",
     UNDER("supervisor")},
    {"virtual-only", "includes import imports extends", "did you mean `include`?"},
    {"virtual-only", "version", "did you mean `scenario`?"},
    {"virtual-only", "description", "did you mean `about`?"},
    {"virtual-only", "expectations expects assert", "did you mean `expect`?"},
    {"virtual-only", "restart backoff breaker ready heartbeat stop kind script run-for",
     "it belongs to a service, or under `defaults`"},
    {"ignore-abort", "after error code signal for",
     "it goes into the behaviour, as in `{fail: {after: 1s}}`"},
    {"ignore-abort", "sleep repeat choose on-cancel not-ready do",
     "it is a step: `{steps: [...]}`"},
    {"on-cancel", "any", "among steps, `choose` leaves it open which"},
    {"ignore-abort", "exit", "did you mean `fail: {code: ...}` or `succeed`?"},
    {"one-of", "service target name",
     "the target is the action's argument itself, as in `pause: api`"},
    {"one-of", "pick any oneof one", "did you mean `one-of`?"},
    {"one-of", "count n number times", "did you mean `some`?"},
    {"one-of", "from in", "did you mean `of`?"},
    {"one-of", "error code signal",
     "it stands beside the action: `{at: 1s, fail: {one-of: w-*}, error: text}`"},
    {"wait-idle", "do action", "the action itself stands there, as in `{at: 1s, pause: api}`"},
    {"wait-idle", "kill", "did you mean `abort` (by an operator) or `crash` (by itself)?"},
    {"wait-idle", "stop terminate", "did you mean `cancel`, `pause` or `remove`?"},
    {"wait-idle", "start", "did you mean `spawn`, `resume` or `restart`?"},
    {"wait-idle", "unpause continue", "did you mean `resume`?"},
    {"wait-idle", "delete", "did you mean `remove`?"},
    {"wait-idle", "reset reset-failed clear", "did you mean `forget`?"},
    {"wait-idle", "service target", "the target is the action's argument, as in `pause: api`"},
    {"wait-idle", "after when time", "did you mean `at`?"},
    {"wait-idle", "times", "an entry repeats by `every` and `to`"},
    {"sometimes",
     "phase operation active attempt generation starts-count reason readiness heartbeat "
     "breaker delay restarts failures exists last-error reason-text limit-used limit-remaining "
     "limit-exhausted running-time available",
     "it is a fact: it belongs under `is`"},
    {"sometimes", "min max median p50 p90 p95 p99",
     "it stands beside `over: seeds`, as in `{measure: herd, over: seeds, p99: {max: 30}}`"},
    {"median", "is", "which figure of all seeds? `min`, `median`, `p99` ... or `max`"},
    {"median", "p0 p100", "they are `min` and `max`"},
    {"median", "at by always never", "a sweep has no instants"},
    {"median", "tally peak", "over seeds a measure is looked at: give it a name in `measures`"},
    {"median", "service group", "a sweep has only measures, by their names"},
    {"take", "is", "it stands in `expect`, as in `{measure: herd, is: 3}`"},
    {"take", "within", "it goes into `peak`, beside `event`"},
    {"take", "each", "it belongs to an entry of `expect`; here, `service` adds up over a target"},
    {"take", "event", "it goes into `tally`, `peak`, `from` or `until`"},
    {"median", "mean average avg", "there is none: a `median` is what one of the runs came to"},
    {"sometimes", "cancelled", "it is what a group has: it belongs under `is`"},
    {"sometimes", "when time after", "did you mean `at`?"},
    {"sometimes", "end", "the end is `at: end`"},
    {"sometimes", "event", "it belongs into the list `events`"},
    {"sometimes", "that", "did you mean `is`?"},
    {"readiness", "state status", "did you mean `phase`?"},
    {"readiness", "ready", "did you mean `readiness: ready`?"},
    {"readiness", "error", "did you mean `last-error`?"},
    {"readiness", "running", "did you mean `phase: running`?"},
    {"streak", "time t", "did you mean `at`?"},
    {"streak", "type", "did you mean `event`?"},
    {"streak", "within", "it belongs into `peak`, and beside `follows`"},
    {"streak", "is each any-service open",
     "it stands beside the filter, as in `{tally: {event: ready}, is: 3}`"},
    {"streak", "since after until before", "did you mean `from` or `to`?"},
};

/* Words of a list. */
static const struct advice other_words[] = {
    {"one-for-one", "all-for-one all", "did you mean `one-for-all`?"},
    {"one-for-one", "one none", "did you mean `one-for-one`?"},
    {"starting", "started up live alive ready active", "did you mean `running`?"},
    {"starting", "stopped dead exited failed finished completed crashed done gone",
     "did you mean `terminated`? its `reason` says why"},
    {"starting", "waiting backoff restarting", "did you mean `backing-off`?"},
    {"starting", "paused quarantined removed", "that is an `operation`; the phase is then `idle`"},
    {"attempt-started", "started start", "did you mean `attempt-started`?"},
    {"attempt-started", "ended exited failed crashed succeeded", "did you mean `attempt-ended`?"},
    {"attempt-started", "backoff", "did you mean `backing-off`?"},
    {"attempt-started", "unhealthy timed-out refused cancelled aborted",
     "that is an `outcome` of `attempt-ended`"},
    {"attempt-started", "spawned", "did you mean `registered`?"},
    {"permanent", "true yes on unless-stopped", "did you mean `always`?"},
    {"permanent", "false no off none", "did you mean `never`?"},
    {"permanent", "on-error on-abnormal on-abort", "did you mean `on-failure` or `on-crash`?"},
    {"circuit-breaker-open", "breaker circuit-breaker breaker-open tripped",
     "did you mean `circuit-breaker-open`?"},
    {"circuit-breaker-open", "failed error", "did you mean `unrecoverable`?"},
    {"circuit-breaker-open", "done succeeded", "did you mean `completed`?"},
    {"unready", "succeeded completed success", "did you mean `clean`?"},
    {"unready", "always all any",
     "every class is a word of its own; `restart: always` is all of them"},
    {"unready", "cancelled aborted", "what a command has stopped is restarted by no rule"},
    {"unhealthy", "timeout", "did you mean `timed-out`?"},
    {"unhealthy", "ok clean completed", "did you mean `succeeded`?"},
    {"unhealthy", "panicked killed", "did you mean `crashed`?"},
    {"stalled", "fail failed expectation", "did you mean `expectation-failed`?"},
    {"stalled", "livelock deadlock", "did you mean `stalled`?"},
    {"stalled", "pass passed", "a scenario has to pass unless it says otherwise"},
    {"refuse", "sleep repeat choose on-cancel do not-ready", "it is a step: `{steps: [...]}`"},
    {"refuse", "exit stop", "did you mean `succeed` or `fail`?"},
    {"refuse", "panic abort", "did you mean `crash`?"},
    {"on-cancel", "refuse", "it is no step, but an item of a script"},
    {"on-cancel", "wait", "did you mean `sleep`?"},
    {"not-active", "success succeeded true", "did you mean `ok`?"},
    {"not-active", "error", "which one? `invalid`, `unknown`, `draining` ... say why"},
};

/* Maps that may be empty. */
#define OPTIONAL "run succeed done fail crash hang refuse shutdown wait-idle explicit"

/* What is written instead of a map or a list. */
static const struct {
    const char *key;
    const char *kind; /* that was wanted */
    const char *text;
} examples[] = {
    {"breaker", "a map", "{failures: 3, within: 60s}"},
    {"restart-limit", "a map", "{max: 3, within: 60s}"},
    {"then", "a word or a map", "{pause: 15s}"},
    {"counts", "`restarts`, `starts` or a list", "[crashed, 3]"},
    {"heartbeat", "a map", "{stale-after: 10s}"},
    {"stop", "a map", "{grace: 10s}"},
    {"backoff", "a map", "{base: 100ms, max: 10s}"},
    {"interval", "a map", "{every: 10s}"},
    {"waits", "a list", "[1s, 5s, 30s]"},
    {"restart", "a restart class or a map", "{on: [failed, crashed]}"},
    {"on", "a list", "[failed, crashed, 3, 64-78, SEGV]"},
    {"exit", "a map", "{success: [0, TERM, 143], prevent: [255]}"},
    {"operator", "a map", "{clears: [streak], counts: true}"},
    {"clears", "a list", "[streak, limit]"},
    {"stop-clears", "a list", "[streak]"},
    {"success", "a list", "[0, TERM, 143]"},
    {"prevent", "a list", "[3, 64-78]"},
    {"force", "a list", "[3, 64-78]"},
    {"ready", "`immediate` or a map", "{explicit: {timeout: 10s}}"},
    {"explicit", "a map", "{timeout: 10s}"},
    {"run", "a map", "{}"},
    {"succeed", "a map", "{after: 1s}"},
    {"done", "a map", "{after: 1s}"},
    {"fail", "a map", "{after: 1s, error: no disk}"},
    {"crash", "a map", "{after: 1s, signal: SEGV}"},
    {"hang", "a map", "{for: 10s}"},
    {"refuse", "a map", "{error: no memory}"},
    {"beat", "a map", "{every: 1s}"},
    {"shutdown", "a map", "{timeout: 10s}"},
    {"wait-idle", "a map", "{group: runtime, timeout: 10s}"},
    {"spawn", "a service, which is a map", "{name: extra}"},
    {"refuse-starts", "a map", "{service: api, times: 3}"},
    {"expect", "a map", "{result: ok}"},
    {"is", "a map", "{phase: running}"},
    {"metrics", "a map", "{restarts_total: 3}"},
    {"drain", "a map", "{took: 0s}"},
    {"supervisor", "a map", "{phase: drained}"},
    {"starts", "a map of targets and lists", "{api: [0s, 1s]}"},
    {"delays", "a map of targets and lists", "{api: [100ms, 200ms]}"},
    {"services", "a service, which is a map", "{name: api}"},
    {"script", "a list", "[fail, run]"},
    {"steps", "a list", "[{sleep: 1s}, run]"},
    {"exec", "a list", "[sleep, 5]"},
    {"include", "a list", "[policies.yaml]"},
    {"events", "a list", "[{event: ready}]"},
    {"choose", "a list", "[{steps: [run]}]"},
    {"tally", "a map", "{event: attempt-started}"},
    {"measures", "a map of names and measures", "{starts: {tally: {event: attempt-started}}}"},
    {"from", "a map", "{at: 150s}"},
    {"until", "a map", "{service: api, is: {phase: running}}"},
    {"time", "a map", "{service: api, is: {phase: running}}"},
    {"peak", "a map", "{event: attempt-started, within: 1s}"},
    {"same-story", "a map", "{services: web-*, of: [starts]}"},
    {"plan", "a map", "{service: api, verdict: gives-up}"},
    {"follows", "a map", "{event: breaker-opened}"},
    {"then", "a map", "{event: ready}"},
};

static bool has(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the words, separated by spaces, hold this one. */
static bool holds(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && (at = strstr(at, word)) != NULL; at += length) {
        bool begins = at == words || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static const char *find(const struct advice *table, size_t rows, const char *word,
                        const char *const *known, size_t count)
{
    for (size_t i = 0; i < rows; i++) {
        if (holds(table[i].words, word) && has(known, count, table[i].beside)) {
            return table[i].text;
        }
    }
    return NULL;
}

const char *sim__advice_key(struct sim__reader *reader, const char *key, const char *const *known,
                            size_t count)
{
    if (strcmp(key, "<<") == 0) {
        return "there are no merge keys; what services share goes under `defaults`";
    }
    size_t length = strcspn(key, ": ");
    const char *word = sim__arena_text(reader->scratch, key, length);
    if (key[length] != '\0' && word != NULL && has(known, count, word)) {
        return key[length] == ':' ? "a space has to follow the colon" : "is a colon missing?";
    }
    /* `after` of a behaviour's own map, `times` of an item. */
    if (holds("times ready beat stop-after ignore-cancel ignore-abort", key) && count <= 3 &&
        (count == 0 || has(known, count, "after") || has(known, count, "for"))) {
        return "it stands beside the behaviour, not in it: `{fail: {}, times: 2}`";
    }
    return find(misplaced, SIM__COUNT(misplaced), key, known, count);
}

const char *sim__advice_word(const char *word, const char *const *known, size_t count)
{
    return find(other_words, SIM__COUNT(other_words), word, known, count);
}

bool sim__advice_missing(const struct sim__node *map, const char *key)
{
    static const char *const facts[] = {SIM_FACT_LIST(SIM__NAME)};
    size_t length = strlen(key);
    for (uint32_t i = 0; map->kind == SIM__MAP && i < map->count; i++) {
        const char *other = map->entries[i].key;
        bool run_on =
            strncmp(other, key, length) == 0 && (other[length] == ':' || other[length] == ' ');
        bool fact = strcmp(key, "is") == 0 && has(facts, SIM_FACTS, other);
        if (run_on || fact) {
            return true;
        }
    }
    return false;
}

/* `name a` or `name:a` where a map is wanted. */
static const char *colon_advice(const struct sim__node *node)
{
    size_t length = strspn(node->text, "abcdefghijklmnopqrstuvwxyz-");
    if (length == 0 || !node->plain) {
        return NULL;
    }
    if (node->text[length] == ':') {
        return "a space has to follow the colon";
    }
    return node->text[length] == ' ' ? "is a colon missing, as in `key: value`?" : NULL;
}

const char *sim__advice_type(const struct sim__node *node, const char *wanted)
{
    if (node->kind == SIM__MAP && strcmp(wanted, "a list") == 0 && node->count > 0) {
        return "every entry of a list begins with `- `";
    }
    bool map = strstr(wanted, "a map") != NULL;
    const char *advice = map && node->kind == SIM__SCALAR ? colon_advice(node) : NULL;
    for (size_t i = 0; advice == NULL && node->name != NULL && i < SIM__COUNT(examples); i++) {
        if (strcmp(examples[i].key, node->name) != 0 || strcmp(examples[i].kind, wanted) != 0) {
            continue;
        }
        bool nothing = node->kind == SIM__SCALAR && node->length == 0 && node->plain;
        advice = nothing && holds(OPTIONAL, node->name) ? "{}" : examples[i].text;
    }
    return advice;
}

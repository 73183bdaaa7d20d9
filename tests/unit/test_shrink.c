/* The passes of the shrinker, with planted failures: a file fails as long as it holds certain
 * words, whatever else it says. */
#include <stdlib.h>

#include "reading.h"
#include "sim/scenario/tree.h"
#include "sim/shrink/shrink.h"
#include "sim/trial/trial.h"
#include "sup/error.h"

/* What is asked of each candidate. */
struct planted {
    const char *const *words;    /* all of them are in it; ends with NULL */
    const char *const *together; /* NULL, or all of these are in it or none */
    const char *first;           /* NULL, or the failure stands in the first line with this */
    bool read;                   /* and it is a scenario */
    bool keeps_until;
    unsigned long least; /* not 0: of a `count` no less will do */
    uint32_t services;   /* so many at least, if it is read */
    bool patient;        /* whose first service waits for 7s and always restarts */
    uint64_t left;       /* so many may be asked; 0: any number */
    uint64_t asked;
    uint64_t seen[4096]; /* hashes of what was asked */
};

static bool has_services(const struct sim_scenario *scenario, uint32_t least)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        sum += scenario->services[i].count;
    }
    return sum >= least;
}

static bool is_patient(const struct sim_scenario *scenario)
{
    return scenario->service_count == 1 &&
           scenario->services[0].policy.restart == SUP_RESTART_ALWAYS &&
           scenario->services[0].policy.backoff.base.ns == 7 * SECOND;
}

/* The number of the first line that holds the word; 0: there is none. */
static uint32_t line_with(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    uint32_t line = at != NULL ? 1 : 0;
    for (const char *c = text; at != NULL && c < at; c++) {
        line += *c == '\n' ? 1 : 0;
    }
    return line;
}

static bool all_or_none(const char *text, const char *const *words)
{
    size_t count = 0, found = 0;
    for (; words[count] != NULL; count++) {
        found += strstr(text, words[count]) != NULL;
    }
    return found == 0 || found == count;
}

static enum sim__judgement judge(void *context, const struct sim__candidate *candidate)
{
    struct planted *planted = context;
    const char *const bytes = candidate->bytes;
    const size_t length = candidate->length;
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    }
    for (uint64_t i = 0; i < planted->asked && i < COUNT(planted->seen); i++) {
        assert_true(planted->seen[i] != hash); /* nothing is asked twice */
    }
    planted->seen[planted->asked % COUNT(planted->seen)] = hash;
    if (planted->left != 0 && planted->asked == planted->left) {
        return SIM__ENOUGH;
    }
    planted->asked++;
    const char *count = strstr(bytes, "count: ");
    if (planted->least != 0 &&
        (count == NULL || strtoul(count + strlen("count: "), NULL, 10) < planted->least)) {
        return SIM__OTHER;
    }
    if (planted->together != NULL && !all_or_none(bytes, planted->together)) {
        return SIM__OTHER;
    }
    if (planted->first != NULL && candidate->line != line_with(bytes, planted->first)) {
        return SIM__OTHER;
    }
    for (const char *const *word = planted->words; *word != NULL; word++) {
        if (strstr(bytes, *word) == NULL) {
            return SIM__OTHER;
        }
    }
    if (planted->read) {
        struct reading reading = reading_of(bytes, length);
        bool good = reading.result == SUP_OK;
        good = good && (!planted->patient || is_patient(reading.scenario));
        good = good && has_services(reading.scenario, planted->services);
        reading_release(&reading);
        return good ? SIM__SAME : SIM__OTHER;
    }
    return SIM__SAME;
}

static struct sim__shrunk shrink_with(const char *text, uint32_t line, struct planted *planted,
                                      const char *wanted)
{
    struct sim_arena *arena;
    struct sim__node *root = NULL;
    struct sim_diagnostics diagnostics;
    struct sim__shrunk shrunk;
    struct sim__text out = {0};
    const struct sim__reading how = {
        .alloc = &sup_allocator_libc, .bytes = text, .length = strlen(text), .file = "shrink.yaml"};
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    assert_int_equal(sim__tree_load(&how, SIM__AS_WRITTEN, arena, &diagnostics, &root), SUP_OK);
    const struct sim__shrinking shrinking = {.arena = arena,
                                             .root = root,
                                             .line = line,
                                             .judge = judge,
                                             .context = planted,
                                             .keeps_until = planted->keeps_until};
    assert_int_equal(sim__shrink(&shrinking, &shrunk), SUP_OK);
    sim__tree_write(root, &out);
    assert_string_equal(sim__text_string(&out), wanted);
    assert_int_equal(shrunk.tried, planted->asked + (shrunk.whole ? 0 : 1));
    sim__text_release(&out);
    sim__arena_free(arena);
    return shrunk;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define READ(text, needed, wanted) \
    do { \
        struct planted asked = {.words = (needed), .read = true}; \
        assert_true(shrink_with(HEAD text, 0, &asked, HEAD wanted).whole); \
    } while (0)

static void lists__chunks_go_before_single_entries(void **state)
{
    (void)state;
    char text[8192] = HEAD "services:\n";
    for (int i = 0; i < 64; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "  - {name: s%d}\n", i);
    }
    struct planted planted = {.words = WORDS("{name: s41}"), .read = true};
    struct sim__shrunk shrunk = shrink_with(text, 0, &planted, HEAD "services:\n  - {name: s41}\n");
    assert_true(shrunk.whole);
    assert_true(shrunk.tried < 40); /* a service at a time would be 64 */
}

static void lists__services_go_with_what_names_them(void **state)
{
    (void)state;
    READ("services:\n  - {name: keep}\n  - {name: gone, count: 3}\n  - {name: also}\n"
         "timeline:\n  - {at: 7s, pause: gone-1}\n  - {at: 7s, pause: [keep, gone-0, also]}\n"
         "expect:\n  - {at: 9s, service: gone-2, is: {phase: running}}\n"
         "  - {starts: {keep: [0s], also: [0s]}}\n",
         WORDS("pause: [keep", "starts: {keep"),
         "services:\n  - {name: keep}\ntimeline:\n  - {at: 0s, pause: [keep]}\n"
         "expect:\n  - {starts: {keep: [0s]}}\n");
}

/* With the service, in one step: neither can go alone. */
static void lists__names_of_what_goes_go_at_once(void **state)
{
    (void)state;
    struct planted planted = {
        .words = WORDS("pause: [keep"), .together = WORDS("{name: zap}", ", zap]"), .read = true};
    assert_true(shrink_with(HEAD "services:\n  - {name: keep}\n  - {name: zap}\n"
                                 "timeline:\n  - {at: 0s, pause: [keep, zap]}\n",
                            0, &planted,
                            HEAD "services:\n  - {name: keep}\n"
                                 "timeline:\n  - {at: 0s, pause: [keep]}\n")
                    .whole);
}

static void entries__keys_go_at_every_depth(void **state)
{
    (void)state;
    READ("about: a story\nseed: 77\nsupervisor: {order: random, shutdown: {timeout: 3s, order: "
         "reverse}}\ndefaults: {restart: always, stop: {grace: 7s}}\nservices:\n"
         "  - {name: s, backoff: {base: 7s, factor: 3, jitter: full}, breaker: {failures: 9, "
         "within: 7s}}\n",
         WORDS("jitter: full"), "services:\n  - {name: s, backoff: {jitter: full}}\n");
}

static void expectations__claims_are_not_changed(void **state)
{
    (void)state;
    /* Less may be asked for, and a little elsewhere; nothing else may be. */
    READ("services:\n  - {name: s}\nexpect:\n"
         "  - {at: 4567ms, service: s, is: {starts: 77, phase: running, active: true}}\n",
         WORDS("starts: 77"),
         "services:\n  - {name: s}\nexpect:\n  - {at: 4s, service: s, is: {starts: 77}}\n");
    READ("services:\n  - {name: s}\nexpect:\n"
         "  - {never: all, service: s, is: {starts: 77, phase: running}}\n",
         WORDS("never: all"),
         "services:\n  - {name: s}\nexpect:\n"
         "  - {never: all, service: s, is: {starts: 77, phase: running}}\n");
    READ("services:\n  - {name: s}\nexpect:\n"
         "  - {tally: {event: ready, service: s, from: 35s}, is: {min: 77, max: 99}}\n",
         WORDS("tally:"),
         "services:\n  - {name: s}\nexpect:\n"
         "  - {tally: {event: ready, service: s, from: 35s}, is: {min: 77}}\n");
    READ("services:\n  - {name: s}\nexpect:\n"
         "  - {events: [{event: registered}, {event: ready}], service: s, exactly: true}\n",
         WORDS("exactly"),
         "services:\n  - {name: s}\nexpect:\n"
         "  - {events: [{event: registered}, {event: ready}], service: s, exactly: true}\n");
}

static void expectations__failing_one_stays(void **state)
{
    (void)state;
    static const char text[] = HEAD "services:\n  - {name: s}\nexpect:\n"
                                    "  - {at: 0s, service: s, is: {starts: 7}}\n"
                                    "  - {at: 0s, service: s, is: {starts: 8}}\n"
                                    "  - {at: 0s, service: s, is: {starts: 9}}\n";
    struct planted planted = {.words = WORDS("starts: "), .read = true};
    shrink_with(text, 7, &planted,
                HEAD "services:\n  - {name: s}\nexpect:\n"
                     "  - {at: 0s, service: s, is: {starts: 8}}\n");
    /* Not when it does not fail alone. */
    struct planted other = {.words = WORDS("starts: 9"), .read = true};
    shrink_with(text, 7, &other,
                HEAD "services:\n  - {name: s}\nexpect:\n"
                     "  - {at: 0s, service: s, is: {starts: 9}}\n");
}

/* An action that fails, and not another one like it, wherever it is moved to. */
static void timeline__failing_entry_stays(void **state)
{
    (void)state;
    static const char text[] = HEAD "seed: 7\nservices:\n  - {name: s}\n  - {name: t}\ntimeline:\n"
                                    "  - {at: 1s, beat: t}\n  - {at: 7s, fail: s}\n"
                                    "  - {at: 8s, fail: s}\n";
    static const char wanted[] = HEAD "services:\n  - {name: s}\ntimeline:\n"
                                      "  - {at: 0s, fail: s}\n";
    struct planted planted = {.words = WORDS("fail: "), .first = "fail: ", .read = true};
    shrink_with(text, 9, &planted, wanted);
    /* The line that is asked for is where the entry stands: the first with that word it is not. */
    struct planted other = {.words = WORDS("fail: "), .first = "beat: ", .read = true};
    assert_int_equal(shrink_with(text, 9, &other, text).kept, 0);
}

/* Without a result an answer would have to be `ok`. */
static void expectations__answers_are_claims(void **state)
{
    (void)state;
    READ("services:\n  - {name: s}\ntimeline:\n"
         "  - {at: 1s, pause: s, why: so, expect: {result: ok, idempotent: true}}\n",
         WORDS("pause: s"), "services:\n  - {name: s}\ntimeline:\n  - {at: 0s, pause: s}\n");
    READ("services:\n  - {name: s}\ntimeline:\n"
         "  - {at: 1s, pause: s, why: so, expect: {result: any}}\n",
         WORDS("pause: s"),
         "services:\n  - {name: s}\ntimeline:\n  - {at: 0s, pause: s, expect: {result: any}}\n");
    READ("services:\n  - {name: s}\ntimeline:\n"
         "  - {at: 1s, pause: s, expect: {result: unknown, idempotent: true}}\n",
         WORDS("expect:"),
         "services:\n  - {name: s}\ntimeline:\n"
         "  - {at: 0s, pause: s, expect: {result: unknown, idempotent: true}}\n");
}

static void nesting__comes_out(void **state)
{
    (void)state;
    READ("services:\n  - {name: s, script: [{any: [run, {crash: {after: 7s}}, hang]}, run]}\n",
         WORDS("crash"), "services:\n  - {name: s, script: [crash]}\n");
    READ("services:\n  - {name: s, script: [{fail: {after: {uniform: [7s, 9s]}}}]}\n",
         WORDS("after"), "services:\n  - {name: s, script: [{fail: {after: 0s}}]}\n");
    READ("services:\n  - {name: s, script: [{steps: [{repeat: {times: 4, steps: [beat, ready]}}, "
         "hang]}]}\n",
         WORDS("ready"), "services:\n  - {name: s, script: [{steps: [ready]}]}\n");
    READ("services:\n  - {name: s}\ntimeline:\n"
         "  - {any: [{at: 1s, pause: s}, {at: 1s, restart: {one-of: [s]}}, nothing]}\n",
         WORDS("restart"), "services:\n  - {name: s}\ntimeline:\n  - {at: 0s, restart: s}\n");
}

static void values__are_rounded(void **state)
{
    (void)state;
    struct planted planted = {.words = WORDS("until: ")};
    shrink_with("scenario: 1\nname: x\nuntil: 1h2m3s4ms\n", 0, &planted,
                "scenario: 1\nname: x\nuntil: 0s\n");
    struct planted digits = {.words = WORDS("until: ", "2m")};
    shrink_with("scenario: 1\nname: x\nuntil: 12m34s\n", 0, &digits,
                "scenario: 1\nname: x\nuntil: 12m\n");
    struct planted number = {.words = WORDS("count: ", "name: s")};
    shrink_with("scenario: 1\nname: x\nservices:\n  - {name: s, count: 1234, a: 5.75}\n", 0,
                &number, "scenario: 1\nname: x\nservices:\n  - {name: s, count: 0}\n");
    READ("services:\n  - {name: s, backoff: {factor: 3.25, base: 17s}}\n",
         WORDS("factor: ", "base: 1"),
         "services:\n  - {name: s, backoff: {factor: 1, base: 1s}}\n");
}

/* A least number is found in steps that halve, not one by one. */
static void values__least_number_takes_few_tries(void **state)
{
    (void)state;
    struct planted planted = {.words = WORDS("count: "), .least = 66666};
    struct sim__shrunk shrunk =
        shrink_with("scenario: 1\nname: x\nservices:\n  - {name: s, count: 123456}\n", 0, &planted,
                    "scenario: 1\nname: x\nservices:\n  - {count: 66666}\n");
    assert_true(shrunk.tried < 250);
}

/* As a failure does that needs two things in one instant. */
static void values__equal_durations_change_together(void **state)
{
    (void)state;
    struct planted planted = {.words = WORDS("- {at: 1s, pause: s}\n  - {at: 1s, restart: s}")};
    shrink_with("scenario: 1\nname: x\ntimeline:\n  - {at: 3725s, pause: s}\n"
                "  - {at: 3725s, restart: s}\n",
                0, &planted,
                "scenario: 1\nname: x\ntimeline:\n  - {at: 1s, pause: s}\n"
                "  - {at: 1s, restart: s}\n");
}

static void repeats__come_once(void **state)
{
    (void)state;
    READ("services:\n  - {name: s}\ntimeline:\n"
         "  - {beat: s, every: 1s, from: 2s, to: 9s}\n",
         WORDS("beat: s"), "services:\n  - {name: s}\ntimeline:\n  - {at: 0s, beat: s}\n");
    /* Where `every` is needed it stays. */
    READ("services:\n  - {name: s}\ntimeline:\n"
         "  - {every: 1s, from: 2s, to: 9s, beat: s}\n",
         WORDS("every: 1s", "to: 9s", "beat: s"),
         "services:\n  - {name: s}\ntimeline:\n  - {every: 1s, to: 9s, beat: s}\n");
}

static void counts__one_has_the_name_alone(void **state)
{
    (void)state;
#define COUNTED \
    "services:\n  - {name: s, count: 3}\n  - {name: s-x}\ntimeline:\n  - {at: 0s, " \
    "pause: [s-2, s-x]}\nexpect:\n  - {starts: {\"s-*\": [0s]}}\n"
    READ(COUNTED, WORDS("{name: s}", "pause: [s, s-x]", "starts: {s: "),
         "services:\n  - {name: s}\n  - {name: s-x}\ntimeline:\n  - {at: 0s, pause: [s, s-x]}\n"
         "expect:\n  - {starts: {s: [0s]}}\n");
    READ(COUNTED, WORDS("count: ", "starts: "),
         "services:\n  - {name: s, count: 1}\nexpect:\n  - {starts: {\"s-*\": [0s]}}\n");
#undef COUNTED
}

/* What names one of a count goes with it, and nothing that only begins so. */
static void services__go_with_what_names_them(void **state)
{
    (void)state;
    READ("services:\n  - {name: k}\n  - {name: a, count: 30}\n  - {name: a-b}\n"
         "  - {name: a-b-7, count: 2}\ntimeline:\n  - {at: 0s, pause: [a-2, a-29, a-b, k]}\n"
         "  - {at: 0s, pause: [a-29, a-b-7-1]}\n",
         WORDS("a-b, k]"),
         "services:\n  - {name: k}\n  - {name: a-b}\ntimeline:\n"
         "  - {at: 0s, pause: [a-b, k]}\n");
}

/* Where all of them are needed they stand in one line; who is meant by its name stays. */
static void counts__those_that_are_alike_become_a_count(void **state)
{
    (void)state;
    struct planted planted = {.words = WORDS("8s", "pause: s"), .read = true, .services = 5};
    shrink_with(HEAD "services:\n  - {name: r, stop: {grace: 7s}}\n  - {name: s}\n"
                     "  - {name: u, stop: {grace: 7s}}\n  - {name: v, stop: {grace: 8s}}\n"
                     "  - {name: w, stop: {grace: 7s}}\ntimeline:\n  - {at: 0s, pause: s}\n",
                0, &planted,
                HEAD "services:\n  - {name: r, count: 3}\n  - {name: s}\n"
                     "  - {name: v, stop: {grace: 8s}}\ntimeline:\n  - {at: 0s, pause: s}\n");
}

/* Of many that cannot be counted together not every pair is tried. */
static void counts__of_many_few_are_tried_together(void **state)
{
    (void)state;
    enum { MANY = 80 };
    char text[8192] = HEAD "services:\n", pauses[4096] = "timeline:\n";
    const char *words[MANY + 1] = {NULL};
    static char said[MANY][24];
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "  - {name: s%d}\n", i);
        (void)snprintf(said[i], sizeof said[i], "pause: s%d}", i);
        (void)snprintf(pauses + strlen(pauses), sizeof pauses - strlen(pauses), "  - {at: 0s, %s\n",
                       said[i]);
        words[i] = said[i];
    }
    strcat(text, pauses);
    struct planted planted = {.words = words, .read = true};
    struct sim__shrunk shrunk = shrink_with(text, 0, &planted, text);
    assert_true(shrunk.whole);
    assert_true(shrunk.tried < 1500); /* there are 3,160 pairs */
}

/* Who is started again after no time at all would be so for ever, but for what the file shows. */
static void values__waits_stay_above_zero_where_there_is_to_be_an_end(void **state)
{
    (void)state;
#define WAITING(base, grace) \
    HEAD "services:\n  - {name: s, backoff: {base: " base ", after-ready: " base "}, breaker: " \
         "{failures: 1, then: half-open, cooldown: " base "}, stop: {grace: " grace "}}\n"
    for (int keeps = 0; keeps < 2; keeps++) {
        struct planted planted = {
            .words = WORDS("base", "after-ready", "failures", "half-open", "cooldown", "grace"),
            .read = true,
            .keeps_until = keeps};
        shrink_with(WAITING("2500ms", "7s"), 0, &planted,
                    keeps ? WAITING("1s", "0s") : WAITING("0s", "0s"));
    }
#undef WAITING
}

/* None can go alone. */
static void pairs__go_together(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "supervisor: {order: random, shutdown: {timeout: 3s}}\nservices:\n  - {name: s}\n"
             "  - {name: t, stop: {grace: 7s}}\ntimeline:\n  - {at: 0s, pause: t}\n";
    struct planted planted = {
        .words = WORDS("name: s", "timeout"), .together = WORDS("random", "pause"), .read = true};
    struct sim__shrunk shrunk =
        shrink_with(text, 0, &planted,
                    HEAD "supervisor: {shutdown: {timeout: 0s}}\nservices:\n  - {name: s}\n");
    assert_true(shrunk.whole);
    struct planted three = {.words = WORDS("name: s", "timeout"),
                            .together = WORDS("random", "pause", "grace"),
                            .read = true};
    shrink_with(HEAD "supervisor: {order: random, shutdown: {timeout: 0s}}\nservices:\n"
                     "  - {name: s, stop: {grace: 0s}}\ntimeline:\n  - {at: 0s, pause: s}\n",
                0, &three,
                HEAD "supervisor: {shutdown: {timeout: 0s}}\nservices:\n  - {name: s}\n");
}

/* What a fixed run would never come to the end of. */
static void until__stays_where_it_is_asked_to(void **state)
{
    (void)state;
    for (int keeps = 0; keeps < 2; keeps++) {
        struct planted planted = {.words = WORDS("name: s"), .read = true, .keeps_until = keeps};
        shrink_with(HEAD "until: 3725s\nservices:\n  - {name: s}\n", 0, &planted,
                    keeps ? HEAD "until: 0s\nservices:\n  - {name: s}\n"
                          : HEAD "services:\n  - {name: s}\n");
    }
    /* `at: end` looks at it, so it is only rounded. */
    struct planted claims = {
        .words = WORDS("name: s", "until", "at: end"), .read = true, .keeps_until = true};
    shrink_with(HEAD "until: 3725s\nservices:\n  - {name: s}\nexpect:\n"
                     "  - {at: end, service: s, is: {starts: 7}}\n",
                0, &claims,
                HEAD "until: 1h\nservices:\n  - {name: s}\nexpect:\n"
                     "  - {at: end, service: s, is: {starts: 7}}\n");
}

static void names__are_short_everywhere(void **state)
{
    (void)state;
    READ("supervisor: {groups: [{name: front.end, strategy: one-for-all}]}\nconditions: {database: "
         "up}\nservices:\n"
         "  - {name: worker, count: 2, group: front.end, needs: {database: {fail: {}}}}\n"
         "timeline:\n  - {at: 1s, pause: worker-1}\n  - {at: 1s, set: {database: down}}\n"
         "expect:\n  - {delays: {\"worker-*\": {min: 7s}}}\n",
         WORDS("-1", "-*", "one-for-all", "needs", "fail", "set", "group: "),
         "supervisor: {groups: [{name: g, strategy: one-for-all}]}\nconditions: {c: up}\n"
         "services:\n  - {name: a, count: 2, group: g, needs: {c: fail}}\n"
         "timeline:\n  - {at: 0s, pause: a-1}\n  - {at: 0s, set: {c: down}}\n"
         "expect:\n  - {delays: {\"a-*\": {min: 7s}}}\n");
}

static void inline__policies_and_defaults_go_into_the_service(void **state)
{
    (void)state;
    struct planted planted = {.words = WORDS("s"), .read = true, .patient = true};
    shrink_with(HEAD "policies: {patient: {backoff: {base: 7s}}}\ndefaults: {restart: always}\n"
                     "services:\n  - {name: s, policy: patient}\n",
                0, &planted,
                HEAD "services:\n  - {name: s, backoff: {base: 7s}, restart: always}\n");
}

static void shrink__what_the_file_is_stays(void **state)
{
    (void)state;
    struct planted planted = {.words = WORDS("1")};
    shrink_with("scenario: 1\nname: a long name\nverdict: stalled\nseed: 7\n", 0, &planted,
                "scenario: 1\nname: a long name\nverdict: stalled\n");
}

static void shrink__ends_when_it_is_told_enough(void **state)
{
    (void)state;
    static const char text[] = HEAD "services:\n  - {name: s}\n  - {name: t}\n  - {name: u}\n";
    struct planted planted = {.words = WORDS("name: t"), .read = true, .left = 2};
    struct sim__shrunk shrunk =
        shrink_with(text, 0, &planted, HEAD "services:\n  - {name: s}\n  - {name: t}\n");
    assert_false(shrunk.whole);
    assert_int_equal(shrunk.kept, 1);
}

/* The same file and the same answers give the same result, in as many tries. */
static void shrink__is_the_same_every_time(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "defaults: {restart: always}\nservices:\n  - {name: one, script: [{fail: {after: "
             "17s}}, run]}\n  - {name: two}\ntimeline:\n  - {at: 18s, pause: two}\n";
    struct planted first = {.words = WORDS("pause"), .read = true};
    struct planted second = first;
    static const char wanted[] =
        HEAD "services:\n  - {name: a}\ntimeline:\n  - {at: 0s, pause: a}\n";
    struct sim__shrunk a = shrink_with(text, 0, &first, wanted);
    struct sim__shrunk b = shrink_with(text, 0, &second, wanted);
    assert_memory_equal(first.seen, second.seen, sizeof first.seen);
    assert_int_equal(a.tried, b.tried);
    assert_int_equal(a.rounds, b.rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists__chunks_go_before_single_entries),
        cmocka_unit_test(lists__services_go_with_what_names_them),
        cmocka_unit_test(lists__names_of_what_goes_go_at_once),
        cmocka_unit_test(entries__keys_go_at_every_depth),
        cmocka_unit_test(expectations__claims_are_not_changed),
        cmocka_unit_test(expectations__failing_one_stays),
        cmocka_unit_test(timeline__failing_entry_stays),
        cmocka_unit_test(expectations__answers_are_claims),
        cmocka_unit_test(nesting__comes_out),
        cmocka_unit_test(values__are_rounded),
        cmocka_unit_test(values__least_number_takes_few_tries),
        cmocka_unit_test(values__equal_durations_change_together),
        cmocka_unit_test(repeats__come_once),
        cmocka_unit_test(values__waits_stay_above_zero_where_there_is_to_be_an_end),
        cmocka_unit_test(counts__one_has_the_name_alone),
        cmocka_unit_test(counts__those_that_are_alike_become_a_count),
        cmocka_unit_test(counts__of_many_few_are_tried_together),
        cmocka_unit_test(services__go_with_what_names_them),
        cmocka_unit_test(pairs__go_together),
        cmocka_unit_test(until__stays_where_it_is_asked_to),
        cmocka_unit_test(names__are_short_everywhere),
        cmocka_unit_test(inline__policies_and_defaults_go_into_the_service),
        cmocka_unit_test(shrink__what_the_file_is_stays),
        cmocka_unit_test(shrink__ends_when_it_is_told_enough),
        cmocka_unit_test(shrink__is_the_same_every_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

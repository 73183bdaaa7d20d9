/* Relations between runs: of which scenarios they can be asked, and what they find. */
#include "reading.h"
#include "sim/relation/internal.h"
#include "sim/run/faultpoints.h"
#include "sup/error.h"

static struct sim__node *load(struct sim_arena *arena, const char *text)
{
    struct sim__node *root = NULL;
    struct sim_diagnostics diagnostics;
    const struct sim__reading how = {.alloc = &sup_allocator_libc,
                                     .bytes = text,
                                     .length = strlen(text),
                                     .file = "relations.yaml"};
    if (sim__tree_load(&how, SIM__AS_WRITTEN, arena, &diagnostics, &root) != SUP_OK) {
        fail_msg("%s", diagnostics.text);
    }
    return root;
}

static struct sim__relation_asked ask_for(enum sim__relation relation, const char *text,
                                          uint64_t draw)
{
    const struct sim__trial_how how = {0};
    struct sim__relation_asked asked;
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    assert_int_equal(sim__relation_ask(relation, load(arena, text), &how, draw, &asked), SUP_OK);
    sim__arena_free(arena);
    return asked;
}

static void assert_answer(enum sim__relation relation, const char *text,
                          enum sim__relation_answer wanted)
{
    struct sim__relation_asked asked = ask_for(relation, text, 1);
    if (asked.answer != wanted) {
        fail_msg("%s: %d, %s\n%s", sim__relation_name(relation), (int)asked.answer, asked.message,
                 text);
    }
}

/* ---- an unrelated service ---- */

#define FLEET \
    HEAD "seed: 7\nuntil: 60s\n" \
         "supervisor:\n" \
         "  shutdown: {timeout: 5s, order: reverse}\n" \
         "  strategy: one-for-all\n" \
         "  groups:\n" \
         "    - {name: db, strategy: rest-for-one, restart-limit: {max: 9, within: 7s, then: " \
         "terminate}}\n" \
         "conditions: {disk: up}\n" \
         "defaults: {backoff: {base: 300ms, jitter: full}, needs: {disk: {fail: {after: 1s}, " \
         "live: crash}}, restart-limit: {max: 200, within: 1s, then: escalate}}\n" \
         "services:\n" \
         "  - {name: a, script: [{fail: {after: {uniform: [1s, 3s]}}}]}\n" \
         "  - {name: b, count: 3, group: db, script: [{fail: {after: 2s}, times: 3}, {any: " \
         "[{crash: " \
         "{after: 1s}}, {succeed: {after: 2s}}]}], restart: always}\n" \
         "  - {name: c, kind: interval, interval: {every: 1s}, script: [succeed, fail]}\n" \
         "  - {name: d, ready: {explicit: {timeout: 1s}}, heartbeat: {stale-after: 2s, then: " \
         "restart}, script: [{run: {}, ready: {after: 1s}, beat: {every: 1s, for: 5s}}]}\n" \
         "  - {name: e, kind: blocking, script: [{succeed: {after: 1s}}], restart: always}\n"

static const char fleet[] =
    FLEET "timeline:\n"
          "  - {at: 9s, set: {disk: down}}\n"
          "  - {at: 12s, set: {disk: up}}\n"
          "  - {at: 5s, restart: '*'}\n"
          "  - {at: 20s, stall: 3s}\n"
          "  - {at: 21s, fail: {one-of: b-*}, expect: {result: any}}\n"
          "  - {every: 4s, from: 8s, to: 40s, crash: [a, 'b-?'], expect: {result: any}}\n"
          "  - {at: 30s, pause: '*', expect: {result: any}}\n"
          "  - {at: 33s, resume: '*', expect: {result: any}}\n"
          "  - {at: 35s, wait-idle: {timeout: 1s}, expect: {result: any}}\n"
          "  - {at: 45s, calm: {}}\n";

static void unrelated__is_asked_of_a_fleet_and_holds(void **state)
{
    (void)state;
    for (uint64_t draw = 0; draw < 200; draw++) {
        struct sim__relation_asked asked = ask_for(SIM__RELATION_UNRELATED_SERVICE, fleet, draw);
        if (asked.answer != SIM__RELATION_HOLDS || asked.events < 300) {
            fail_msg("draw %u: %d after %u events: %s", (unsigned)draw, (int)asked.answer,
                     (unsigned)asked.events, asked.message);
        }
    }
}

/* One that is there, too, may be meant by a glob; not where that is drawn or takes turns. */
static void unrelated__is_not_asked_where_one_more_matters(void **state)
{
    (void)state;
    static const char *const rest[] = {
        "timeline:\n  - {at: 1s, restart: {one-of: '*'}}\n",
        "timeline:\n  - {at: 1s, restart: {some: 2, of: [a, '*']}}\n",
        "timeline:\n  - {at: 1s, restart: '*', each: 1s}\n",
    };
    for (size_t i = 0; i < COUNT(rest); i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s%s", FLEET, rest[i]);
        assert_answer(SIM__RELATION_UNRELATED_SERVICE, text, SIM__RELATION_NOT_ASKED);
    }
#define ONE "services:\n  - {name: a, script: [{fail: {after: 1s}}]}\n"
    assert_answer(SIM__RELATION_UNRELATED_SERVICE, HEAD ONE "until: 9s\n", SIM__RELATION_HOLDS);
    assert_answer(SIM__RELATION_UNRELATED_SERVICE, HEAD "until: never\nservices: [{name: a}]\n",
                  SIM__RELATION_NOT_ASKED);
    assert_answer(SIM__RELATION_UNRELATED_SERVICE, HEAD "services: [{name: a}]\n",
                  SIM__RELATION_NOT_ASKED);
    assert_answer(SIM__RELATION_UNRELATED_SERVICE,
                  HEAD ONE "until: 9s\nsupervisor: {order: random}\n", SIM__RELATION_NOT_ASKED);
    /* Every name that it might have is taken. */
    assert_answer(SIM__RELATION_UNRELATED_SERVICE,
                  HEAD "until: 9s\nservices: [{name: unrelated}, {name: bystander}, {name: "
                       "somebody-else}]\n",
                  SIM__RELATION_NOT_ASKED);
}

/* What the defaults say of the others would make the added one's failures everybody's. */
static void unrelated__has_nothing_of_the_defaults(void **state)
{
    (void)state;
    const char *text = HEAD "until: 60s\n"
                            "defaults: {restart-limit: {max: 0, within: 1s, then: escalate}}\n"
                            "services: [{name: a}, {name: b}]\n"
                            "timeline: [{at: 50s, restart: a}]\n";
    for (uint64_t draw = 0; draw < 20; draw++) {
        struct sim__relation_asked asked = ask_for(SIM__RELATION_UNRELATED_SERVICE, text, draw);
        assert_int_equal(asked.answer, SIM__RELATION_HOLDS);
        assert_int_equal(asked.events, 9);
    }
}

/* What is about everybody ends the comparison, and no sooner. */
static void unrelated__is_compared_up_to_what_is_about_all(void **state)
{
    (void)state;
    const char *text = HEAD "until: 60s\nservices: [{name: a}, {name: b}]\n"
                            "timeline: [{at: 5s, shutdown: {}}]\n";
    struct sim__relation_asked asked = ask_for(SIM__RELATION_UNRELATED_SERVICE, text, 3);
    assert_int_equal(asked.answer, SIM__RELATION_HOLDS);
    assert_int_equal(asked.events, 5); /* two registered, two started, the command */
    const char *aborted = HEAD "until: 60s\nservices: [{name: a}]\n"
                               "timeline: [{at: 1s, cancel: a}, {at: 5s, force-abort: runtime}]\n";
    for (uint64_t draw = 0; draw < 20; draw++) {
        asked = ask_for(SIM__RELATION_UNRELATED_SERVICE, aborted, draw);
        assert_int_equal(asked.answer, SIM__RELATION_HOLDS);
    }
    const char *escalated =
        HEAD "until: 60s\nservices:\n"
             "  - {name: a, restart-limit: {max: 0, within: 1s, then: escalate},"
             " script: [{fail: {after: 5s}}]}\n"
             "  - {name: b}\n";
    asked = ask_for(SIM__RELATION_UNRELATED_SERVICE, escalated, 3);
    assert_int_equal(asked.answer, SIM__RELATION_HOLDS);
    assert_int_equal(asked.events, 6); /* … the end of the attempt, the limit */
}

/* ---- a trial that is listened to ---- */

struct overhearing {
    struct sim_arena *arena;
    struct sim__trial_how how;
    struct sim__trial trial;
    struct sim__asking *asking;
    const struct sim__listener *listener;
};

static void overhear(struct overhearing *over, enum sim__relation relation)
{
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &over->arena), SUP_OK);
    struct sim__node *root = load(over->arena, fleet);
    struct sim__trial_how listened = over->how;
    assert_int_equal(sim__relation_begin(relation, root, &over->how, 7, &over->asking), SUP_OK);
    over->listener = sim__relation_listen(over->asking);
    listened.listener = over->listener;
    assert_int_equal(sim__trial_tree(root, &listened, &over->trial), SUP_OK);
}

static struct sim__relation_asked hear_out(struct overhearing *over)
{
    struct sim__relation_asked asked;
    assert_int_equal(sim__relation_end(over->asking, &over->trial, &asked), SUP_OK);
    sim__relation_drop(over->asking);
    sim__arena_free(over->arena);
    return asked;
}

static void overheard__a_trial_tells_what_the_relation_would_hear(void **state)
{
    (void)state;
    const uint64_t events = ask_for(SIM__RELATION_UNRELATED_SERVICE, fleet, 7).events;
    struct overhearing over = {.how = {.has_seed = false}};
    overhear(&over, SIM__RELATION_UNRELATED_SERVICE);
    assert_non_null(over.listener);
    struct sim__relation_asked asked = hear_out(&over);
    assert_int_equal(asked.answer, SIM__RELATION_HOLDS);
    assert_int_equal(asked.events, events);
}

/* What was told is what is compared: an event too many is noticed, where it stands. */
static void overheard__what_was_told_is_compared(void **state)
{
    (void)state;
    const struct sup_event more = {.type = SUP_EVENT_COMMAND, .service = "a", .slot = 0};
    const uint64_t events = ask_for(SIM__RELATION_UNRELATED_SERVICE, fleet, 7).events;
    struct overhearing over = {.how = {.has_seed = false}};
    overhear(&over, SIM__RELATION_UNRELATED_SERVICE);
    over.listener->hear(over.listener->context, &more);
    over.trial.events++;
    struct sim__relation_asked asked = hear_out(&over);
    assert_int_equal(asked.answer, SIM__RELATION_BROKEN);
    assert_int_equal(asked.events, events);
}

/* Of a trial that has told too little the relation hears what it needs by itself. */
static void overheard__what_was_not_told_whole_is_not_compared(void **state)
{
    (void)state;
    const struct sup_event more = {.type = SUP_EVENT_COMMAND, .service = "a", .slot = 0};
    struct overhearing once = {.how = {.once = true}};
    overhear(&once, SIM__RELATION_UNRELATED_SERVICE);
    assert_int_equal(hear_out(&once).answer, SIM__RELATION_HOLDS);
    struct overhearing wrong = {.how = {.has_seed = false}};
    overhear(&wrong, SIM__RELATION_UNRELATED_SERVICE);
    wrong.listener->hear(wrong.listener->context, &more);
    assert_int_equal(hear_out(&wrong).answer, SIM__RELATION_HOLDS);
    struct overhearing failed = {.how = {.has_seed = false}};
    overhear(&failed, SIM__RELATION_UNRELATED_SERVICE);
    failed.listener->hear(failed.listener->context, &more);
    failed.trial.events++;
    failed.trial.sign = SIM__SIGN_STALLED;
    assert_int_equal(hear_out(&failed).answer, SIM__RELATION_HOLDS);
}

static void overheard__nobody_is_told_where_the_runs_are_others(void **state)
{
    (void)state;
    const struct sim_faults faults = {.seen = NULL};
    struct overhearing doubled = {.how = {.has_seed = false}};
    overhear(&doubled, SIM__RELATION_DOUBLED_TIMES);
    assert_null(doubled.listener);
    assert_int_equal(hear_out(&doubled).answer, SIM__RELATION_HOLDS);
    const struct sim__trial_how how = {.faults = &faults};
    struct sim__asking *asking;
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    const struct sim__node *root = load(arena, fleet);
    assert_int_equal(sim__relation_begin(SIM__RELATION_UNRELATED_SERVICE, root, &how, 7, &asking),
                     SUP_OK);
    assert_null(sim__relation_listen(asking));
    sim__relation_drop(asking);
    sim__arena_free(arena);
}

/* ---- doubled times ---- */

static void doubled__is_asked_of_a_fleet_and_holds(void **state)
{
    (void)state;
    struct sim__relation_asked asked = ask_for(SIM__RELATION_DOUBLED_TIMES, fleet, 1);
    if (asked.answer != SIM__RELATION_HOLDS || asked.events < 300) {
        fail_msg("%d after %u events: %s", (int)asked.answer, (unsigned)asked.events,
                 asked.message);
    }
}

/* Each time that is built in decides what one of these tells. */
static void doubled__what_is_built_in_is_doubled(void **state)
{
    (void)state;
    static const char *const rest[] = {
        "services: [{name: a, script: [fail]}]\nuntil: 200s\n",
        "services: [{name: a, restart: always, script: [{succeed: {after: 1s}}]}]\nuntil: 9s\n",
        "services: [{name: a, script: [{run: {}, ignore-cancel: true, ignore-abort: true}]}]\n"
        "until: 50s\ntimeline: [{at: 1s, cancel: a}]\n",
        "services: [{name: a, stop: {grace: 100s}, script: [hang]}]\nuntil: 200s\n"
        "timeline: [{at: 1s, shutdown: {}}]\n",
        "services: [{name: a, backoff: {max: 1ms}, script: [fail, {fail: {after: 299s}}, {fail: "
        "{after: 300s}}, fail]}]\nuntil: 1500s\n",
        /* How many beats there are decides what else comes first. */
        "supervisor: {order: random}\n"
        "services: [{name: a, count: 9, heartbeat: {stale-after: 3ns}}, {name: b, count: 4}]\n"
        "until: 60ns\ntimeline: [{at: 5ns, calm: {}}, {every: 2ns, from: 6ns, restart: b-0},"
        " {every: 2ns, from: 6ns, restart: b-1}, {every: 2ns, from: 6ns, restart: b-2},"
        " {every: 2ns, from: 6ns, restart: b-3}]\n",
        "services: [{name: a, backoff: {base: 3ns, factor: 1.5}, script: [fail]}]\nuntil: 50s\n",
        "services: [{name: a, script: [{fail: {after: '3s'}}]}]\nuntil: 50s\n",
        /* Instants that cannot be doubled end what is compared. */
        "services: [{name: a, backoff: {base: 30000d, max: never}, script: [fail]}]\n",
        "supervisor: {order: random}\nservices: [{name: a, count: 9, script: [{fail: {after: "
        "1s}}]}]\nuntil: 50s\n",
    };
    for (size_t i = 0; i < COUNT(rest); i++) {
        char text[1024];
        snprintf(text, sizeof text, HEAD "%s", rest[i]);
        assert_answer(SIM__RELATION_DOUBLED_TIMES, text, SIM__RELATION_HOLDS);
    }
}

static void doubled__is_not_asked_what_cannot_be_doubled(void **state)
{
    (void)state;
    static const char *const rest[] = {
        "services: [{name: a, breaker: {failures: 3}}]\n",
        "services: [{name: a, breaker: {failures: 3, within: 1s, then: half-open}}]\n",
        "policies: {p: {backoff: {base: 1s}}}\ndefaults: {policy: p}\nservices: [{name: a}]\n",
        "services: [{name: a}]\nuntil: 100000d\n",
    };
    for (size_t i = 0; i < COUNT(rest); i++) {
        char text[1024];
        snprintf(text, sizeof text, HEAD "%s", rest[i]);
        assert_answer(SIM__RELATION_DOUBLED_TIMES, text, SIM__RELATION_NOT_ASKED);
    }
}

/* ---- stories ---- */

static struct sim__tale story_of(const char *text, const struct sim__telling *telling)
{
    const struct sim__trial_how how = {0};
    struct sim__tale story = {0};
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    assert_int_equal(sim__tale_hear(load(arena, text), &how, telling, &story), SUP_OK);
    sim__arena_free(arena);
    return story;
}

static uint32_t difference(const char *one, const char *other, enum sim__tempo tempo)
{
    const struct sim__telling first = {.tempo = SIM__AS_TOLD};
    const struct sim__telling second = {.tempo = tempo, .without = "x"};
    struct sim__tale a = story_of(one, &first), b = story_of(other, &second);
    uint32_t event = sim__tale_difference(&a, &b);
    assert_int_equal(sim__tale_difference(&b, &a), event);
    sim__tale_release(&a);
    sim__tale_release(&b);
    return event;
}

static void story__the_first_event_that_differs_is_found(void **state)
{
    (void)state;
#define A(after, base) \
    HEAD "until: 9s\nservices: [{name: a, backoff: {base: " base \
         "}, script: [{fail: {after: " after "}}, run]}]\n"
#define X(rest) \
    HEAD "until: 9s\nservices: [{name: x, script: [{fail: {after: 1ms}, times: 4}]}, {name: a, " \
         "backoff: {base: 1s}, script: [{fail: {after: 1s}}, run]}" rest "]\n"
    assert_int_equal(difference(A("1s", "1s"), A("1s", "1s"), SIM__AS_TOLD), 0);
    assert_int_equal(difference(A("1s", "1s"), A("2s", "2s"), SIM__AS_TOLD), 3);
    assert_int_equal(difference(A("1s", "1s"), A("2s", "2s"), SIM__HALVED), 0);
    /* The end at its instant, and then the delay. */
    assert_int_equal(difference(A("1s", "1s"), A("2s", "3s"), SIM__HALVED), 4);
    assert_int_equal(difference(A("1s", "1s"), A("2000000001ns", "2s"), SIM__HALVED), 3);
    assert_int_equal(difference(A("1s", "1s"), A("2s", "2000000001ns"), SIM__HALVED), 4);
    /* Without what is told of x, and with one that is another. */
    assert_int_equal(difference(A("1s", "1s"), X(""), SIM__AS_TOLD), 0);
    assert_int_equal(difference(A("1s", "1s"), X(", {name: y}"), SIM__AS_TOLD), 3);
    /* One that ends before the other one does. */
    assert_int_equal(difference(A("1s", "1s"), A("1s", "9s"), SIM__AS_TOLD), 4);
    assert_int_equal(difference(A("1s", "1s"),
                                HEAD "until: 1s\nservices: [{name: a, backoff: {base: 1s}, script: "
                                     "[{fail: {after: 1s}}, run]}]\n",
                                SIM__AS_TOLD),
                     5);
}

static void story__one_that_was_ended_is_no_difference(void **state)
{
    (void)state;
    uint32_t digests[] = {1, 2, 3};
    const struct sim__tale whole = {.digests = digests, .count = 3};
    struct sim__tale shorter = {.digests = digests, .count = 2};
    assert_int_equal(sim__tale_difference(&whole, &shorter), 3);
    shorter.stopped = true;
    assert_int_equal(sim__tale_difference(&whole, &shorter), 0);
    assert_int_equal(sim__tale_difference(&shorter, &whole), 0);
}

static void story__an_event_is_quoted(void **state)
{
    (void)state;
    const struct sim__telling telling = {.tempo = SIM__HALVED, .quoted = 3};
    struct sim__tale story = story_of(A("3s", "1s"), &telling);
    assert_string_equal(story.line,
                        "1.5s        a                 attempt-ended      #1 failed: failed");
    sim__tale_release(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unrelated__is_asked_of_a_fleet_and_holds),
        cmocka_unit_test(unrelated__is_not_asked_where_one_more_matters),
        cmocka_unit_test(unrelated__has_nothing_of_the_defaults),
        cmocka_unit_test(unrelated__is_compared_up_to_what_is_about_all),
        cmocka_unit_test(overheard__a_trial_tells_what_the_relation_would_hear),
        cmocka_unit_test(overheard__what_was_told_is_compared),
        cmocka_unit_test(overheard__what_was_not_told_whole_is_not_compared),
        cmocka_unit_test(overheard__nobody_is_told_where_the_runs_are_others),
        cmocka_unit_test(doubled__is_asked_of_a_fleet_and_holds),
        cmocka_unit_test(doubled__what_is_built_in_is_doubled),
        cmocka_unit_test(doubled__is_not_asked_what_cannot_be_doubled),
        cmocka_unit_test(story__the_first_event_that_differs_is_found),
        cmocka_unit_test(story__one_that_was_ended_is_no_difference),
        cmocka_unit_test(story__an_event_is_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Limits that are not plain: fixed windows, one that opens once, the streak, scores, grains;
 * what is counted; waiting and pausing instead of giving up. To the nanosecond. */
#include "ruled.h"

#include "limits.h"
#include "service.h"
#include "supervisor.h"

__extension__ typedef unsigned __int128 wide;

static struct sup_rules windowed(enum sup_limit_window window)
{
    struct sup_rules rules = rules_default();
    rules.limit.window = window;
    rules.limit.half_life = SUP_SEC(30);
    return rules;
}

/* Restarts at once, and gives up at its limit. */
static struct sup_policy at_once(const struct sup_rules *rules, uint32_t max, uint64_t within)
{
    struct sup_policy policy = policy_backoff(0, 0);
    policy.limit.enabled = true;
    policy.limit.max = max;
    policy.limit.within = SUP_NS(within);
    policy.rules = rules;
    return policy;
}

/* Fails every `gap` until it is given up: how many failures that takes; 0: more than `most`. */
static uint32_t failures_until_the_end(const struct sup_policy *policy, uint64_t gap, uint32_t most)
{
    struct world w;
    uint32_t failures = 0;
    world_open(&w);
    spawn(&w, "a", policy);
    while (look(&w, "a").phase == SUP_PHASE_RUNNING && failures <= most) {
        run_to(&w, w.now + gap);
        fail_with(&w, "a", "x");
        run_to(&w, w.now);
        failures++;
    }
    world_close(&w);
    return failures <= most ? failures : 0;
}

static void score__trips_where_it_is_known_to(void **state)
{
    (void)state;
    static const struct {
        uint64_t gap_ms;
        uint32_t at;
    } known[] = {{0, 6},     {5000, 7},  {6000, 8},  {7000, 9}, {8000, 11},
                 {9000, 14}, {9600, 24}, {9650, 33}, {9660, 0}};
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_DECAY);
    struct sup_policy policy = at_once(&rules, 5, 0);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        assert_int_equal(failures_until_the_end(&policy, known[i].gap_ms * MS, 2000), known[i].at);
    }
}

/* floor(sqrt(x)), a digit at a time. */
static uint64_t root_of(wide x)
{
    uint64_t root = 0;
    for (unsigned digit = 64; digit-- > 0;) {
        uint64_t more = root | UINT64_C(1) << digit;
        root = (wide)more * more <= x ? more : root;
    }
    return root;
}

/* Of an entry, 2^-(2^-i) of a half-life later: the root of the one before, here in 2^-64. Each
 * is less than two too small, so its upper half is right where two more do not change it. */
static void score__decays_by_exact_roots(void **state)
{
    (void)state;
    const uint64_t one = UINT64_C(1) << 32;
    const struct sup_duration half_life = {one};
    uint64_t fine = UINT64_C(1) << 63;
    assert_int_equal(sup__decayed(one, half_life, half_life), one / 2);
    for (unsigned i = 1; i <= 32; i++) {
        const struct sup_duration passed = {one >> i};
        fine = root_of((wide)fine << 64);
        assert_true((uint32_t)fine < UINT32_MAX - 1);
        assert_int_equal(sup__decayed(one, passed, half_life), fine >> 32);
    }
    assert_int_equal(sup__decayed(5 * one + 1, SUP_NS(one / 2), half_life),
                     5 * sup__decayed(one, SUP_NS(one / 2), half_life));
    assert_int_equal(sup__decayed(UINT64_MAX, SUP_NS(63 * one), half_life), 1);
    assert_int_equal(sup__decayed(UINT64_MAX, SUP_NS(64 * one), half_life), 0);
}

/* A half-life halves exactly; the longest ones do not overflow. */
static void score__halves_and_never_overflows(void **state)
{
    (void)state;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_DECAY);
    struct sup_policy policy = at_once(&rules, 2, 0);
    assert_int_equal(failures_until_the_end(&policy, 30 * SECOND, 1000), 0);
    assert_int_equal(failures_until_the_end(&policy, 29 * SECOND, 1000), 6);
    rules.limit.half_life = SUP_NS(UINT64_MAX - 1);
    assert_int_equal(failures_until_the_end(&policy, UINT64_MAX / 8, 6), 3);
    rules.limit.half_life = SUP_NS(1);
    assert_int_equal(failures_until_the_end(&policy, 1, 100), 0);
}

static void fixed__edge_to_the_nanosecond(void **state)
{
    (void)state;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_FIXED);
    struct sup_policy policy = at_once(&rules, 2, 300);
    assert_int_equal(failures_until_the_end(&policy, 100, 100), 3);
    assert_int_equal(failures_until_the_end(&policy, 101, 100), 5);
    rules.limit.counts = SUP_LIMIT_COUNTS_STARTS;
    policy.limit.max = 3;
    assert_int_equal(failures_until_the_end(&policy, 100, 100), 3);
    assert_int_equal(failures_until_the_end(&policy, 101, 100), 0);
    rules.limit.window = SUP_LIMIT_WINDOW_ONCE;
    assert_int_equal(failures_until_the_end(&policy, 100, 100), 3);
    assert_int_equal(failures_until_the_end(&policy, 101, 100), 0);
}

static void start__refused_at_its_instant(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_SLIDING);
    struct sup_policy policy = at_once(&rules, 1, SECOND);
    policy.backoff.base = policy.backoff.max = SUP_MS(10);
    rules.limit.counts = SUP_LIMIT_COUNTS_STARTS;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_BACKING_OFF);
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms a limit-exhausted 1/1 then terminate",
                  "10ms a terminated restart-limit 'restart limit exhausted (1 restarts)'");
    policy.limit.then = SUP_LIMIT_QUARANTINE;
    policy.limit.max = 0;
    spawn(&w, "b", &policy);
    assert_int_equal(look(&w, "b").operation, SUP_OPERATION_QUARANTINED);
    assert_int_equal(look(&w, "b").starts, 0);
    command(&w, SUP_COMMAND_RESUME, "b"); /* by hand: neither counted nor refused */
    assert_int_equal(look(&w, "b").phase, SUP_PHASE_RUNNING);
    assert_int_equal(look(&w, "b").limit_used, 0);
    world_close(&w);
}

static void note_idle(void *context, int result)
{
    *(int *)context = result;
}

/* Out of the queue of the pool, where it was busy: it is not any more. */
static void start__refused_to_who_waited_for_the_pool(void **state)
{
    (void)state;
    for (int then = SUP_LIMIT_TERMINATE; then <= SUP_LIMIT_QUARANTINE; then++) {
        struct world w;
        struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_SLIDING);
        struct sup_policy policy = at_once(&rules, 0, SECOND);
        struct sup_policy plain = policy_backoff(10, 10);
        int idle = 1;
        plain.kind = policy.kind = SUP_KIND_BLOCKING;
        plain.restart = SUP_RESTART_NEVER;
        policy.limit.then = (enum sup_limit_then)then;
        rules.limit.counts = SUP_LIMIT_COUNTS_STARTS;
        world_prepare(&w);
        w.config.blocking_pool = 1;
        world_create(&w);
        spawn(&w, "a", &plain);
        spawn(&w, "b", &policy);
        assert_int_equal(sup_wait_idle(w.sup, NULL, SUP_SEC(1), note_idle, &idle), SUP_OK);
        succeed(&w, "a");
        assert_int_equal(look(&w, "b").starts, 0);
        assert_int_equal(idle, SUP_OK);
        assert_int_equal(deadline(&w), SUP_NEVER_NS);
        world_close(&w);
    }
}

static void pause__empties_the_window(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_STREAK);
    struct sup_policy policy = at_once(&rules, 1, 0);
    rules.limit.pause = SUP_MS(70);
    policy.limit.then = SUP_LIMIT_PAUSE;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, w.now);
    fail_with(&w, "a", "x");
    assert_int_equal(look(&w, "a").delay.ns, 70 * MS);
    assert_int_equal(look(&w, "a").streak, 0);
    assert_int_equal(look(&w, "a").limit_remaining, 1);
    run_to(&w, 70 * MS - 1);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_BACKING_OFF);
    run_to(&w, 70 * MS);
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    world_close(&w);
}

/* Its group gives up instead of restarting it: nothing is forgotten then. */
static void pause__that_does_not_come_empties_nothing(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_STREAK);
    struct sup_policy policy = at_once(&rules, 0, 0);
    const struct sup_group_policy group = {
        .limit = {.enabled = true, .then = SUP_LIMIT_QUARANTINE, .within = SUP_SEC(1)}};
    policy.limit.then = SUP_LIMIT_PAUSE;
    world_open(&w);
    w.may_allocate = true;
    assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_OK);
    w.may_allocate = false;
    spawn_in(&w, "a", "g", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(look(&w, "a").operation, SUP_OPERATION_QUARANTINED);
    assert_int_equal(look(&w, "a").streak, 1);
    command(&w, SUP_COMMAND_RESUME, "a");
    assert_int_equal(look(&w, "a").phase, SUP_PHASE_RUNNING);
    assert_int_equal(look(&w, "a").streak, 0);
    world_close(&w);
}

/* Ends go on being counted where the restart is handed to the group: one too many is enough. */
static void score__stays_where_it_is_full(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_DECAY);
    struct sup_policy policy = at_once(&rules, 1, 0);
    rules.limit.counts = SUP_LIMIT_COUNTS_ENDS;
    rules.limit.ends.classes = 1u << SUP_EXIT_FAILED;
    policy.limit.then = SUP_LIMIT_ESCALATE;
    world_open(&w);
    spawn(&w, "a", &policy);
    for (int i = 0; i < 3; i++) {
        fail_with(&w, "a", "x");
        run_to(&w, w.now);
    }
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "0 a attempt-ended #4 failed 'x'", "0 a limit-exhausted 2/1 then escalate",
                  "0 a backing-off 0 k4 'x'");
    world_close(&w);
}

/* ---- what is impossible, and what is the same ---- */

typedef void (*spoil_fn)(struct sup_policy *p, struct sup_limit_rules *r);
#define SPOIL(name, statement) \
    static void name(struct sup_policy *p, struct sup_limit_rules *r) \
    { \
        (void)p; \
        (void)r; \
        statement; \
    }
SPOIL(window, r->window = (enum sup_limit_window)5)
SPOIL(counts, r->counts = (enum sup_limit_counts)3)
SPOIL(ends_class, r->ends.classes = 256)
SPOIL(ends_unused, r->ends.unused = 1)
SPOIL(no_half_life, (r->window = SUP_LIMIT_WINDOW_DECAY, r->half_life = SUP_NS(0)))
SPOIL(never_halved, (r->window = SUP_LIMIT_WINDOW_DECAY, r->half_life = SUP_DURATION_NEVER))
SPOIL(grain, r->grain = SUP_DURATION_NEVER)
SPOIL(streak_of_starts, (r->window = SUP_LIMIT_WINDOW_STREAK, r->counts = SUP_LIMIT_COUNTS_STARTS))
SPOIL(escalated_start, (r->counts = SUP_LIMIT_COUNTS_STARTS, p->limit.then = SUP_LIMIT_ESCALATE))
SPOIL(wait_sliding, p->limit.then = SUP_LIMIT_WAIT)
SPOIL(wait_of_starts, (p->limit.then = SUP_LIMIT_WAIT, r->window = SUP_LIMIT_WINDOW_FIXED,
                       r->counts = SUP_LIMIT_COUNTS_STARTS))
SPOIL(wait_for_ever, (p->limit.then = SUP_LIMIT_WAIT, r->window = SUP_LIMIT_WINDOW_FIXED,
                      p->limit.within = SUP_DURATION_NEVER))
SPOIL(pause_fixed, (p->limit.then = SUP_LIMIT_PAUSE, r->window = SUP_LIMIT_WINDOW_FIXED))
SPOIL(pause_once, (p->limit.then = SUP_LIMIT_PAUSE, r->window = SUP_LIMIT_WINDOW_ONCE))
SPOIL(pause_of_ends, (p->limit.then = SUP_LIMIT_PAUSE, r->counts = SUP_LIMIT_COUNTS_ENDS))
SPOIL(pause_for_ever, (p->limit.then = SUP_LIMIT_PAUSE, r->pause = SUP_DURATION_NEVER))

static void check__says_what_is_impossible(void **state)
{
    (void)state;
    static const spoil_fn spoils[] = {
        window,          counts,       ends_class,     ends_unused,
        no_half_life,    never_halved, grain,          streak_of_starts,
        escalated_start, wait_sliding, wait_of_starts, wait_for_ever,
        pause_fixed,     pause_once,   pause_of_ends,  pause_for_ever};
    struct world w;
    world_open(&w);
    for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
        struct sup_rules rules = rules_default();
        struct sup_policy policy = at_once(&rules, 1, SECOND);
        const char *why = NULL;
        assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
        spoils[i](&policy, &rules.limit);
        assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
        assert_true(why != NULL && strstr(why, "limit") != NULL);
        struct sup_group_policy group = {.limit = policy.limit, .limit_rules = rules.limit};
        assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_EINVAL);
    }
    struct sup_policy plain = at_once(NULL, 1, SECOND);
    plain.limit.then = SUP_LIMIT_WAIT;
    assert_int_equal(sup_policy_check(&plain, NULL), SUP_EINVAL);
    struct sup_group_policy group = {.limit_rules = {.window = SUP_LIMIT_WINDOW_STREAK}};
    assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_EINVAL);
    group.limit_rules = (struct sup_limit_rules){.counts = SUP_LIMIT_COUNTS_STARTS};
    assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_EINVAL);
    world_close(&w);
}

static void intern__what_nobody_looks_at_is_not_said(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = windowed(SUP_LIMIT_WINDOW_SLIDING);
    struct sup_policy policy = at_once(&rules, 1, SECOND);
    world_open(&w);
    rules.limit.pause = SUP_SEC(3);
    rules.limit.grain = SUP_NS(1);
    rules.limit.ends = codes(1, 2);
    spawn(&w, "a", &policy);
    assert_null(w.sup->policies[0].policy.rules);
    policy.limit.enabled = false;
    rules.limit.window = SUP_LIMIT_WINDOW_FIXED;
    spawn(&w, "b", &policy);
    assert_null(w.sup->policies[1].policy.rules);
    policy.limit.enabled = true;
    rules.limit.window = SUP_LIMIT_WINDOW_STREAK;
    spawn(&w, "c", &policy);
    policy.limit.within = SUP_MS(2);
    rules.limit.grain = SUP_MS(2);
    spawn(&w, "d", &policy);
    assert_int_equal(w.sup->policy_count, 3);
    assert_int_equal(w.sup->window_entries, 1);
    rules.limit.window = SUP_LIMIT_WINDOW_SLIDING;
    rules.limit.counts = SUP_LIMIT_COUNTS_ENDS; /* one more than it may hold */
    spawn(&w, "e", &policy);
    assert_int_equal(w.sup->window_entries, 3);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score__trips_where_it_is_known_to),
        cmocka_unit_test(score__decays_by_exact_roots),
        cmocka_unit_test(score__halves_and_never_overflows),
        cmocka_unit_test(fixed__edge_to_the_nanosecond),
        cmocka_unit_test(start__refused_at_its_instant),
        cmocka_unit_test(start__refused_to_who_waited_for_the_pool),
        cmocka_unit_test(pause__empties_the_window),
        cmocka_unit_test(pause__that_does_not_come_empties_nothing),
        cmocka_unit_test(score__stays_where_it_is_full),
        cmocka_unit_test(check__says_what_is_impossible),
        cmocka_unit_test(intern__what_nobody_looks_at_is_not_said),
    };
    return cmocka_run_group_tests_name("limit windows", tests, NULL, NULL);
}

/* Model checks of the code itself: what is due at one instant runs in every order
 * there is, enumerated and not sampled, and after each the same must hold. The
 * first two are the races that other supervisors check on toy models: a
 * registration against a shutdown, and a cancellation on its way to the innermost
 * task. The last one proves that a planted mistake is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/oracle.h"
#include "sim/world.h"
#include "sup/sup.h"

/* More orders than this would make the test too slow under valgrind: the model
 * has then to be made smaller, not sampled. */
#define ORDERS_MAX 20000u

static const struct sup_actor actor = {"test", "test"};
static const struct sup_instant one_second = {1000000000u};

/* Plays one order and returns false when what must hold does not. What its tasks
 * use is static, since the world is freed after it. */
typedef bool (*model_fn)(struct sim_world *world);

struct verdict {
    uint64_t orders;
    uint64_t broken;
    uint64_t different; /* traces that are not the one before */
};

static bool play(model_fn model, uint64_t seed, struct sim_oracle *oracle, uint64_t *ret_hash)
{
    struct sim_world_config config;
    struct sim_world *world;
    sim_world_config_default(&config);
    config.sup.seed = seed;
    config.oracle = oracle;
    assert_int_equal(sim_world_create(&config, &world), SUP_OK);
    bool holds = model(world);
    sup_check(sim_world_supervisor(world));
    *ret_hash = sim_world_hash(world);
    sim_world_free(world);
    return holds;
}

static struct verdict in_every_order(const char *what, model_fn model)
{
    struct verdict verdict = {0};
    struct sim_oracle *oracle;
    uint64_t hash, before = 0;
    assert_int_equal(sim_oracle_create_enumerate(&oracle), SUP_OK);
    do {
        verdict.broken += !play(model, 1, oracle, &hash);
        verdict.different += hash != before;
        before = hash;
        verdict.orders++;
        assert_true(verdict.orders <= ORDERS_MAX);
    } while (sim_oracle_next(oracle));
    assert_true(sim_oracle_visited(oracle) == verdict.orders);
    sim_oracle_free(oracle);
    print_message("# %s: %llu orders, %llu broken\n", what, (unsigned long long)verdict.orders,
                  (unsigned long long)verdict.broken);
    return verdict;
}

/* What a task saw of itself. */
struct seen {
    int entered;
    int returned;
    int cancelled; /* it returned because it saw its cancellation */
};

static int serves(struct sup_task *task, void *argument)
{
    struct seen *seen = argument;
    seen->entered++;
    if (sup_task_wait_cancel(task) == SUP_ECANCELLED) {
        seen->cancelled++;
        assert_int_equal(sup_task_sleep_through(task, SUP_MS(5)), SUP_OK);
    }
    seen->returned++;
    return 0;
}

/* Looks at the flag now and then, as the toy's child does. */
static int polls(struct sup_task *task, void *argument)
{
    struct seen *seen = argument;
    seen->entered++;
    while (!sup_task_cancelled(task)) {
        sup_ignore(sup_task_sleep(task, SUP_MS(500)));
    }
    seen->cancelled++;
    seen->returned++;
    return 0;
}

static int fails_at_one_second(struct sup_task *task, void *argument)
{
    struct seen *seen = argument;
    seen->entered++;
    int result = sup_task_sleep(task, SUP_SEC(1));
    seen->cancelled += result == SUP_ECANCELLED;
    seen->returned++;
    return result == SUP_OK ? -1 : 0;
}

static bool saw_its_end(const struct seen *seen)
{
    return seen->entered == seen->returned;
}

static bool is_terminated(struct sim_world *world, const char *name, enum sup_reason reason)
{
    struct sup_snapshot snapshot;
    return sup_snapshot_of(sim_world_supervisor(world), name, &snapshot) == SUP_OK &&
           snapshot.phase == SUP_PHASE_TERMINATED && snapshot.reason == reason;
}

/* ---- a registration against a shutdown ---- */

struct race {
    struct seen old;
    struct seen late;
    struct seen failing;
    struct sup_task_spec old_work, failing_work, late_work;
    int spawned; /* result of the late registration */
    int shut;    /* result of the shutdown */
    bool shut_first;
    bool is_shut;
};

static void call_spawn(struct sim_world *world, void *context)
{
    struct race *race = context;
    struct sup_spec spec = {.name = "late", .group = "pool.inner", .work = &race->late_work};
    race->shut_first = race->is_shut;
    race->spawned = sup_spawn(sim_world_supervisor(world), &spec);
}

static void call_shutdown(struct sim_world *world, void *context)
{
    struct race *race = context;
    race->is_shut = true;
    race->shut = sup_shutdown(sim_world_supervisor(world), NULL, &actor, NULL);
}

/* "old" lives, "failing" fails at the very instant and would be restarted at the
 * very instant, "late" is registered, and all is shut down. */
static bool register_against_shutdown(struct sim_world *world)
{
    static struct race race;
    race = (struct race){
        .old_work = {.fn = serves, .argument = &race.old},
        .failing_work = {.fn = fails_at_one_second, .argument = &race.failing},
        .late_work = {.fn = serves, .argument = &race.late},
    };
    struct sup *sup = sim_world_supervisor(world);
    struct sup_policy at_once;
    struct sup_metrics metrics;
    sup_policy_default(&at_once);
    at_once.backoff.base = SUP_NS(0);
    struct sup_spec specs[] = {
        {.name = "old", .work = &race.old_work},
        {.name = "failing", .group = "pool", .policy = &at_once, .work = &race.failing_work},
    };
    assert_int_equal(sup_spawn(sup, &specs[0]), SUP_OK);
    assert_int_equal(sup_spawn(sup, &specs[1]), SUP_OK);
    /* Only the instant of the race has its orders enumerated, not the start. */
    assert_int_equal(sim_world_at(world, one_second, call_spawn, &race), SUP_OK);
    assert_int_equal(sim_world_at(world, one_second, call_shutdown, &race), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    sup_metrics_read(sup, &metrics);
    bool registered = race.spawned == SUP_OK;
    return race.shut == SUP_OK && (registered || race.spawned == SUP_EDRAINING) &&
           registered != race.shut_first && race.late.entered == registered &&
           race.late.cancelled == registered && race.old.cancelled == 1 && saw_its_end(&race.old) &&
           saw_its_end(&race.late) && saw_its_end(&race.failing) &&
           sup_supervisor_phase_of(sup) == SUP_SUPERVISOR_DRAINED && metrics.active_services == 0 &&
           metrics.spawned_total == (registered ? 3 : 2) &&
           is_terminated(world, "late", SUP_REASON_CANCELLED) == registered &&
           is_terminated(world, "failing", SUP_REASON_CANCELLED) &&
           sup_deadline(sup).ns == SUP_NEVER_NS;
}

static void model__registration_races_shutdown_nothing_is_left_in_any_order(void **state)
{
    (void)state;
    struct verdict verdict =
        in_every_order("registration against shutdown", register_against_shutdown);
    assert_int_equal(verdict.broken, 0);
    assert_true(verdict.orders >= 600 && verdict.different >= 10);
}

/* ---- a cancellation on its way down ---- */

struct descent {
    struct sup_token root, middle, leaf;
    struct seen early, late, outside;
    struct sup_task_spec early_work, late_work, outside_work;
    bool is_cancelled;
    bool cancelled_first;
    int spawned;
};

static void call_cancel_token(struct sim_world *world, void *context)
{
    struct descent *descent = context;
    (void)world;
    descent->is_cancelled = true;
    sup_token_cancel(&descent->root);
}

static void call_cancel_group(struct sim_world *world, void *context)
{
    struct descent *descent = context;
    descent->is_cancelled = true;
    assert_int_equal(sup_cancel_group(sim_world_supervisor(world), "a", &actor, NULL), SUP_OK);
}

static void call_spawn_under_token(struct sim_world *world, void *context)
{
    struct descent *descent = context;
    struct sup_spec spec = {.name = "late", .work = &descent->late_work, .token = &descent->leaf};
    descent->cancelled_first = descent->is_cancelled;
    descent->spawned = sup_spawn(sim_world_supervisor(world), &spec);
}

static void call_spawn_in_group(struct sim_world *world, void *context)
{
    struct descent *descent = context;
    struct sup_spec spec = {.name = "late", .group = "a.b.c", .work = &descent->late_work};
    descent->cancelled_first = descent->is_cancelled;
    descent->spawned = sup_spawn(sim_world_supervisor(world), &spec);
}

static void prepare(struct descent *descent)
{
    *descent = (struct descent){
        .early_work = {.fn = polls, .argument = &descent->early},
        .late_work = {.fn = polls, .argument = &descent->late},
        .outside_work = {.fn = polls, .argument = &descent->outside},
    };
}

static bool reached_everybody(struct sim_world *world, const struct descent *descent)
{
    struct sup_snapshot outside;
    bool registered = descent->spawned == SUP_OK;
    assert_int_equal(sup_snapshot_of(sim_world_supervisor(world), "outside", &outside), SUP_OK);
    return (registered || descent->spawned == SUP_ECANCELLED) &&
           registered != descent->cancelled_first && descent->early.cancelled == 1 &&
           descent->late.cancelled == registered && saw_its_end(&descent->early) &&
           saw_its_end(&descent->late) && is_terminated(world, "early", SUP_REASON_CANCELLED) &&
           is_terminated(world, "late", SUP_REASON_CANCELLED) == registered &&
           outside.phase == SUP_PHASE_RUNNING && descent->outside.cancelled == 0;
}

/* "early" polls three levels below the token that is cancelled while it wakes and
 * while "late" is registered beside it; "outside" is under no token. */
static bool token_reaches_child(struct sim_world *world)
{
    static struct descent descent;
    struct sup *sup = sim_world_supervisor(world);
    prepare(&descent);
    sup_token_init(&descent.root, NULL);
    sup_token_init(&descent.middle, &descent.root);
    sup_token_init(&descent.leaf, &descent.middle);
    struct sup_spec specs[] = {
        {.name = "early", .work = &descent.early_work, .token = &descent.leaf},
        {.name = "outside", .work = &descent.outside_work},
    };
    assert_int_equal(sup_spawn(sup, &specs[0]), SUP_OK);
    assert_int_equal(sup_spawn(sup, &specs[1]), SUP_OK);
    assert_int_equal(sim_world_at(world, one_second, call_cancel_token, &descent), SUP_OK);
    assert_int_equal(sim_world_at(world, one_second, call_spawn_under_token, &descent), SUP_OK);
    assert_int_equal(sim_world_run_until(world, (struct sup_instant){1300000000u}), SUP_OK);
    return reached_everybody(world, &descent) && sup_token_cancelled(&descent.leaf);
}

static bool group_reaches_child(struct sim_world *world)
{
    static struct descent descent;
    struct sup *sup = sim_world_supervisor(world);
    prepare(&descent);
    struct sup_group_info root, inner;
    struct sup_spec specs[] = {{.name = "early", .group = "a.b.c", .work = &descent.early_work},
                               {.name = "outside", .work = &descent.outside_work}};
    assert_int_equal(sup_spawn(sup, &specs[0]), SUP_OK);
    assert_int_equal(sup_spawn(sup, &specs[1]), SUP_OK);
    assert_int_equal(sim_world_at(world, one_second, call_cancel_group, &descent), SUP_OK);
    assert_int_equal(sim_world_at(world, one_second, call_spawn_in_group, &descent), SUP_OK);
    assert_int_equal(sim_world_run_until(world, (struct sup_instant){1300000000u}), SUP_OK);
    assert_int_equal(sup_group_info_of(sup, "runtime", &root), SUP_OK);
    assert_int_equal(sup_group_info_of(sup, "a.b.c", &inner), SUP_OK);
    return reached_everybody(world, &descent) && inner.cancelled && inner.active == 0 &&
           !root.cancelled && root.active == 1;
}

static void model__token_is_cancelled_child_observes_it_in_any_order(void **state)
{
    (void)state;
    struct verdict verdict = in_every_order("token reaches the child", token_reaches_child);
    assert_int_equal(verdict.broken, 0);
    assert_true(verdict.orders >= 400 && verdict.different >= 2);
}

static void model__group_is_cancelled_child_observes_it_in_any_order(void **state)
{
    (void)state;
    struct verdict verdict = in_every_order("group reaches the child", group_reaches_child);
    assert_int_equal(verdict.broken, 0);
    assert_true(verdict.orders >= 400 && verdict.different >= 2);
}

/* ---- a mistake in a user's own tasks ---- */

/* The list that a registrar puts a name on and a closer empties. */
struct toy {
    bool closed;
    int entries;
    bool looks_again; /* after the entry was made: the right way */
};

static int registrar(struct sup_task *task, void *argument)
{
    struct toy *toy = argument;
    sup_ignore(sup_task_sleep(task, SUP_SEC(1)));
    if (toy->closed) {
        return 0;
    }
    sup_ignore(
        sup_task_sleep(task, SUP_NS(0))); /* anything that lets others run: a write, a lock */
    toy->entries++;
    if (toy->looks_again && toy->closed) {
        toy->entries--;
    }
    return 0;
}

static int closer(struct sup_task *task, void *argument)
{
    struct toy *toy = argument;
    sup_ignore(sup_task_sleep(task, SUP_SEC(1)));
    toy->closed = true;
    toy->entries = 0;
    return 0;
}

/* True when the closed list is empty at the end. */
static bool play_toy(struct sim_world *world, bool looks_again)
{
    static struct toy toy;
    static struct sup_task_spec closing = {.fn = closer, .argument = &toy};
    static struct sup_task_spec entering = {.fn = registrar, .argument = &toy};
    toy = (struct toy){.looks_again = looks_again};
    struct sup_spec specs[] = {{.name = "closer", .work = &closing},
                               {.name = "registrar", .work = &entering}};
    assert_int_equal(sup_spawn(sim_world_supervisor(world), &specs[0]), SUP_OK);
    assert_int_equal(sup_spawn(sim_world_supervisor(world), &specs[1]), SUP_OK);
    assert_int_equal(sim_world_run(world), SUP_OK);
    return toy.closed && toy.entries == 0;
}

static bool toy_with_the_mistake(struct sim_world *world)
{
    return play_toy(world, false);
}

static bool toy_without_it(struct sim_world *world)
{
    return play_toy(world, true);
}

static void model__planted_mistake_every_order_finds_it_the_fixed_order_does_not(void **state)
{
    uint64_t hash;
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        assert_true(play(toy_with_the_mistake, seed, NULL, &hash));
    }
    struct verdict wrong = in_every_order("planted mistake", toy_with_the_mistake);
    struct verdict right = in_every_order("without the mistake", toy_without_it);
    assert_true(wrong.broken > 0 && wrong.broken < wrong.orders);
    assert_int_equal(right.broken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model__registration_races_shutdown_nothing_is_left_in_any_order),
        cmocka_unit_test(model__token_is_cancelled_child_observes_it_in_any_order),
        cmocka_unit_test(model__group_is_cancelled_child_observes_it_in_any_order),
        cmocka_unit_test(model__planted_mistake_every_order_finds_it_the_fixed_order_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

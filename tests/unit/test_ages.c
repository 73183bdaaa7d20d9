/* Structs of another age at the public face: a program built with an older or a newer
 * libsup passes shorter or longer ones, by the `_sized` symbols. What it lacks takes
 * its default or is left out; what it has beyond must be zero, or comes back so. */
#include "core_world.h"

#include <stdlib.h>
#include <string.h>

#include "sup/report.h"

/* A newer program's struct: ours, and what a later library will know. */
#define NEWER(type) \
    struct { \
        struct type ours; \
        uint64_t later; \
    }

static void policy__older_takes_defaults_newer_must_be_zero(void **state)
{
    (void)state;
    NEWER(sup_policy) newer;
    memset(&newer, 0, sizeof(newer));
    sup_policy_default(&newer.ours);
    const char *why = NULL;
    const size_t older = offsetof(struct sup_policy, stop_grace);
    assert_int_equal(sup_policy_check_sized(&newer.ours, older, &why), SUP_OK);
    assert_int_equal(sup_policy_check_sized(&newer.ours, sizeof(newer), &why), SUP_OK);
    assert_null(why);
    newer.ours.stale_after.ns = 0;
    assert_int_equal(sup_policy_check_sized(&newer.ours, older, &why), SUP_EINVAL);
    assert_string_equal(why, "heartbeat.stale_after is 0");
    sup_policy_default(&newer.ours);
    newer.later = 1;
    assert_int_equal(sup_policy_check_sized(&newer.ours, sizeof(newer), &why), SUP_ENEWER);
    assert_string_equal(why, "the policy asks for what only a later library knows");
    assert_int_equal(sup_policy_check_sized(&newer.ours, sizeof(newer), NULL), SUP_ENEWER);
    memset(&newer, 0xA5, sizeof(newer));
    sup_policy_default_sized(&newer.ours, sizeof(newer));
    assert_true(newer.later == 0 && newer.ours.stop_grace.ns == 5 * SECOND);
    memset(&newer, 0xA5, sizeof(newer));
    sup_policy_default_sized(&newer.ours, older);
    assert_true(newer.ours.stop_grace.ns == UINT64_C(0xA5A5A5A5A5A5A5A5));
}

static void spawn__of_every_age(void **state)
{
    (void)state;
    struct world w;
    NEWER(sup_spec) spec;
    NEWER(sup_policy) policy;
    world_open(&w);
    w.may_allocate = true;
    memset(&spec, 0, sizeof(spec));
    memset(&policy, 0, sizeof(policy));
    sup_policy_default(&policy.ours);
    policy.ours.backoff.base = SUP_MS(7);
    policy.ours.stop_grace = SUP_MS(9);
    spec.ours = (struct sup_spec){.name = "older", .policy = &policy.ours};
    const size_t older_policy = offsetof(struct sup_policy, stop_grace);
    const size_t older_spec = offsetof(struct sup_spec, token);
    assert_int_equal(sup_spawn_sized(w.sup, &spec.ours, older_spec, older_policy, NULL, NULL, 0),
                     SUP_OK);
    spec.ours.name = "newer";
    assert_int_equal(
        sup_spawn_sized(w.sup, &spec.ours, sizeof(spec), sizeof(policy), NULL, NULL, 0), SUP_OK);
    spec.ours.name = "unknown";
    policy.later = 1;
    assert_int_equal(
        sup_spawn_sized(w.sup, &spec.ours, sizeof(spec), sizeof(policy), NULL, NULL, 0),
        SUP_ENEWER);
    policy.later = 0;
    spec.later = 1;
    assert_int_equal(
        sup_spawn_sized(w.sup, &spec.ours, sizeof(spec), sizeof(policy), NULL, NULL, 0),
        SUP_ENEWER);
    w.may_allocate = false;
    assert_false(exists(&w, "unknown"));
    /* The older one's grace is the default, the newer one's its own. */
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "older" : "newer";
        fail_with(&w, name, "x");
        assert_true(look(&w, name).delay.ns == 7 * MS);
    }
    run_to(&w, 10 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "older"), SUP_OK);
    assert_true(deadline(&w) == 10 * MS + 5 * SECOND);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "newer"), SUP_OK);
    assert_true(deadline(&w) == 19 * MS);
    world_close(&w);
}

static void create__of_every_age(void **state)
{
    (void)state;
    struct world w;
    NEWER(sup_config) newer;
    struct sup *sup = NULL;
    const size_t root = sizeof(struct sup_group_policy);
    world_prepare(&w);
    w.may_allocate = true;
    memset(&newer, 0, sizeof(newer));
    newer.ours = w.config;
    assert_int_equal(sup_create_sized(&newer.ours, sizeof(newer), root, &sup), SUP_OK);
    sup_free(sup);
    newer.later = 1;
    assert_int_equal(sup_create_sized(&newer.ours, sizeof(newer), root, &sup), SUP_ENEWER);
    newer.ours.services_max = 0; /* unknown to the older one, who may register one */
    assert_int_equal(
        sup_create_sized(&newer.ours, offsetof(struct sup_config, services_max), root, &sup),
        SUP_OK);
    w.sup = sup;
    assert_int_equal(sup_spawn(sup, &(struct sup_spec){.name = "a"}), SUP_OK);
    sup_free(sup);
    assert_int_equal(sup_create_sized(&newer.ours, 8, root, &sup), SUP_EINVAL);
    assert_int_equal(sup_create_sized(&newer.ours, sizeof(newer.ours), 4096, &sup), SUP_EINVAL);
    assert_int_equal(sup_create_sized(NULL, sizeof(newer.ours), root, &sup), SUP_EINVAL);
    assert_int_equal(w.blocks, 0);
    free(w.calls.text);
}

static void group__of_every_age(void **state)
{
    (void)state;
    struct world w;
    NEWER(sup_group_policy) policy;
    const size_t older = offsetof(struct sup_group_policy, max_inflight);
    struct sup_group_info info;
    world_open(&w);
    w.may_allocate = true;
    memset(&policy, 0, sizeof(policy));
    policy.ours.max_inflight = 1;
    assert_int_equal(sup_group_create_sized(w.sup, "newer", &policy.ours, sizeof(policy)), SUP_OK);
    assert_int_equal(sup_group_create_sized(w.sup, "older", &policy.ours, older), SUP_OK);
    policy.later = 1;
    assert_int_equal(sup_group_create_sized(w.sup, "later", &policy.ours, sizeof(policy)),
                     SUP_ENEWER);
    w.may_allocate = false;
    assert_int_equal(sup_group_info_of(w.sup, "later", &info), SUP_EUNKNOWN);
    spawn_in(&w, "a", "newer", NULL);
    assert_int_equal(try_spawn(&w, "b", "newer", NULL), SUP_ELIMIT);
    spawn_in(&w, "c", "older", NULL);
    spawn_in(&w, "d", "older", NULL);
    world_close(&w);
}

static void end__of_every_age(void **state)
{
    (void)state;
    struct world w;
    NEWER(sup_end) end;
    const size_t older = offsetof(struct sup_end, has_cpu);
    struct sup_histogram cpu;
    world_open(&w);
    spawn(&w, "a", NULL);
    memset(&end, 0, sizeof(end));
    end.ours = (struct sup_end){.outcome = SUP_OUTCOME_FAILED, .error = "x", .has_cpu = true};
    struct sup_attempt id = live_attempt(&w, "a");
    end.later = 1;
    assert_int_equal(sup_report_end_sized(w.sup, id, &end.ours, sizeof(end)), SUP_ENEWER);
    assert_int_equal(sup_report_end_sized(w.sup, id, NULL, sizeof(end)), SUP_EINVAL);
    assert_true(look(&w, "a").active);
    end.later = 0;
    assert_int_equal(sup_report_end_sized(w.sup, id, &end.ours, older), SUP_OK);
    w.attempts[0].ended = true;
    assert_string_equal(look(&w, "a").last_error, "x");
    sup_cpu_histogram_read(w.sup, &cpu);
    assert_int_equal(cpu.count, 0);
    run_to(&w, SECOND);
    assert_int_equal(sup_report_end_sized(w.sup, live_attempt(&w, "a"), &end.ours, sizeof(end)),
                     SUP_OK);
    sup_cpu_histogram_read(w.sup, &cpu);
    assert_int_equal(cpu.count, 1);
    world_close(&w);
}

static void read__of_every_age(void **state)
{
    (void)state;
    struct world w;
    NEWER(sup_snapshot) shot;
    NEWER(sup_metrics) read;
    NEWER(sup_command_outcome) outcome;
    static const struct sup_actor actor = {"ops", "test"};
    world_open(&w);
    spawn(&w, "a", NULL);

    memset(&shot, 0xA5, sizeof(shot));
    assert_int_equal(sup_snapshot_of_sized(w.sup, "a", &shot.ours, sizeof(shot)), SUP_OK);
    assert_true(shot.later == 0 && shot.ours.work == &w);
    memset(&shot, 0xA5, sizeof(shot));
    const size_t older = offsetof(struct sup_snapshot, phase);
    assert_int_equal(sup_snapshot_slot_sized(w.sup, 0, &shot.ours, older), SUP_OK);
    assert_string_equal(shot.ours.service, "a");
    assert_int_equal((int)shot.ours.phase, (int)0xA5A5A5A5);

    memset(&read, 0xA5, sizeof(read));
    sup_metrics_read_sized(w.sup, &read.ours, sizeof(read));
    assert_true(read.later == 0 && read.ours.spawned_total == 1);
    memset(&read, 0xA5, sizeof(read));
    sup_metrics_read_sized(w.sup, &read.ours, offsetof(struct sup_metrics, spawned_total));
    assert_true(read.ours.restarts_total == 0);
    assert_true(read.ours.spawned_total == UINT64_C(0xA5A5A5A5A5A5A5A5));

    memset(&outcome, 0xA5, sizeof(outcome));
    assert_int_equal(
        sup_control_sized(w.sup, SUP_COMMAND_PAUSE, "a", &actor, &outcome.ours, sizeof(outcome)),
        SUP_OK);
    assert_true(outcome.later == 0 && outcome.ours.cancel_delivered);
    memset(&outcome, 0xA5, sizeof(outcome));
    assert_int_equal(sup_control_group_sized(w.sup, SUP_COMMAND_PAUSE, NULL, &actor, &outcome.ours,
                                             offsetof(struct sup_command_outcome, idempotent)),
                     SUP_EINVAL);
    assert_int_equal(outcome.ours.result, SUP_EINVAL);
    unsigned char left;
    memcpy(&left, &outcome.ours.idempotent, 1);
    assert_int_equal(left, 0xA5);
    world_close(&w);
}

/* What has no text is told alone, too; and what lies behind it is left as it was. */
static void snapshot__without_texts_says_the_same(void **state)
{
    (void)state;
    struct world w;
    struct sup_snapshot whole, deeds;
    world_open(&w);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", "x");
    run_to(&w, SECOND);
    whole = look(&w, "a");
    assert_true(whole.active && whole.attempt == 2 && whole.failures == 1 && whole.streak == 1);
    memset(&deeds, 0xA5, sizeof(deeds));
    assert_int_equal(
        sup_snapshot_of_sized(w.sup, "a", &deeds, offsetof(struct sup_snapshot, reason_text)),
        SUP_OK);
    assert_string_equal(deeds.service, whole.service);
    assert_string_equal(deeds.group, whole.group);
    assert_int_equal(deeds.slot, whole.slot);
    assert_int_equal(deeds.kind, whole.kind);
    assert_int_equal(deeds.phase, whole.phase);
    assert_int_equal(deeds.operation, whole.operation);
    assert_true(deeds.active && !deeds.queued);
    assert_int_equal(deeds.generation, whole.generation);
    assert_int_equal(deeds.attempt, whole.attempt);
    assert_int_equal(deeds.starts, whole.starts);
    assert_int_equal(deeds.restarts, whole.restarts);
    assert_int_equal(deeds.failures, whole.failures);
    assert_int_equal(deeds.streak, whole.streak);
    assert_int_equal(deeds.reason, whole.reason);
    assert_int_equal((uintptr_t)deeds.reason_text, UINTPTR_MAX / 255 * 0xA5);
    world_close(&w);
}

/* So is what it is in; each has all the bytes of the whole that it has room for. */
static void snapshot__of_a_part_is_the_beginning_of_the_whole(void **state)
{
    (void)state;
    const size_t parts[] = {offsetof(struct sup_snapshot, kind),
                            offsetof(struct sup_snapshot, reason_text),
                            offsetof(struct sup_snapshot, delay)};
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", "x");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct sup_snapshot whole, part, nothing;
        memset(&whole, 0xA5, sizeof(whole));
        memset(&part, 0xA5, sizeof(part));
        memset(&nothing, 0xA5, sizeof(nothing));
        assert_int_equal(sup_snapshot_slot(w.sup, 0, &whole), SUP_OK);
        assert_string_equal(whole.last_error, "x");
        assert_int_equal(sup_snapshot_slot_sized(w.sup, 0, &part, parts[i]), SUP_OK);
        assert_memory_equal(&part, &whole, parts[i]);
        assert_memory_equal((char *)&part + parts[i], &nothing, sizeof(part) - parts[i]);
    }
    world_close(&w);
}

/* A program's own copy of an event may be shorter than ours. */
static void message__of_an_older_event(void **state)
{
    (void)state;
    struct sup_event event = {.type = SUP_EVENT_ATTEMPT_ENDED,
                              .fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME,
                              .service = "a",
                              .attempt = 3,
                              .outcome = SUP_OUTCOME_CRASHED};
    char whole[128], older[128];
    const size_t size = offsetof(struct sup_event, timed_out);
    sup_event_message(&event, whole, sizeof(whole));
    assert_string_equal(whole, "a: attempt 3 crashed");
    sup_event_message_sized(&event, size, older, sizeof(older));
    assert_string_equal(older, whole);
    assert_int_equal(sup_event_severity_sized(&event, size), SUP_SEVERITY_ERROR);
    assert_int_equal(sup_event_severity_sized(&event, sizeof(event) + 8), SUP_SEVERITY_ERROR);
}

static void event__copy_is_as_long_as_both_are(void **state)
{
    (void)state;
    NEWER(sup_event) newer;
    struct sup_event event = {.sequence = 7, .drain = {.abandoned = 3}};
    memset(&newer, 0xA5, sizeof(newer));
    sup_event_copy_sized(&newer.ours, sizeof(newer), &event);
    assert_true(newer.ours.sequence == 7 && newer.ours.drain.abandoned == 3 && newer.later == 0);
    memset(&newer, 0xA5, sizeof(newer));
    sup_event_copy_sized(&newer.ours, offsetof(struct sup_event, drain), &event);
    assert_true(newer.ours.sequence == 7 && newer.ours.drain.already_exited == 0xA5A5A5A5);
    struct sup_event same;
    sup_event_copy(&same, &event);
    assert_int_equal(same.drain.abandoned, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy__older_takes_defaults_newer_must_be_zero),
        cmocka_unit_test(spawn__of_every_age),
        cmocka_unit_test(create__of_every_age),
        cmocka_unit_test(group__of_every_age),
        cmocka_unit_test(end__of_every_age),
        cmocka_unit_test(read__of_every_age),
        cmocka_unit_test(snapshot__without_texts_says_the_same),
        cmocka_unit_test(snapshot__of_a_part_is_the_beginning_of_the_whole),
        cmocka_unit_test(message__of_an_older_event),
        cmocka_unit_test(event__copy_is_as_long_as_both_are),
    };
    return cmocka_run_group_tests_name("ages", tests, NULL, NULL);
}

/* The journal, subscribers, and what an event may be used for while it is told. */
#include "core_world.h"

#include <string.h>

static void open_journal(struct world *w, uint32_t entries)
{
    world_prepare(w);
    w->config.journal_entries = entries;
    world_create(w);
}

static void journal__off_holds_nothing(void **state)
{
    (void)state;
    struct world w;
    struct sup_journal_entry entries[4];
    uint64_t dropped = 99;
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_journal_read(w.sup, 0, entries, 4, &dropped), 0);
    assert_true(dropped == 0);
    world_close(&w);
}

static void journal__tells_in_order_without_gaps(void **state)
{
    (void)state;
    struct world w;
    struct sup_journal_entry e[8];
    uint64_t dropped;
    open_journal(&w, 8);
    spawn(&w, "a", NULL);
    run_to(&w, 3 * MS);
    fail_with(&w, "a", "x");
    assert_int_equal(sup_journal_read(w.sup, 0, e, 8, &dropped), 4);
    assert_true(dropped == 0);
    static const enum sup_event_type types[] = {SUP_EVENT_REGISTERED, SUP_EVENT_ATTEMPT_STARTED,
                                                SUP_EVENT_ATTEMPT_ENDED, SUP_EVENT_BACKING_OFF};
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(e[i].sequence == i + 1);
        assert_int_equal(e[i].type, types[i]);
        assert_int_equal(e[i].slot, look(&w, "a").slot);
        assert_true(e[i].at.ns == (i < 2 ? 0 : 3 * MS));
    }
    assert_int_equal(e[2].outcome, SUP_OUTCOME_FAILED);
    assert_int_equal(e[2].attempt, 1);
    assert_true(e[3].value == 100 * MS);
    world_close(&w);
}

static void journal__overwrites_the_oldest_and_counts_them(void **state)
{
    (void)state;
    struct world w;
    struct sup_journal_entry e[8];
    uint64_t dropped;
    open_journal(&w, 3);
    spawn(&w, "a", NULL);
    spawn(&w, "b", NULL);
    spawn(&w, "c", NULL); /* six events */
    assert_int_equal(sup_journal_read(w.sup, 0, e, 8, &dropped), 3);
    assert_true(dropped == 3 && e[0].sequence == 4 && e[2].sequence == 6);
    assert_int_equal(sup_journal_read(w.sup, 2, e, 8, &dropped), 3);
    assert_true(dropped == 1);
    assert_int_equal(sup_journal_read(w.sup, 3, e, 8, &dropped), 3);
    assert_true(dropped == 0);
    assert_int_equal(sup_journal_read(w.sup, 5, e, 8, NULL), 1);
    assert_true(e[0].sequence == 6);
    assert_int_equal(sup_journal_read(w.sup, 6, e, 8, &dropped), 0);
    assert_true(dropped == 0);
    assert_int_equal(sup_journal_read(w.sup, 1000, e, 8, &dropped), 0);
    assert_int_equal(sup_journal_read(w.sup, UINT64_MAX, e, 8, &dropped), 0);
    world_close(&w);
}

static void journal__is_read_in_pieces(void **state)
{
    (void)state;
    struct world w;
    struct sup_journal_entry e[2];
    open_journal(&w, 100);
    for (uint32_t i = 0; i < 5; i++) {
        char name[] = {(char)('a' + i), '\0'};
        spawn(&w, name, NULL);
    }
    uint64_t after = 0;
    uint64_t seen = 0;
    for (uint32_t n; (n = sup_journal_read(w.sup, after, e, 2, NULL)) > 0;) {
        for (uint32_t i = 0; i < n; i++) {
            assert_true(e[i].sequence == ++seen);
        }
        after = e[n - 1].sequence;
    }
    assert_true(seen == 10);
    world_close(&w);
}

/* ---- subscribers ---- */

static void count_event(void *context, const struct sup_event *event)
{
    (void)event;
    ++*(uint32_t *)context;
}

static void subscribers__are_bounded_and_see_what_comes_after(void **state)
{
    (void)state;
    struct world w;
    uint32_t counts[SUP_SUBSCRIBERS_MAX] = {0};
    world_open(&w);
    spawn(&w, "a", NULL);
    for (uint32_t i = 0; i + 1 < SUP_SUBSCRIBERS_MAX; i++) {
        assert_int_equal(sup_subscribe(w.sup, count_event, &counts[i]), SUP_OK);
    }
    assert_int_equal(sup_subscribe(w.sup, count_event, &counts[7]), SUP_ELIMIT);
    assert_int_equal(sup_subscribe(w.sup, NULL, NULL), SUP_EINVAL);
    spawn(&w, "b", NULL);
    assert_int_equal(sup_unsubscribe(w.sup, count_event, &counts[0]), SUP_OK);
    assert_int_equal(sup_unsubscribe(w.sup, count_event, &counts[0]), SUP_EUNKNOWN);
    spawn(&w, "c", NULL);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[6], 4);
    assert_int_equal(counts[7], 0);
    world_close(&w);
}

/* One, two and more are told in ways of their own. */
static void subscribers__who_is_left_is_told(void **state)
{
    (void)state;
    struct world w;
    char name[] = "a";
    world_open(&w);
    world_deafen(&w);
    for (uint32_t many = 1; many <= 4; many++) {
        uint32_t counts[4] = {0};
        for (uint32_t i = 0; i < many; i++) {
            assert_int_equal(sup_subscribe(w.sup, count_event, &counts[i]), SUP_OK);
        }
        for (uint32_t left = 0; left <= many; left++) { /* so many have left, from the first on */
            spawn(&w, name, NULL);
            name[0]++;
            for (uint32_t i = 0; i < many; i++) {
                assert_int_equal(counts[i], 2 * (i < left ? i + 1 : left + 1));
            }
            if (left < many) {
                assert_int_equal(sup_unsubscribe(w.sup, count_event, &counts[left]), SUP_OK);
            }
        }
    }
    world_close(&w);
}

struct nosy {
    struct sup *sup;
    char text[128];
    char error[128];
};

/* Looks at every service while an event is told. */
static void look_around(void *context, const struct sup_event *event)
{
    struct nosy *nosy = context;
    struct sup_snapshot shot;
    struct sup_metrics read;
    uint64_t cursor = 0;
    while (sup_snapshot_next(nosy->sup, &cursor, &shot)) {
        assert_true(strlen(shot.reason_text) < 200);
    }
    sup_metrics_read(nosy->sup, &read);
    (void)event;
}

static void note_texts(void *context, const struct sup_event *event)
{
    struct nosy *nosy = context;
    if (event->fields & SUP_FIELD_TEXT) {
        strcpy(nosy->text, event->text);
    }
    if (event->fields & SUP_FIELD_ERROR) {
        strcpy(nosy->error, event->error);
    }
}

/* The texts of an event stay what they are when a subscriber takes snapshots. */
static void subscribers__texts_survive_snapshots_of_others(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct nosy nosy = {.sup = w.sup};
    struct sup_policy never = policy_default();
    struct sup_policy breaking = policy_default();
    never.restart = SUP_RESTART_NEVER;
    breaking.breaker.failures = 1;
    spawn(&w, "a", &never);
    spawn(&w, "coded", &never);
    spawn(&w, "tripped", &breaking); /* the last that a subscriber looks at */
    fail_with(&w, "tripped", "x");
    end_attempt(&w, live_attempt(&w, "coded"),
                &(struct sup_end){.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 42});
    assert_int_equal(sup_subscribe(w.sup, look_around, &nosy), SUP_OK);
    assert_int_equal(sup_subscribe(w.sup, note_texts, &nosy), SUP_OK);
    fail_with(&w, "a", "the disk is full");
    assert_string_equal(nosy.text, "unrecoverable: the disk is full");
    assert_string_equal(nosy.error, "the disk is full");
    command(&w, SUP_COMMAND_RESTART, "coded");
    spawn(&w, "last", &breaking);
    fail_with(&w, "last", "x");
    end_attempt(&w, live_attempt(&w, "coded"),
                &(struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .signal = 6});
    assert_string_equal(nosy.text, "unrecoverable: killed by signal 6");
    assert_string_equal(nosy.error, "killed by signal 6");
    assert_string_equal(look(&w, "coded").reason_text, "unrecoverable: killed by signal 6");
    world_close(&w);
}

static void command_from_event(void *context, const struct sup_event *event)
{
    struct world *w = context;
    struct sup_actor actor = {"ops", "test"};
    if (event->type == SUP_EVENT_COMMAND) {
        expect_assert_failure(sup_ignore(sup_cancel(w->sup, "a", &actor, NULL)));
    }
}

/* A subscriber may look, not command: that is the caller's mistake, and told so. */
static void subscribers__that_command_are_stopped(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_subscribe(w.sup, command_from_event, &w), SUP_OK);
    command(&w, SUP_COMMAND_PAUSE, "a");
    expect_state(&w, "a", "stopping paused");
    world_close(&w);
}

/* Leaves what no event may show, where events are built. */
static void soil_the_stack(void)
{
    volatile unsigned char dirt[8192];
    for (size_t i = 0; i < sizeof(dirt); i++) {
        dirt[i] = 0xA5;
    }
}

/* Events other than `command` leave the field undefined; their entries do not. */
static void journal__only_commands_have_a_command(void **state)
{
    (void)state;
    struct world w;
    struct sup_journal_entry e[64];
    open_journal(&w, 64);
    soil_the_stack();
    spawn(&w, "a", NULL);
    soil_the_stack();
    fail_with(&w, "a", "x");
    soil_the_stack();
    assert_int_equal(command(&w, SUP_COMMAND_QUARANTINE, "a"), SUP_OK);
    soil_the_stack();
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    soil_the_stack();
    assert_int_equal(shut_down(&w, SECOND), SUP_OK);
    soil_the_stack();
    succeed(&w, "a");
    uint32_t count = sup_journal_read(w.sup, 0, e, 64, NULL);
    uint32_t commands = 0;
    for (uint32_t i = 0; i < count; i++) {
        static const enum sup_command wanted[] = {SUP_COMMAND_QUARANTINE, SUP_COMMAND_RESUME,
                                                  SUP_COMMAND_SHUTDOWN};
        bool of_one = e[i].type == SUP_EVENT_COMMAND;
        assert_int_equal(e[i].command, of_one ? wanted[commands] : 0);
        commands += of_one;
    }
    assert_int_equal(commands, 3);
    assert_int_equal(e[count - 1].type, SUP_EVENT_DRAINED);
    world_close(&w);
}

/* The journal goes on when the last subscriber has left. */
static void journal__does_not_depend_on_subscribers(void **state)
{
    (void)state;
    struct world w;
    struct sup_journal_entry e[8];
    open_journal(&w, 8);
    world_deafen(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_journal_read(w.sup, 0, e, 8, NULL), 2);
    assert_int_equal(e[1].type, SUP_EVENT_ATTEMPT_STARTED);
    world_close(&w);
}

static void keep_event(void *context, const struct sup_event *event)
{
    if (event->type == SUP_EVENT_COMMAND) {
        memcpy(context, event, sizeof(*event));
    }
}

/* The fields that only commands, shutdowns and drains have, of which this kind sets some. */
static void subscribers__see_no_remains_in_the_last_fields_of_a_command(void **state)
{
    (void)state;
    struct world w;
    struct sup_event event;
    memset(&event, 0xff, sizeof(event));
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_subscribe(w.sup, keep_event, &event), SUP_OK);
    soil_the_stack();
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(event.type, SUP_EVENT_COMMAND);
    assert_int_equal(event.command, SUP_COMMAND_PAUSE);
    assert_true(event.timeout.ns == 0 && event.took.ns == 0);
    assert_false(event.timed_out);
    static const struct sup_drain_counts none;
    assert_memory_equal(&event.drain, &none, sizeof(none));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subscribers__who_is_left_is_told),
        cmocka_unit_test(journal__off_holds_nothing),
        cmocka_unit_test(journal__tells_in_order_without_gaps),
        cmocka_unit_test(journal__overwrites_the_oldest_and_counts_them),
        cmocka_unit_test(journal__is_read_in_pieces),
        cmocka_unit_test(subscribers__are_bounded_and_see_what_comes_after),
        cmocka_unit_test(subscribers__texts_survive_snapshots_of_others),
        cmocka_unit_test(subscribers__that_command_are_stopped),
        cmocka_unit_test(journal__only_commands_have_a_command),
        cmocka_unit_test(journal__does_not_depend_on_subscribers),
        cmocka_unit_test(subscribers__see_no_remains_in_the_last_fields_of_a_command),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}

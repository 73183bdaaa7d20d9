/* The state machine as a page: prints its table and compares it with
 * docs/state-machine.md, so that a change of behaviour is a diff of that page.
 *
 *   test_machine --write    writes the page anew
 */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "phase.h"
#include "stop.h"
#include "supervisor.h"

#define PAGE "docs/state-machine.md"

static const char *const input_names[SUP__INPUTS] = {
#define X(id, name) name,
    SUP__INPUT_LIST(X)
#undef X
};

static const char *const input_meanings[SUP__INPUTS] = {
    [SUP__INPUT_START] =
        "the start is due: registered, resumed, restarted by hand or with its group",
    [SUP__INPUT_SLOT] = "a slot of the blocking pool is free for the one that waits longest",
    [SUP__INPUT_END] = "the executor reports the end of the live attempt, or cannot start it",
    [SUP__INPUT_SETTLE] = "its attempt has just ended, and whoever stopped it wanted that (rule 3)",
    [SUP__INPUT_TIMER] =
        "the wait is over: backoff, cooldown, interval, readiness, grace, abort-wait",
    [SUP__INPUT_READY] = "the attempt reports that it is ready",
    [SUP__INPUT_NOT_READY] = "the attempt reports that it is not ready",
    [SUP__INPUT_BEAT] = "the attempt's heartbeat",
    [SUP__INPUT_EXTEND] = "the attempt asks for more time",
    [SUP__INPUT_PROBE] = "a half-open breaker's probe has run for long enough",
    [SUP__INPUT_STALE] = "the heartbeat's deadline",
    [SUP__INPUT_STOP] = "a command, a group, a drain or the supervisor itself stops it",
    [SUP__INPUT_ABORT] = "its grace is over, a drain's time is, or a command hastens a removal",
    [SUP__INPUT_ABANDON] = "its abort-wait is over, or a drain's time that allows no abort",
    [SUP__INPUT_FINISHING] =
        "the executor reports that the attempt's work is over, and what finishes it runs",
};

static void write_reactions(FILE *page)
{
    fputs("| input |", page);
    for (int phase = 0; phase < SUP_PHASES; phase++) {
        fprintf(page, " %s |", sup_phase_name((enum sup_phase)phase));
    }
    fputs("\n| --- |", page);
    for (int phase = 0; phase < SUP_PHASES; phase++) {
        fputs(" --- |", page);
    }
    for (int input = 0; input < SUP__INPUTS; input++) {
        fprintf(page, "\n| %s |", input_names[input]);
        for (int phase = 0; phase < SUP_PHASES; phase++) {
            const char *name = sup__machine[phase][input].name;
            fprintf(page, " %s |", name[0] == '\0' ? "—" : name);
        }
    }
    fputs("\n", page);
}

static void write_meanings(FILE *page)
{
    fputs("| input | what it is |\n| --- | --- |\n", page);
    for (int input = 0; input < SUP__INPUTS; input++) {
        fprintf(page, "| %s | %s |\n", input_names[input], input_meanings[input]);
    }
}

static void write_successors(FILE *page)
{
    fputs("| phase | to |\n| --- | --- |\n", page);
    for (int from = 0; from < SUP_PHASES; from++) {
        const char *comma = "";
        fprintf(page, "| %s | ", sup_phase_name((enum sup_phase)from));
        for (int to = 0; to < SUP_PHASES; to++) {
            if (sup__phase_legal((enum sup_phase)from, (enum sup_phase)to)) {
                fprintf(page, "%s%s", comma, sup_phase_name((enum sup_phase)to));
                comma = ", ";
            }
        }
        fprintf(page, "%s |\n", comma[0] == '\0' ? "nowhere" : "");
    }
}

static const struct {
    enum sup__intent intent;
    const char *name;
    const char *becomes;
} stops[] = {
    {SUP__INTENT_LIVENESS, "late or stale", "a failure: restarted as its class says"},
    {SUP__INTENT_GROUP, "group", "started with its group, or terminated or quarantined with it"},
    {SUP__INTENT_RESTART, "restart, resume", "started again"},
    {SUP__INTENT_PAUSE, "pause", "idle, paused"},
    {SUP__INTENT_QUARANTINE, "quarantine", "idle, quarantined"},
    {SUP__INTENT_CANCEL, "cancel, cancel-group", "terminated"},
    {SUP__INTENT_DRAIN, "shutdown", "terminated"},
    {SUP__INTENT_ABORT, "abort, force-abort", "terminated"},
    {SUP__INTENT_REPLACE, "replace", "gone, and the new one started"},
    {SUP__INTENT_REMOVE, "remove", "gone"},
};

static void write_stops(FILE *page)
{
    fputs("| rank | stopped by | when it has ended it is |\n| --- | --- | --- |\n", page);
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        fprintf(page, "| %d | %s | %s |\n", sup__rank(stops[i].intent), stops[i].name,
                stops[i].becomes);
    }
}

static void write_page(FILE *page)
{
    fputs(
        "# The state machine of a service\n\n"
        "Printed from the table in `core/machine.c` by `tests/unit/test_machine.c`, which fails\n"
        "when the two differ. `build/release/tests/unit/test_machine --write` writes it anew.\n\n"
        "## What happens in which phase\n\n"
        "Every start and every stop of a service is an input of this table; nothing goes round\n"
        "it, which `make check-table` counts. A dash is what cannot come: an assertion stands\n"
        "there. What arrives from an attempt that is no longer the live one is a late report and\n"
        "never gets here.\n\n",
        page);
    write_reactions(page);
    fputs("\nThe inputs:\n\n", page);
    write_meanings(page);
    fputs("\n## Legal successors\n\n"
          "Anything else is a broken promise of the supervisor, not a return code.\n\n",
          page);
    write_successors(page);
    fputs(
        "\n## Who takes over from whom\n\n"
        "While an attempt is stopping, a stop of the same or a higher rank takes over and a lower\n"
        "one is refused. A drain takes over from everything but a removal. Abort hastens a\n"
        "replacement or a removal and leaves it what it is. An attempt that is aborted and still\n"
        "does not end is abandoned: the service is terminated, whoever stopped it.\n\n",
        page);
    write_stops(page);
}

static char *printed(size_t *length)
{
    char *text = NULL;
    FILE *page = open_memstream(&text, length);
    assert_non_null(page);
    write_page(page);
    assert_int_equal(fclose(page), 0);
    return text;
}

static void page__is_what_the_machine_does(void **state)
{
    (void)state;
    size_t length;
    char *text = printed(&length);
    char *found = malloc(length + 2);
    FILE *page = fopen(PAGE, "rb");
    if (page == NULL) {
        fail_msg("%s cannot be read; tests run in the project's own directory", PAGE);
    }
    assert_non_null(found);
    size_t read = fread(found, 1, length + 1, page);
    fclose(page);
    found[read] = '\0';
    if (read != length || memcmp(found, text, length) != 0) {
        fail_msg("%s differs from the machine; test_machine --write shows how", PAGE);
    }
    free(found);
    free(text);
}

/* The table of the design, written once more by hand. */
static void phases__legal_successors(void **state)
{
    (void)state;
    static const char *const legal[SUP_PHASES] = {
        /* to: idle, starting, running, backing-off, stopping, terminated */
        [SUP_PHASE_IDLE] = ".x.x.x",     [SUP_PHASE_STARTING] = "x.xxxx",
        [SUP_PHASE_RUNNING] = "x..xxx",  [SUP_PHASE_BACKING_OFF] = "xx...x",
        [SUP_PHASE_STOPPING] = "xx.x.x", [SUP_PHASE_TERMINATED] = "......",
    };
    for (int from = 0; from < SUP_PHASES; from++) {
        for (int to = 0; to < SUP_PHASES; to++) {
            bool wanted = legal[from][to] == 'x';
            assert_int_equal(sup__phase_legal((enum sup_phase)from, (enum sup_phase)to), wanted);
        }
    }
}

static void ranks__are_ordered_as_documented(void **state)
{
    (void)state;
    for (size_t i = 1; i < sizeof(stops) / sizeof(stops[0]); i++) {
        assert_true(sup__rank(stops[i - 1].intent) <= sup__rank(stops[i].intent));
    }
    assert_true(sup__rank(SUP__INTENT_RESTART) < sup__rank(SUP__INTENT_PAUSE));
    assert_int_equal(sup__rank(SUP__INTENT_PAUSE), sup__rank(SUP__INTENT_QUARANTINE));
    assert_true(sup__rank(SUP__INTENT_QUARANTINE) < sup__rank(SUP__INTENT_CANCEL));
    assert_true(sup__rank(SUP__INTENT_CANCEL) < sup__rank(SUP__INTENT_ABORT));
    assert_true(sup__rank(SUP__INTENT_ABORT) < sup__rank(SUP__INTENT_REMOVE));
}

/* A terminated service, or an idle one, has nothing that could report. */
static void table__nothing_reaches_the_dead(void **state)
{
    (void)state;
    for (int input = 0; input < SUP__INPUTS; input++) {
        const char *idle = sup__machine[SUP_PHASE_IDLE][input].name;
        const char *dead = sup__machine[SUP_PHASE_TERMINATED][input].name;
        bool starts = input == SUP__INPUT_START || input == SUP__INPUT_SLOT ||
                      input == SUP__INPUT_TIMER; /* of a start that is put off */
        assert_int_equal(idle[0] != '\0', starts || input == SUP__INPUT_STOP);
        assert_int_equal(dead[0] != '\0', input == SUP__INPUT_STOP);
    }
}

/* What the page shows as a dash is a broken promise, not something to be ignored. */
static void table__a_dash_is_an_assertion(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    uint32_t dashes = 0;
    for (int phase = 0; phase < SUP_PHASES; phase++) {
        for (int type = 0; type < SUP__INPUTS; type++) {
            const struct sup__reaction *cell = &sup__machine[phase][type];
            assert_non_null(cell->fn);
            if (cell->name[0] == '\0') {
                struct sup__input input = {.type = (enum sup__input_type)type};
                expect_assert_failure(cell->fn(w.sup, &w.sup->services[0], &input));
                dashes++;
            }
        }
    }
    assert_int_equal(dashes, 48);
    world_close(&w);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--write") == 0) {
        FILE *page = fopen(PAGE, "wb");
        if (page == NULL) {
            return 1;
        }
        write_page(page);
        return fclose(page) == 0 ? 0 : 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page__is_what_the_machine_does),
        cmocka_unit_test(phases__legal_successors),
        cmocka_unit_test(ranks__are_ordered_as_documented),
        cmocka_unit_test(table__nothing_reaches_the_dead),
        cmocka_unit_test(table__a_dash_is_an_assertion),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}

/* Ties: registrations that end with a token. */
#include "core_world.h"

#include "sup/token.h"

static void spawn_under(struct world *w, const char *name, struct sup_token *token)
{
    struct sup_spec spec = {.name = name, .work = w, .token = token};
    w->may_allocate = true;
    assert_int_equal(sup_spawn(w->sup, &spec), SUP_OK);
    w->may_allocate = false;
    sup_check(w->sup);
}

static void open_replacing(struct world *w)
{
    world_prepare(w);
    w->config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(w);
}

static void tie__the_token_ends_the_service(void **state)
{
    (void)state;
    struct world w;
    struct sup_token token;
    sup_token_init(&token, NULL);
    world_open(&w);
    spawn_under(&w, "a", &token);
    spawn(&w, "free", NULL);
    sup_token_cancel(&token);
    expect_state(&w, "a", "stopping");
    expect_state(&w, "free", "running");
    succeed(&w, "a");
    expect_state(&w, "a", "terminated cancelled");
    struct sup_spec late = {.name = "late", .token = &token};
    assert_int_equal(sup_spawn(w.sup, &late), SUP_ECANCELLED);
    world_close(&w);
}

/* A service that is registered anew by an operator's restart is still under it. */
static void tie__holds_over_a_restart_of_a_terminated_service(void **state)
{
    (void)state;
    struct world w;
    struct sup_token token;
    sup_token_init(&token, NULL);
    world_open(&w);
    spawn_under(&w, "a", &token);
    succeed(&w, "a");
    expect_state(&w, "a", "terminated completed");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").generation, 1);
    sup_token_cancel(&token);
    expect_state(&w, "a", "stopping");
    succeed(&w, "a");
    expect_state(&w, "a", "terminated cancelled");
    world_close(&w);
}

/* Removed services are no longer tied: the token may go its own way. */
static void tie__ends_with_the_registration(void **state)
{
    (void)state;
    struct world w;
    struct sup_token token;
    sup_token_init(&token, NULL);
    world_open(&w);
    spawn_under(&w, "a", &token);
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
    succeed(&w, "a");
    assert_false(exists(&w, "a"));
    spawn(&w, "a", NULL);
    forget_events(&w);
    sup_token_cancel(&token);
    expect_no_events(&w);
    expect_state(&w, "a", "running");
    world_close(&w);
}

/* The replacement waits for the old attempt's end; then its token counts. */
static void tie__of_a_replacement_begins_with_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_token old, next;
    sup_token_init(&old, NULL);
    sup_token_init(&next, NULL);
    open_replacing(&w);
    spawn_under(&w, "a", &old);
    spawn_under(&w, "a", &next);
    expect_state(&w, "a", "stopping");
    succeed(&w, "a");
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").generation, 1);
    sup_token_cancel(&old);
    expect_state(&w, "a", "running");
    sup_token_cancel(&next);
    expect_state(&w, "a", "stopping");
    world_close(&w);
}

/* What is cancelled while it waits for the old attempt's end never comes. */
static void tie__of_a_replacement_cancelled_meanwhile(void **state)
{
    (void)state;
    struct world w;
    struct sup_token token;
    sup_token_init(&token, NULL);
    open_replacing(&w);
    spawn(&w, "a", NULL);
    spawn_under(&w, "a", &token);
    sup_token_cancel(&token);
    expect_state(&w, "a", "stopping");
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 cancelled exit succeeded",
                  "0 a terminated cancelled 'cancelled'");
    assert_int_equal(look(&w, "a").generation, 0);
    world_close(&w);
}

/* The token's command is refused where something stronger ends the service already. */
static void tie__yields_to_a_removal(void **state)
{
    (void)state;
    struct world w;
    struct sup_token token;
    sup_token_init(&token, NULL);
    world_open(&w);
    spawn_under(&w, "a", &token);
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
    sup_token_cancel(&token);
    succeed(&w, "a");
    assert_false(exists(&w, "a"));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tie__the_token_ends_the_service),
        cmocka_unit_test(tie__holds_over_a_restart_of_a_terminated_service),
        cmocka_unit_test(tie__ends_with_the_registration),
        cmocka_unit_test(tie__of_a_replacement_begins_with_it),
        cmocka_unit_test(tie__of_a_replacement_cancelled_meanwhile),
        cmocka_unit_test(tie__yields_to_a_removal),
    };
    return cmocka_run_group_tests_name("tie", tests, NULL, NULL);
}

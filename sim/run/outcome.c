/* Checks what a timeline action answered against what its entry expects. */
#include "outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/expect/facts.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"

#define TEXT_BYTES 512u

bool sim__outcome_expects_failure(const struct sim_action *action)
{
    return action->expect.result != SUP_OK; /* which is expected when nothing is said */
}

bool sim__outcome_expects_anything(const struct sim_action *action)
{
    return action->expect.result == SIM_RESULT_ANY;
}

/* What is asked: of which action's answer, for which service. */
struct question {
    const struct sim_judge *judge;
    const struct sim_action *action;
    const char *service; /* NULL: for none in particular */
};

static void fail(const struct question *question, const char *key, const char *wanted,
                 const char *found)
{
    const struct sim_action *action = question->action;
    const char *service = question->service;
    SUP_ASSERT(question->judge->expect != NULL);
    char expected[TEXT_BYTES];
    (void)snprintf(expected, sizeof(expected), "%s%s%s: %s %s", sim_action_name(action->kind),
                   service != NULL ? " " : "", service != NULL ? service : "", key, wanted);
    struct sim_place place = action->has_expect ? action->expect.place : action->place;
    const struct sim_finding finding = {
        .place = place.line != 0 ? place : action->place,
        .at = question->judge->now,
        .check = SIM_CHECK_ANSWER,
        .service = service,
        .detail = key,
        .expected = expected,
        .found = found,
    };
    sim_expect_fail(question->judge->expect, &finding);
}

static const char *yes_no(bool value)
{
    return value ? "true" : "false";
}

static void check_word(const struct question *question, const char *key, const char *wanted,
                       const char *found)
{
    if (strcmp(wanted, found) != 0) {
        fail(question, key, wanted, found);
    }
}

static void check_attempt(const struct question *question, uint32_t found)
{
    struct sim_range range = question->action->expect.attempt;
    if (found >= range.min && found <= range.max) {
        return;
    }
    char wanted_text[64];
    char found_text[24];
    struct sim__text wanted;
    sim__text_init_fixed(&wanted, wanted_text, sizeof(wanted_text));
    sim__range_text(&wanted, range, SIM__NUMBERS);
    (void)snprintf(found_text, sizeof(found_text), "%" PRIu32, found);
    fail(question, "attempt", wanted_text, found_text);
}

void sim__outcome_check(const struct sim_judge *judge, const struct sim_action *action,
                        const char *service, const struct sup_command_outcome *outcome)
{
    const struct sim_action_expect *expect = &action->expect;
    const struct question question = {judge, action, service};
    if (judge->expect == NULL) {
        return;
    }
    if (expect->has_idempotent) {
        check_word(&question, "idempotent", yes_no(expect->idempotent),
                   yes_no(outcome->idempotent));
    }
    if (expect->has_cancel_delivered) {
        check_word(&question, "cancel-delivered", yes_no(expect->cancel_delivered),
                   yes_no(outcome->cancel_delivered));
    }
    if (expect->has_operation_before) {
        check_word(&question, "operation-before", sup_operation_name(expect->operation_before),
                   sup_operation_name(outcome->operation_before));
    }
    if (expect->has_operation_after) {
        check_word(&question, "operation-after", sup_operation_name(expect->operation_after),
                   sup_operation_name(outcome->operation_after));
    }
    if (expect->has_stop_state) {
        check_word(&question, "stop-state", sup_stop_state_name(expect->stop_state),
                   sup_stop_state_name(outcome->stop_state));
    }
    if (expect->has_attempt) {
        check_attempt(&question, outcome->attempt);
    }
}

void sim__outcome_result(const struct sim_judge *judge, const struct sim_action *action,
                         const char *service, int result)
{
    const struct question question = {judge, action, service};
    int wanted = action->expect.result;
    if (judge->expect != NULL && wanted != SIM_RESULT_ANY && wanted != result) {
        fail(&question, "result", sup_error_name(wanted), sup_error_name(result));
    }
}

static const char *shown(const char *text)
{
    return *text == '\0' ? "''" : text;
}

void sim__outcome_joined(const struct sim_judge *judge, const struct sim_action *action,
                         const char *service, const struct sup_joined *joined)
{
    const struct question question = {judge, action, service};
    const struct sim_action_expect *expect = &action->expect;
    sim__outcome_result(judge, action, service, joined->result);
    if (judge->expect == NULL) {
        return;
    }
    const char *value = joined->value != NULL ? joined->value : "";
    if (expect->error != NULL) {
        check_word(&question, "error", shown(expect->error), shown(joined->error));
    }
    if (expect->value != NULL) {
        check_word(&question, "value", shown(expect->value), shown(value));
    }
}

/* Names, listed in the order in which they come, and compared on the way. */
struct roll {
    const struct sim_action_expect *expect;
    char text[TEXT_BYTES];
    size_t length;
    uint32_t count;
    bool differs;
};

static void list(struct roll *roll, const char *name)
{
    SUP_ASSERT(roll->length < sizeof(roll->text));
    size_t room = sizeof(roll->text) - roll->length;
    int length =
        snprintf(roll->text + roll->length, room, "%s%s", roll->count > 0 ? ", " : "", name);
    if (length > 0) {
        roll->length += (size_t)length < room ? (size_t)length : room - 1;
    }
    roll->count++;
}

static void add_busy(void *context, const char *service)
{
    struct roll *roll = context;
    if (roll->count >= roll->expect->active_count ||
        strcmp(roll->expect->active[roll->count], service) != 0) {
        roll->differs = true;
    }
    list(roll, service);
}

void sim__outcome_active(const struct sim_judge *judge, const struct sim_action *action)
{
    const struct question question = {judge, action, NULL};
    if (judge->expect == NULL || !action->expect.has_active) {
        return;
    }
    struct roll found = {.expect = &action->expect, .text = "nobody"};
    /* In a group that is not there nobody is busy. */
    sup_ignore(sup_group_busy(judge->sup, action->group, add_busy, &found));
    if (!found.differs && found.count == action->expect.active_count) {
        return;
    }
    struct roll wanted = {.text = "nobody"};
    for (uint32_t i = 0; i < action->expect.active_count; i++) {
        list(&wanted, action->expect.active[i]);
    }
    fail(&question, "active", wanted.text, found.text);
}

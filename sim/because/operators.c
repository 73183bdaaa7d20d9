/* What operators ask for in words, and what is refused them; groups that restart or shut down, and
 * the end of all. */
#include "internal.h"
#include "sup/error.h"

static void say_rebirth(const struct sim__said *said)
{
    sim__text_format(said->text, "rebirth: %s starts as it was declared", said->grounds->reborn);
}

/* ---- one service ---- */

void sim__say_operation(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->reborn != NULL) {
        say_rebirth(said);
        return;
    }
    if (grounds->declared) {
        sim__say(said, "paused: it was registered so");
        return;
    }
    if (grounds->limit_decides) {
        if (grounds->group == NULL) {
            sim__say_limit(said);
        } else {
            sim__say_group_limit(said, SIM__WINDOW_LEFT_OUT);
        }
        return;
    }
    switch (said->event->type) {
    case SUP_EVENT_PAUSED:
        sim__say(said, "operator: pause");
        break;
    case SUP_EVENT_RESUMED:
        sim__say(said, "operator: resume");
        break;
    case SUP_EVENT_QUARANTINED:
        sim__say(said, "operator: quarantine");
        break;
    case SUP_EVENT_REMOVED:
        sim__say(said, "operator: remove");
        break;
    case SUP_EVENT_REPLACED:
        sim__say(said, "operator: spawn, on-duplicate: replace");
        break;
    default:
        sim__say(said, "operator: restart");
    }
}

void sim__say_refused(const struct sim__said *said)
{
    const struct sup_event *event = said->event;
    const struct sup_grounds *grounds = said->grounds;
    bool start = event->command == SUP_COMMAND_RESUME || event->command == SUP_COMMAND_RESTART;
    sim__text_format(said->text, "operator: %s refused, ", sup_command_name(event->command));
    if (event->result == SUP_ELIMIT && start && grounds->limit.policy != NULL) {
        sim__say_limit(said);
    } else if (event->result == SUP_ESTOPPING && grounds->policy != NULL) {
        sim__say(said, "it is being stopped by what is stronger: ");
        sim__say_wish(said);
    } else {
        sim__say(said, sup_error_text(event->result));
    }
}

/* ---- groups ---- */

static void say_auto_shutdown(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    sim__say(said, "auto-shutdown: ");
    if (grounds->group_policy != NULL) {
        sim__text_format(said->text, "%s of %s, ",
                         sup_auto_shutdown_name(grounds->group_policy->auto_shutdown),
                         grounds->group);
    }
    if (grounds->ended != NULL) {
        sim__text_format(said->text, "significant %s has ended", grounds->ended);
    } else {
        sim__say(said, "a significant one has ended");
    }
}

void sim__say_group(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (said->event->type == SUP_EVENT_GROUP_CANCELLED) {
        sim__say(said, "operator: cancel-group");
    } else if (said->event->type == SUP_EVENT_GROUP_SHUTDOWN) {
        say_auto_shutdown(said);
    } else if (grounds->group == NULL) {
        sim__say(said, "strategy");
    } else if (grounds->reborn != NULL) {
        say_rebirth(said);
    } else if (grounds->escalated) {
        sim__text_format(said->text, "escalation: the parent of %s allows its restart",
                         grounds->group);
    } else {
        sim__text_format(said->text, "strategy: %s of %s",
                         sup_strategy_name(grounds->group_policy->strategy), grounds->group);
    }
}

/* ---- all ---- */

void sim__say_shutdown(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->drain_by_limit && grounds->group != NULL) {
        sim__say_group_limit(said, SIM__WINDOW_TOLD);
    } else if (grounds->ended != NULL) {
        say_auto_shutdown(said);
    } else {
        sim__say(said, "operator: shutdown");
    }
}

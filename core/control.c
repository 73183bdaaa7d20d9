/* Operator commands: what is refused and why, what is idempotent, what happens.
 *
 * A command is judged first, told (event `command`), and then carried out, so
 * that the trace shows cause before effect.
 */
#include "attempt.h"
#include "events.h"
#include "face.h"
#include "group.h"
#include "incident.h"
#include "machine.h"
#include "operator.h"
#include "probe.h"
#include "registry.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"
#include "text.h"

static enum sup__intent intent_of(enum sup_command command)
{
    switch (command) {
    case SUP_COMMAND_PAUSE:
        return SUP__INTENT_PAUSE;
    case SUP_COMMAND_QUARANTINE:
        return SUP__INTENT_QUARANTINE;
    case SUP_COMMAND_CANCEL:
        return SUP__INTENT_CANCEL;
    case SUP_COMMAND_ABORT:
        return SUP__INTENT_ABORT;
    case SUP_COMMAND_REMOVE:
        return SUP__INTENT_REMOVE;
    default:
        return SUP__INTENT_RESTART; /* restart, resume */
    }
}

enum sup_stop_state sup__stop_state(const struct sup__service *s)
{
    if (!s->live) {
        return SUP_STOP_STATE_NO_ACTIVE_ATTEMPT;
    }
    if (s->deadline_passed) {
        return SUP_STOP_STATE_FAILED;
    }
    if (s->abort_requested) {
        return SUP_STOP_STATE_ABORT_REQUESTED;
    }
    return s->cancel_delivered ? SUP_STOP_STATE_CANCEL_DELIVERED : SUP_STOP_STATE_IDLE;
}

static bool held(const struct sup__service *s)
{
    return s->operation == SUP_OPERATION_PAUSED || s->operation == SUP_OPERATION_QUARANTINED;
}

/* Is the attempt being stopped by something that this command may not overrule? */
static bool overruled(const struct sup__service *s, enum sup_command command)
{
    if (s->phase != SUP_PHASE_STOPPING) {
        return false;
    }
    int mine = sup__rank(intent_of(command));
    int theirs = sup__rank(s->intent);
    if (command == SUP_COMMAND_ABORT) {
        return false; /* hastens even a removal */
    }
    if (command == SUP_COMMAND_RESUME && held(s)) {
        SUP_PROBE("command: resumes who is still being stopped");
        return theirs > sup__rank(SUP__INTENT_QUARANTINE);
    }
    return mine < theirs;
}

static int judge(const struct sup *sup, const struct sup__service *s, enum sup_command command)
{
    SUP_ASSERT(s->registered);
    bool ends = command == SUP_COMMAND_CANCEL || command == SUP_COMMAND_ABORT ||
                command == SUP_COMMAND_REMOVE;
    if (sup->phase != SUP_SUPERVISOR_RUNNING && !ends) {
        return SUP_EDRAINING;
    }
    if (command == SUP_COMMAND_FORGET) {
        return SUP_OK;
    }
    if (command == SUP_COMMAND_RESTART && held(s)) {
        return SUP_ENOTACTIVE;
    }
    if (overruled(s, command)) {
        SUP_PROBE("command: overruled by a stronger stop");
        return SUP_ESTOPPING;
    }
    if (command == SUP_COMMAND_RESTART && s->phase == SUP_PHASE_TERMINATED &&
        sup->groups[s->group].cancelled) {
        return SUP_ECANCELLED;
    }
    bool ruled = sup__policy_of(sup, s)->rules != NULL;
    return ruled && sup__refused_by_hand(sup, s, command) ? SUP_ELIMIT : SUP_OK;
}

/* Would the command change nothing? */
static bool idempotent(const struct sup *sup, const struct sup__service *s,
                       enum sup_command command)
{
    bool stopping = s->phase == SUP_PHASE_STOPPING;
    switch (command) {
    case SUP_COMMAND_PAUSE:
        return s->operation == SUP_OPERATION_PAUSED;
    case SUP_COMMAND_QUARANTINE:
        return s->operation == SUP_OPERATION_QUARANTINED;
    case SUP_COMMAND_RESUME:
        return !held(s);
    case SUP_COMMAND_RESTART:
        return (stopping && s->intent == SUP__INTENT_RESTART) ||
               (!s->live && s->restart_event); /* it waits for the pool, or its group */
    case SUP_COMMAND_CANCEL:
        return s->phase == SUP_PHASE_TERMINATED ||
               (stopping && sup__rank(s->intent) == sup__rank(SUP__INTENT_CANCEL));
    case SUP_COMMAND_ABORT:
        return s->phase == SUP_PHASE_TERMINATED ||
               (stopping && s->abort_requested &&
                sup__rank(s->intent) >= sup__rank(SUP__INTENT_ABORT));
    case SUP_COMMAND_FORGET:
        return sup__counts_nothing(sup, s);
    default: /* remove */
        return stopping && s->intent == SUP__INTENT_REMOVE;
    }
}

/* Before a pause, a quarantine or a cancel. */
static void note_stop(struct sup *sup, struct sup__service *s)
{
    if (__builtin_expect(sup__policy_of(sup, s)->rules != NULL, 0)) {
        sup__stopped_by_hand(sup, s);
    }
}

static void hold(struct sup *sup, struct sup__service *s, enum sup_command command)
{
    SUP_ASSERT(s->registered && sup->phase == SUP_SUPERVISOR_RUNNING);
    bool pause = command == SUP_COMMAND_PAUSE;
    note_stop(sup, s);
    s->restart_event = false;
    s->operation = pause ? SUP_OPERATION_PAUSED : SUP_OPERATION_QUARANTINED;
    sup__say_plain(sup, pause ? SUP_EVENT_PAUSED : SUP_EVENT_QUARANTINED, s);
    sup__stop(sup, s, intent_of(command));
}

static void resume(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(held(s) && sup->phase == SUP_SUPERVISOR_RUNNING);
    SUP_ASSERT(!s->restart_event);
    s->operation = SUP_OPERATION_ACTIVE;
    sup__say_plain(sup, SUP_EVENT_RESUMED, s);
    if (s->phase == SUP_PHASE_STOPPING || s->phase == SUP_PHASE_IDLE) {
        sup__stop(sup, s, SUP__INTENT_RESTART);
    }
}

/* A member of a group's restart that waits for it as the one that failed: the
 * group need not wait any longer. */
static bool hasten_group(struct sup *sup, struct sup__service *s)
{
    uint32_t group = sup__rare_of(sup, s)->incident;
    if (group == SUP__NONE || s->phase != SUP_PHASE_BACKING_OFF) {
        return false;
    }
    sup__fresh_start(sup, s);
    sup__incident_due(sup, group);
    SUP_PROBE("command: restarts who holds up its group");
    return true;
}

static void restart(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!held(s) && sup->phase == SUP_SUPERVISOR_RUNNING);
    s->restart_event = true;
    if (s->phase == SUP_PHASE_TERMINATED) {
        sup__register_anew(sup, s);
        SUP_PROBE("command: restarts who has terminated");
        s->restart_event = true;
        sup__send(sup, s, SUP__INPUT_START);
    } else if (s->queued) {
        SUP_PROBE("command: restarts who waits for the pool");
        sup__fresh_start(sup, s);
    } else if (sup__wait_holds(sup, s)) {
        sup__fresh_start(sup, s);
    } else if (!hasten_group(sup, s)) {
        sup__stop(sup, s, SUP__INTENT_RESTART);
    }
}

/* A removal that an abort hastens stays a removal, and so does a replacement. */
static void abort_one(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->phase != SUP_PHASE_TERMINATED);
    if (s->phase == SUP_PHASE_STOPPING && sup__rank(s->intent) > sup__rank(SUP__INTENT_ABORT)) {
        SUP_PROBE("command: an abort hastens a removal");
        sup__send(sup, s, SUP__INPUT_ABORT);
    } else {
        sup__stop(sup, s, SUP__INTENT_ABORT);
    }
}

static void remove_one(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->registered && s->intent != SUP__INTENT_REMOVE);
    s->operation = SUP_OPERATION_REMOVED;
    sup__stop(sup, s, SUP__INTENT_REMOVE);
}

static void carry_out(struct sup *sup, struct sup__service *s, enum sup_command command)
{
    switch (command) {
    case SUP_COMMAND_PAUSE:
    case SUP_COMMAND_QUARANTINE:
        hold(sup, s, command);
        break;
    case SUP_COMMAND_RESUME:
        resume(sup, s);
        break;
    case SUP_COMMAND_RESTART:
        restart(sup, s);
        break;
    case SUP_COMMAND_CANCEL:
        note_stop(sup, s);
        sup__stop(sup, s, SUP__INTENT_CANCEL);
        break;
    case SUP_COMMAND_ABORT:
        abort_one(sup, s);
        break;
    case SUP_COMMAND_FORGET:
        sup__forget(sup, s);
        break;
    default:
        SUP_ASSERT(command == SUP_COMMAND_REMOVE);
        remove_one(sup, s);
    }
}

static void describe_before(const struct sup__service *s, struct sup_command_outcome *outcome)
{
    outcome->operation_before = s->operation;
    outcome->phase_before = s->phase;
}

/* What the attempt had been told before the command. */
struct told {
    bool cancelled;
    bool aborted;
};

static void describe_after(const struct sup__service *s, struct told before,
                           struct sup_command_outcome *outcome)
{
    outcome->operation_after = s->operation;
    outcome->phase_after = s->phase;
    outcome->generation = s->generation;
    outcome->attempt = s->live ? s->attempt : 0;
    outcome->stop_state = sup__stop_state(s);
    outcome->cancel_delivered = s->live && s->cancel_delivered && !before.cancelled;
    outcome->abort_requested = s->live && s->abort_requested && !before.aborted;
    if (s->live && s->deadline_passed) {
        outcome->failure_phase = "wait-completion";
        outcome->failure_reason = "the attempt did not end before its stop deadline";
    }
}

static bool actor_valid(const struct sup_actor *actor)
{
    return actor != NULL && !sup__blank(actor->who) && !sup__blank(actor->why);
}

static int finish(const struct sup_command_outcome *outcome,
                  struct sup_command_outcome *ret_outcome, size_t size)
{
    sup__give(ret_outcome, size, outcome, sizeof(*outcome));
    return outcome->result;
}

static void command_service(struct sup *sup, struct sup__service *s, const struct sup_actor *actor,
                            struct sup_command_outcome *outcome)
{
    enum sup_command command = outcome->command;
    struct told before = {s->live && s->cancel_delivered, s->live && s->abort_requested};
    describe_before(s, outcome);
    outcome->result = judge(sup, s, command);
    outcome->idempotent = outcome->result == SUP_OK && idempotent(sup, s, command);
    SUP_PROBE_WHEN("command: changes nothing", outcome->idempotent);
    SUP_PROBE_WHEN("command: meets a restart that waits", s->phase == SUP_PHASE_BACKING_OFF);
    SUP_PROBE_WHEN("command: meets an attempt that stops", s->phase == SUP_PHASE_STOPPING);
    sup__say_command_to(sup, outcome, s, actor);
    if (outcome->result == SUP_OK && !outcome->idempotent) {
        outcome->affected = 1;
        carry_out(sup, s, command);
    }
    describe_after(s, before, outcome);
}

int sup_control_sized(struct sup *sup, enum sup_command command, const char *service,
                      const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                      size_t size)
{
    struct sup_command_outcome outcome = {.command = command};
    bool known = (command >= SUP_COMMAND_PAUSE && command <= SUP_COMMAND_ABORT) ||
                 command == SUP_COMMAND_FORGET;
    if (!known || service == NULL || !actor_valid(actor)) {
        outcome.result = SUP_EINVAL;
        return finish(&outcome, ret_outcome, size);
    }
    sup__enter(sup);
    struct sup__service *s = sup__registered(sup, service);
    if (s == NULL) {
        outcome.result = SUP_EUNKNOWN;
        outcome.stop_state = SUP_STOP_STATE_NO_ACTIVE_ATTEMPT;
        sup__say_command(sup, &outcome, service, NULL, actor);
    } else {
        command_service(sup, s, actor, &outcome);
    }
    sup__leave(sup);
    return finish(&outcome, ret_outcome, size);
}

/* ---- a whole subtree ---- */

/* Would the command change anything for this service? */
static bool changes(const struct sup *sup, const struct sup__service *s, enum sup_command command)
{
    if (command == SUP_COMMAND_FORCE_ABORT) {
        return !idempotent(sup, s, SUP_COMMAND_ABORT);
    }
    return s->phase != SUP_PHASE_TERMINATED &&
           (s->phase != SUP_PHASE_STOPPING || sup__rank(s->intent) < sup__rank(SUP__INTENT_CANCEL));
}

static bool changes_any(struct sup *sup, uint32_t group, enum sup_command command)
{
    uint32_t count = sup__group_collect(sup, group);
    for (uint32_t i = 0; i < count; i++) {
        if (changes(sup, &sup->services[sup->scratch[i]], command)) {
            return true;
        }
    }
    return false;
}

/* How many services the command has changed. Stopping one takes no other out of the
 * registry. */
static uint32_t command_subtree(struct sup *sup, uint32_t group, enum sup_command command)
{
    uint32_t affected = 0;
    uint32_t count = sup__group_collect(sup, group);
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *s = &sup->services[sup->scratch[i]];
        SUP_ASSERT(s->registered);
        if (!changes(sup, s, command)) {
            continue;
        }
        affected++;
        if (command == SUP_COMMAND_FORCE_ABORT) {
            abort_one(sup, s);
        } else {
            sup__stop(sup, s, SUP__INTENT_CANCEL);
            SUP_PROBE("command: a whole group is cancelled");
        }
    }
    return affected;
}

/* Incidents around the subtree go on without the members that have left. */
static void advance_around(struct sup *sup, uint32_t group)
{
    for (uint32_t g = group; g != SUP__NONE; g = sup->groups[g].parent) {
        sup__incident_advance(sup, g);
    }
}

static void cancel_group(struct sup *sup, uint32_t group, struct sup_command_outcome *outcome)
{
    bool before = sup->groups[group].cancelled;
    sup__group_mark_cancelled(sup, group);
    if (!before && !sup__quiet(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_GROUP_CANCELLED, NULL);
        event.group = sup->groups[group].path;
        sup__emit(sup, &event);
    }
    outcome->affected = command_subtree(sup, group, SUP_COMMAND_CANCEL_GROUP);
}

int sup_control_group_sized(struct sup *sup, enum sup_command command, const char *path,
                            const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                            size_t size)
{
    struct sup_command_outcome outcome = {.command = command};
    bool known = command == SUP_COMMAND_CANCEL_GROUP || command == SUP_COMMAND_FORCE_ABORT;
    if (!known || !actor_valid(actor) || !sup__group_path_valid(path)) {
        outcome.result = SUP_EINVAL;
        return finish(&outcome, ret_outcome, size);
    }
    sup__enter(sup);
    uint32_t group = sup__group_find(sup, path);
    if (group == SUP__NONE) {
        outcome.result = SUP_EUNKNOWN;
        sup__say_command(sup, &outcome, NULL, path, actor);
    } else {
        outcome.idempotent = command == SUP_COMMAND_CANCEL_GROUP
                                 ? sup->groups[group].cancelled
                                 : !changes_any(sup, group, command);
        sup__say_command(sup, &outcome, NULL, sup->groups[group].path, actor);
        if (command == SUP_COMMAND_CANCEL_GROUP) {
            cancel_group(sup, group, &outcome);
        } else {
            outcome.affected = command_subtree(sup, group, command);
        }
        advance_around(sup, group);
    }
    sup__leave(sup);
    return finish(&outcome, ret_outcome, size);
}

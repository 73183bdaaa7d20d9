/* Commands from any thread: carried out on the loop, answered where they came from. */
#include "host_internal.h"

struct command_call {
    enum sup_command command;
    const char *service;
    const struct sup_actor *actor;
    struct sup_command_outcome *outcome;
    const struct sup_spec *spec;
    const struct sup_duration *timeout;
};

static int run_command(struct sup *sup, void *context)
{
    struct command_call *call = context;
    switch (call->command) {
    case SUP_COMMAND_CANCEL_GROUP:
        return sup_cancel_group(sup, call->service, call->actor, call->outcome);
    case SUP_COMMAND_FORCE_ABORT:
        return sup_force_abort(sup, call->service, call->actor, call->outcome);
    case SUP_COMMAND_SHUTDOWN:
        return sup_shutdown(sup, call->timeout, call->actor, call->outcome);
    case SUP_COMMAND_SPAWN:
        return sup_spawn_as(sup, call->spec, call->actor, call->outcome);
    default:
        return sup_control(sup, call->command, call->service, call->actor, call->outcome);
    }
}

int sup_host_command(struct sup_host *host, enum sup_command command, const char *service,
                     const struct sup_actor *actor, struct sup_command_outcome *ret_outcome)
{
    struct command_call call = {
        .command = command, .service = service, .actor = actor, .outcome = ret_outcome};
    return command == SUP_COMMAND_SPAWN ? SUP_EINVAL : sup_host_call(host, run_command, &call);
}

int sup_host_spawn(struct sup_host *host, const struct sup_spec *spec,
                   const struct sup_actor *actor)
{
    struct command_call call = {.command = SUP_COMMAND_SPAWN, .spec = spec, .actor = actor};
    return sup_host_call(host, run_command, &call);
}

int sup_host_shutdown(struct sup_host *host, const struct sup_duration *timeout,
                      const struct sup_actor *actor)
{
    struct command_call call = {
        .command = SUP_COMMAND_SHUTDOWN, .timeout = timeout, .actor = actor};
    return sup_host_call(host, run_command, &call);
}

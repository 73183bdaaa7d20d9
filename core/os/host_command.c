/* Commands from any thread: carried out on the loop, answered where they came from. */
#include "host_internal.h"

struct command_call {
    enum sup_command command;
    const char *service;
    const struct sup_actor *actor;
    struct sup_command_outcome *outcome;
    size_t outcome_size;
    const struct sup_spec *spec;
    size_t spec_size;
    size_t policy_size;
    const struct sup_duration *timeout;
};

static int run_command(struct sup *sup, void *context)
{
    struct command_call *call = context;
    switch (call->command) {
    case SUP_COMMAND_CANCEL_GROUP:
    case SUP_COMMAND_FORCE_ABORT:
        return sup_control_group_sized(sup, call->command, call->service, call->actor,
                                       call->outcome, call->outcome_size);
    case SUP_COMMAND_SHUTDOWN:
        return sup_shutdown_sized(sup, call->timeout, call->actor, call->outcome,
                                  call->outcome_size);
    case SUP_COMMAND_SPAWN:
        return sup_spawn_sized(sup, call->spec, call->spec_size, call->policy_size, call->actor,
                               call->outcome, call->outcome_size);
    default:
        return sup_control_sized(sup, call->command, call->service, call->actor, call->outcome,
                                 call->outcome_size);
    }
}

int sup_host_command_sized(struct sup_host *host, enum sup_command command, const char *service,
                           const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                           size_t size)
{
    struct command_call call = {.command = command,
                                .service = service,
                                .actor = actor,
                                .outcome = ret_outcome,
                                .outcome_size = size};
    return command == SUP_COMMAND_SPAWN ? SUP_EINVAL : sup_host_call(host, run_command, &call);
}

int sup_host_spawn_sized(struct sup_host *host, const struct sup_spec *spec, size_t size,
                         size_t policy_size, const struct sup_actor *actor)
{
    struct command_call call = {.command = SUP_COMMAND_SPAWN,
                                .spec = spec,
                                .spec_size = size,
                                .policy_size = policy_size,
                                .actor = actor};
    return sup_host_call(host, run_command, &call);
}

int sup_host_shutdown(struct sup_host *host, const struct sup_duration *timeout,
                      const struct sup_actor *actor)
{
    struct command_call call = {
        .command = SUP_COMMAND_SHUTDOWN, .timeout = timeout, .actor = actor};
    return sup_host_call(host, run_command, &call);
}

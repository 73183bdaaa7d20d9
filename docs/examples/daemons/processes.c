/* A daemon whose parts are programs: it restarts those that die, and drains on SIGTERM.
 *
 *   cc processes.c $(pkg-config --cflags --libs libsup) && ./a.out
 *   kill -TERM %1
 */
#include <stdio.h>
#include <sup/host.h>
#include <sup/processes.h>
#include <sup/sup.h>

/* Told of everything, on the loop's thread. */
static void print(void *context, const struct sup_event *event)
{
    struct sup_processes *processes = context;
    printf("%s %s", event->service != NULL ? event->service : "daemon",
           sup_event_name(event->type));
    if (event->fields & SUP_FIELD_OUTCOME) {
        printf(" %s: %s", sup_outcome_name(event->outcome),
               event->error != NULL ? event->error : "");
    }
    if (event->type == SUP_EVENT_READY) {
        struct sup_attempt id = {event->slot, event->generation, event->attempt};
        printf(" pid %d", sup_processes_pid(processes, id));
    }
    putchar('\n');
    fflush(stdout);
}

static int spawn(struct sup *sup)
{
    static const char *const server_argv[] = {"sh", "-c", "echo ready >&3; exec sleep 1000", NULL};
    static const char *const job_argv[] = {"sh", "-c", "exit 3", NULL};
    static struct sup_process_spec server = {.argv = server_argv, .ready_pipe = true};
    static struct sup_process_spec job = {.argv = job_argv};
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_SEC(10);
    struct sup_spec api = {.name = "api", .policy = &policy, .work = &server};
    int error = sup_spawn(sup, &api);
    sup_policy_default(&policy);
    policy.restart = SUP_RESTART_NEVER;
    struct sup_spec once = {.name = "job", .policy = &policy, .work = &job};
    return error == 0 ? sup_spawn(sup, &once) : error;
}

int main(void)
{
    struct sup_processes_config processes_config;
    struct sup_host_config config;
    struct sup_processes *processes;
    struct sup_host *host;
    sup_processes_config_default(&processes_config);
    if (sup_processes_create(&processes_config, &processes) != 0) {
        return 1;
    }
    sup_host_config_default(&config);
    config.sup.executor = sup_processes_executor(processes);
    config.signals = true; /* the first drains, the second aborts */
    if (sup_host_create(&config, &host) != 0) {
        return 1;
    }
    int error = sup_processes_bind(processes, host);
    struct sup *sup = sup_host_supervisor(host);
    if (error == 0) {
        error = sup_subscribe(sup, print, processes);
    }
    if (error == 0) {
        error = spawn(sup);
    }
    if (error == 0) {
        error = sup_host_run(host); /* until everything is drained */
    }
    if (sup_processes_free(processes) != 0) {
        return 2;
    }
    sup_host_free(host);
    puts("gone");
    return error == 0 ? 0 : 1;
}

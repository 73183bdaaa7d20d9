/* Runs a service with the policy of the scenario file that rehearses it.
 *
 *   rehearse run policies.yaml
 *   cc policies.c $(pkg-config --cflags --libs libsupsim) && ./a.out policies.yaml
 */
#include <inttypes.h>
#include <stdio.h>

#include <sim/policies.h>
#include <sup/host.h>
#include <sup/threads.h>

/* A real one would connect; this one is down, as the script of the file is. */
static int feed(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_task_error(task, "connection refused");
    return -1;
}

static void print(void *context, const struct sup_event *event)
{
    if (event->type == SUP_EVENT_BACKING_OFF) {
        printf("attempt %" PRIu32 ": %s; the next one in %" PRIu64 " ms\n", event->attempt,
               event->error, event->delay.ns / 1000000);
    } else if (event->type == SUP_EVENT_TERMINATED) {
        printf("%s is given up: %s\n", event->service, event->text);
        sup_host_stop(context);
    }
}

/* Everything that the file says, then the service itself. */
static int spawn(const struct sim_scenario *file, struct sup *sup, struct sup_task_spec *work)
{
    struct sup_policy policy;
    int result = sim_policies_groups(file, sup);
    if (result == 0) {
        result = sim_policies_service(file, "feed", &policy);
    }
    struct sup_spec spec = {.name = "feed",
                            .group = sim_policies_group_of(file, "feed"),
                            .policy = &policy,
                            .work = work};
    return result == 0 ? sup_spawn(sup, &spec) : result;
}

static int run(const struct sim_scenario *file, struct sup_threads *threads, struct sup_host *host)
{
    struct sup_task_spec work = {.fn = feed};
    struct sup *sup = sup_host_supervisor(host);
    int result = sup_threads_bind(threads, host);
    if (result == 0) {
        result = sup_subscribe(sup, print, host);
    }
    if (result == 0) {
        result = spawn(file, sup, &work);
    }
    if (result == 0) {
        result = sup_host_run(host);
    }
    int freed = sup_threads_free(threads, SUP_SEC(1));
    return result < 0 ? result : freed;
}

static int serve(const struct sim_scenario *file)
{
    struct sup_threads_config threads_config;
    struct sup_host_config config;
    struct sup_threads *threads;
    struct sup_host *host;
    sup_threads_config_default(&threads_config);
    sup_host_config_default(&config);
    int result = sup_threads_create(&threads_config, &threads);
    if (result < 0) {
        return result;
    }
    config.sup.executor = sup_threads_executor(threads);
    config.speed_billionths = 20 * SUP_FACTOR_ONE; /* no haste in a real one */
    result = sim_policies_config(file, &config.sup);
    if (result == 0) {
        result = sup_host_create(&config, &host);
    }
    if (result < 0) {
        sup_ignore(sup_threads_free(threads, SUP_SEC(0))); /* nothing has run */
        return result;
    }
    result = run(file, threads, host);
    if (result != SUP_EBUSY) { /* else a task still runs: nothing may be freed */
        sup_host_free(host);
    }
    return result;
}

int main(int argc, char **argv)
{
    struct sim_diagnostics said;
    struct sim_scenario *file;
    if (sim_scenario_load(argc > 1 ? argv[1] : "policies.yaml", &said, &file) < 0) {
        fputs(said.text != NULL ? said.text : "out of memory\n", stderr);
        sim_diagnostics_release(&said);
        return 1;
    }
    int result = serve(file);
    sim_scenario_free(file);
    sim_diagnostics_release(&said);
    return result == 0 ? 0 : 1;
}

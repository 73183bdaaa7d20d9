/* A daemon whose parts run in threads: it restarts what fails, and drains on SIGTERM.
 *
 *   cc threads.c $(pkg-config --cflags --libs libsup) && ./a.out
 *   kill -TERM %1
 */
#include <stdio.h>
#include <sup/host.h>
#include <sup/sup.h>
#include <sup/threads.h>

/* Works until it is cancelled, and says that it is well. */
static int serve(struct sup_task *task, void *argument)
{
    (void)argument;
    sup_task_ready(task, true);
    while (sup_task_sleep(task, SUP_MS(100)) == 0) {
        sup_task_beat(task);
    }
    return 0; /* here a real one closes its connections */
}

/* Fails now and then, as things do that talk to a network. */
static int poll_feed(struct sup_task *task, void *argument)
{
    (void)argument;
    if (sup_task_sleep(task, SUP_MS(50)) != 0) {
        return 0;
    }
    sup_task_error(task, "the feed did not answer");
    return -1;
}

/* Told of everything, on the loop's thread. */
static void print(void *context, const struct sup_event *event)
{
    (void)context;
    printf("%s %s", event->service != NULL ? event->service : "daemon",
           sup_event_name(event->type));
    if (event->fields & SUP_FIELD_OUTCOME) {
        printf(" %s", sup_outcome_name(event->outcome));
    }
    putchar('\n');
    fflush(stdout);
}

static int spawn(struct sup *sup)
{
    static struct sup_task_spec server = {.fn = serve}, feed = {.fn = poll_feed};
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_SEC(10);
    policy.stale_after = SUP_SEC(5);
    policy.stale_then = SUP_STALE_RESTART;
    struct sup_spec api = {.name = "api", .policy = &policy, .work = &server};
    struct sup_spec poller = {.name = "feed", .work = &feed}; /* backs off: 100 ms, 200 ms … */
    int error = sup_spawn(sup, &api);
    return error == 0 ? sup_spawn(sup, &poller) : error;
}

int main(void)
{
    struct sup_threads_config threads_config;
    struct sup_host_config config;
    struct sup_threads *threads;
    struct sup_host *host;
    sup_threads_config_default(&threads_config);
    if (sup_threads_create(&threads_config, &threads) != 0) {
        return 1;
    }
    sup_host_config_default(&config);
    config.sup.executor = sup_threads_executor(threads);
    config.signals = true; /* the first drains, the second aborts */
    if (sup_host_create(&config, &host) != 0) {
        return 1;
    }
    int error = sup_threads_bind(threads, host);
    struct sup *sup = sup_host_supervisor(host);
    if (error == 0) {
        error = sup_subscribe(sup, print, NULL);
    }
    if (error == 0) {
        error = spawn(sup);
    }
    if (error == 0) {
        error = sup_host_run(host); /* until everything is drained */
    }
    if (sup_threads_free(threads, SUP_SEC(1)) != 0) {
        return 2; /* a task that would not end: leave at once, with its thread */
    }
    sup_host_free(host);
    puts("gone");
    return error == 0 ? 0 : 1;
}

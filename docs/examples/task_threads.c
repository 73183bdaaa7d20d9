/* The task of poller.h on a thread, under a host in the real world.
 *
 *   cc task_threads.c $(pkg-config --cflags --libs libsup) && ./a.out
 */
#include <stdio.h>
#include <sup/host.h>
#include <sup/threads.h>

#include "poller.h"

/* The feed of this program has three answers, and then the program is to end. */
struct feed {
    struct sup_host *host;
    int asked;
};

static int ask(struct sup_task *task, void *context)
{
    struct feed *feed = context;
    printf("%s: answer %d\n", sup_task_name(task), ++feed->asked);
    if (feed->asked < 3) {
        return 0;
    }
    const struct sup_actor actor = {"poller", "the feed has ended"};
    return sup_host_shutdown(feed->host, NULL, &actor); /* any thread may ask for it */
}

static void flush(void *context)
{
    printf("flushed %d answers\n", ((struct feed *)context)->asked);
}

static void close_feed(void *context)
{
    (void)context;
    printf("closed\n");
}

static int run(struct sup_threads *threads, struct sup_host *host)
{
    struct feed feed = {.host = host};
    struct poller poller = {ask, flush, close_feed, &feed};
    struct sup_task_spec work = {.fn = poll_feed, .argument = &poller};
    struct sup_spec spec = {.name = "poller", .work = &work};
    int result = sup_threads_bind(threads, host);
    if (result == 0) {
        result = sup_spawn(sup_host_supervisor(host), &spec);
    }
    if (result == 0) {
        result = sup_host_run(host); /* until it has drained */
    }
    /* Threads that have ended are joined while what they use is still there. */
    int freed = sup_threads_free(threads, SUP_SEC(1));
    return result < 0 ? result : freed;
}

int main(void)
{
    struct sup_threads_config threads_config;
    struct sup_host_config host_config;
    struct sup_threads *threads;
    struct sup_host *host;
    sup_threads_config_default(&threads_config);
    if (sup_threads_create(&threads_config, &threads) < 0) {
        return 1;
    }
    sup_host_config_default(&host_config);
    host_config.sup.executor = sup_threads_executor(threads);
    /* A service has signals = true, and no haste: here a second is a hundred. */
    host_config.speed_billionths = 100 * SUP_FACTOR_ONE;
    if (sup_host_create(&host_config, &host) < 0) {
        return 1;
    }
    int result = run(threads, host);
    if (result == SUP_EBUSY) {
        return 1; /* a task still runs on a thread: nothing may be freed */
    }
    sup_host_free(host);
    return result == 0 ? 0 : 1;
}

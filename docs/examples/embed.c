/* Embeds libsup: one flaky service under a clock and an executor of our own.
 *
 *   cc embed.c $(pkg-config --cflags --libs libsup) && ./a.out
 */
#include <inttypes.h>
#include <stdio.h>
#include <sup/sup.h>

struct world {
    struct sup_instant now;     /* a real program reads CLOCK_MONOTONIC instead */
    struct sup_attempt attempt; /* the one that was asked for and has not ended */
    bool live;
};

static struct sup_instant read_clock(void *context)
{
    return ((struct world *)context)->now;
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct world *world = context; /* a real program starts a thread, or a process */
    (void)ret_error;
    world->attempt = what->id;
    world->live = true;
    return 0;
}

static void stop(void *context, struct sup_attempt attempt, void *work)
{
    (void)context, (void)attempt, (void)work; /* ours end by themselves */
}

static void print(void *context, const struct sup_event *event)
{
    (void)context;
    printf("%4" PRIu64 " ms  %s", event->at.ns / 1000000, sup_event_name(event->type));
    if (event->fields & SUP_FIELD_OUTCOME) {
        printf(": %s", sup_outcome_name(event->outcome));
    }
    if (event->fields & SUP_FIELD_DELAY) {
        printf(": %" PRIu64 " ms", event->delay.ns / 1000000);
    }
    putchar('\n');
}

int main(void)
{
    struct world world = {.live = false};
    struct sup_config config;
    struct sup *sup;
    sup_config_default(&config);
    config.clock = (struct sup_clock){read_clock, &world};
    config.executor = (struct sup_executor){start, stop, stop, NULL, &world};
    config.alloc = sup_allocator_libc;
    if (sup_create(&config, &sup) < 0) {
        return 1;
    }
    int result = sup_subscribe(sup, print, NULL);
    if (result == 0) {
        result = sup_spawn(sup, &(struct sup_spec){.name = "flaky"});
    }
    while (result == 0 && (world.live || sup_deadline(sup).ns != SUP_NEVER_NS)) {
        if (world.live) { /* the first two attempts fail at once, the third succeeds */
            enum sup_outcome outcome =
                world.attempt.attempt < 3 ? SUP_OUTCOME_FAILED : SUP_OUTCOME_SUCCEEDED;
            world.live = false;
            result = sup_report_end(sup, world.attempt, &(struct sup_end){.outcome = outcome});
        } else {
            world.now = sup_deadline(sup); /* a real program sleeps until then */
            sup_step(sup);
        }
    }
    sup_free(sup);
    return result == 0 ? 0 : 1;
}

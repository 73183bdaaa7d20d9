/* A planted leak: a supervisor that is never freed.
 *
 * Found by memcheck: definitely lost
 * Found by asan: LeakSanitizer: detected memory leaks
 */
#include "sup/sup.h"

static struct sup_instant now(void *context)
{
    (void)context;
    return (struct sup_instant){0};
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    (void)context, (void)what, (void)ret_error;
    return 0;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id, (void)work;
}

int main(void)
{
    struct sup_config config;
    struct sup *sup = NULL;
    sup_config_default(&config);
    config.clock.now = now;
    config.executor = (struct sup_executor){start, stop, stop, NULL, NULL};
    config.alloc = sup_allocator_libc;
    int result = sup_create(&config, &sup);
    /* Nothing on the stack may keep pointing to it. */
    sup = NULL;
    return result < 0 ? 2 : 0;
}

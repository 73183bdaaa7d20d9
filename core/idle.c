/* Waiting for a group to be idle, without blocking. */
#include "idle.h"

#include "group.h"
#include "probe.h"
#include "service.h"
#include "supervisor.h"
#include "timer.h"

static void finish(struct sup *sup, struct sup__wait *wait, int result)
{
    SUP_ASSERT(wait->used && sup->wait_count > 0);
    sup__disarm(sup, &wait->key);
    wait->used = false;
    sup->wait_count--;
    wait->fn(wait->context, result);
}

/* Called when a step is done: only then is idleness more than a passing state. */
void sup__idle_check(struct sup *sup)
{
    SUP_ASSERT(!sup->inside);
    for (uint32_t i = 0; i < SUP_IDLE_WAITS_MAX; i++) {
        struct sup__wait *wait = &sup->waits[i];
        if (!wait->used) {
            continue;
        }
        uint32_t active;
        uint32_t busy;
        sup__group_count(sup, wait->group, &active, &busy);
        if (busy == 0) {
            finish(sup, wait, SUP_OK);
        } else if (wait->timed_out) {
            SUP_PROBE("idle: a wait's time is over");
            finish(sup, wait, SUP_ETIMEOUT);
        }
    }
}

void sup__idle_timeout(struct sup *sup, uint32_t index)
{
    SUP_ASSERT(sup->waits[index].used);
    sup->waits[index].timed_out = true;
    sup->idle_check = true;
}

int sup_wait_idle(struct sup *sup, const char *path, struct sup_duration timeout, sup_idle_fn fn,
                  void *context)
{
    uint32_t group = sup__group_find(sup, path);
    if (fn == NULL) {
        return SUP_EINVAL;
    }
    if (group == SUP__NONE) {
        return SUP_EUNKNOWN;
    }
    uint32_t index = 0;
    while (index < SUP_IDLE_WAITS_MAX && sup->waits[index].used) {
        index++;
    }
    if (index == SUP_IDLE_WAITS_MAX) {
        return SUP_ELIMIT;
    }
    sup__enter(sup);
    struct sup__wait *wait = &sup->waits[index];
    *wait = (struct sup__wait){.fn = fn, .context = context, .group = group, .used = true};
    sup->wait_count++;
    sup__arm(sup, &wait->key, sup__after(sup, timeout), SUP__TIMER_OTHER, SUP__OTHER_WAIT + index);
    sup->idle_check = true;
    sup__leave(sup);
    return SUP_OK;
}

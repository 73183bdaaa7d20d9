/* The embedder's timers, in a pairing heap: a node's first child, its children in a list,
 * and from each the way back, to the left sibling or, for the first, to the parent. */
#include "host_internal.h"
#include "sup/assert.h"

static bool before(const struct sup_host_timer *a, const struct sup_host_timer *b)
{
    return a->at.ns != b->at.ns ? a->at.ns < b->at.ns : a->order < b->order;
}

/* Two heaps into one; either may be empty. Their tops have no siblings. */
static struct sup_host_timer *meld(struct sup_host_timer *a, struct sup_host_timer *b)
{
    if (a == NULL || b == NULL) {
        return a == NULL ? b : a;
    }
    struct sup_host_timer *top = before(a, b) ? a : b;
    struct sup_host_timer *below = top == a ? b : a;
    below->next = top->child;
    below->back = top;
    if (top->child != NULL) {
        top->child->back = below;
    }
    top->child = below;
    return top;
}

/* The children that a top left behind: melded in pairs, then from the last to the first. */
static struct sup_host_timer *meld_all(struct sup_host_timer *child)
{
    struct sup_host_timer *pairs = NULL;
    while (child != NULL) {
        struct sup_host_timer *second = child->next;
        struct sup_host_timer *rest = second != NULL ? second->next : NULL;
        child->next = child->back = NULL;
        if (second != NULL) {
            second->next = second->back = NULL;
        }
        struct sup_host_timer *pair = meld(child, second);
        pair->next = pairs;
        pairs = pair;
        child = rest;
    }
    struct sup_host_timer *top = NULL;
    while (pairs != NULL) {
        struct sup_host_timer *rest = pairs->next;
        pairs->next = NULL;
        top = meld(top, pairs);
        pairs = rest;
    }
    return top;
}

static void cut(struct sup_host_timer *timer)
{
    SUP_ASSERT(timer->back != NULL);
    if (timer->back->child == timer) {
        timer->back->child = timer->next;
    } else {
        timer->back->next = timer->next;
    }
    if (timer->next != NULL) {
        timer->next->back = timer->back;
    }
    timer->next = timer->back = NULL;
}

struct sup_host_timer *sup__timers_first(const struct sup__timers *timers)
{
    return timers->first;
}

void sup__timers_clear(struct sup__timers *timers, struct sup_host_timer *timer)
{
    if (timer->order == 0) {
        return;
    }
    struct sup_host_timer *below = timer->child;
    timer->child = NULL;
    timer->order = 0;
    if (timer == timers->first) {
        timers->first = meld_all(below);
    } else {
        cut(timer);
        timers->first = meld(timers->first, meld_all(below));
    }
}

void sup__timers_set(struct sup__timers *timers, struct sup_host_timer *timer,
                     struct sup_instant at)
{
    sup__timers_clear(timers, timer);
    SUP_ASSERT(timer->due != NULL && timer->child == NULL && timer->next == NULL);
    timer->at = at;
    timer->order = ++timers->order;
    timers->first = meld(timers->first, timer);
}

/* ---- the public face ---- */

void sup_host_timer_set(struct sup_host *host, struct sup_host_timer *timer, struct sup_instant at)
{
    if (at.ns == SUP_NEVER_NS) {
        sup__timers_clear(&host->timers, timer);
    } else {
        sup__timers_set(&host->timers, timer, at);
    }
}

void sup_host_timer_clear(struct sup_host *host, struct sup_host_timer *timer)
{
    sup__timers_clear(&host->timers, timer);
}

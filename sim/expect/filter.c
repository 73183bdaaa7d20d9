/* Which events are counted. */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "pattern.h"
#include "sim/base/grow.h"
#include "sup/error.h"

enum sim__filter_known {
    SIM__KNOWN = 1,
    SIM__TARGETED = 2,
    SIM__INSIDE = 4,     /* the group, its subtree included */
    SIM__WAS_INSIDE = 8, /* some generation of it */
};

int sim__filter_init(struct sim__filter *filter, const struct sim_filter *wanted)
{
    *filter = (struct sim__filter){.wanted = wanted};
    return sim__target_init(&filter->target, &wanted->service);
}

void sim__filter_release(struct sim__filter *filter)
{
    sim__target_release(&filter->target);
    free(filter->known);
}

uint32_t sim__filter_types(const struct sim_filter *wanted)
{
    uint32_t types = UINT32_C(1) << wanted->pattern.type;
    return wanted->group == NULL ? types : types | UINT32_C(1) << SUP_EVENT_REGISTERED;
}

/* ---- whose ---- */

static bool is_inside(const char *group, const char *path)
{
    size_t length = strlen(group);
    return path != NULL && strncmp(path, group, length) == 0 &&
           (path[length] == '.' || path[length] == '\0');
}

static uint8_t targeted(const struct sim__filter *filter, const char *name)
{
    bool is = sim__target_names(&filter->target, name) || sim__target_globs(&filter->target, name);
    return SIM__KNOWN | (is ? SIM__TARGETED : 0);
}

/* What is known of the slot; NULL when out of memory. */
static uint8_t *known_of(struct sim__filter *filter, uint32_t slot, const char *name)
{
    uint8_t *known =
        sim__grown(filter->known, &filter->room, (uint64_t)slot + 1, sizeof(*filter->known));
    if (known == NULL) {
        filter->failed = true;
        return NULL;
    }
    filter->known = known;
    if (known[slot] == 0) {
        known[slot] = targeted(filter, name);
    }
    return &known[slot];
}

static uint8_t learn(struct sim__filter *filter, const struct sup_event *event)
{
    const char *group = filter->wanted->group;
    if (event->service == NULL) {
        return group != NULL && is_inside(group, event->group) ? SIM__INSIDE : 0;
    }
    if (event->slot == UINT32_MAX) { /* a command for a name that nobody ever had */
        return targeted(filter, event->service);
    }
    uint8_t *known = known_of(filter, event->slot, event->service);
    if (known != NULL && group != NULL && event->type == SUP_EVENT_REGISTERED) {
        *known &= (uint8_t)~SIM__INSIDE;
        *known |= is_inside(group, event->group) ? SIM__INSIDE | SIM__WAS_INSIDE : 0;
    }
    return known != NULL ? *known : 0;
}

bool sim__filter_fits(struct sim__filter *filter, const struct sup_event *event)
{
    const struct sim_filter *wanted = filter->wanted;
    bool whose = wanted->has_service || wanted->group != NULL;
    bool listens = wanted->group != NULL && event->type == SUP_EVENT_REGISTERED;
    if (event->type != wanted->pattern.type && !listens) {
        return false;
    }
    uint8_t known = whose ? learn(filter, event) : 0;
    return event->type == wanted->pattern.type && event->at.ns >= wanted->from.ns &&
           event->at.ns <= wanted->to.ns && (!wanted->has_service || (known & SIM__TARGETED)) &&
           (wanted->group == NULL || (known & SIM__INSIDE)) &&
           (wanted->pattern.key_count == 0 ||
            sim__pattern_likeness(&wanted->pattern, event) == SIM__THE_SAME);
}

bool sim__filter_asks(struct sim__filter *filter, uint32_t slot, const char *name)
{
    const uint8_t *known = known_of(filter, slot, name);
    return known != NULL && (*known & SIM__TARGETED) &&
           (filter->wanted->group == NULL || (*known & SIM__WAS_INSIDE));
}

/* ---- words ---- */

void sim__filter_text(struct sim__text *out, const struct sim_filter *wanted)
{
    sim__pattern_text(out, &wanted->pattern);
    if (wanted->has_service) {
        sim__text_put(out, ", service ");
        sim__target_text(out, &wanted->service);
    }
    if (wanted->group != NULL) {
        sim__text_put(out, ", group ");
        sim__text_show(out, wanted->group);
    }
    if (wanted->from.ns > 0) {
        sim__text_put(out, ", from ");
        sim__instant_text(out, wanted->from);
    }
    if (wanted->to.ns != SUP_NEVER_NS) {
        sim__text_put(out, ", to ");
        sim__instant_text(out, wanted->to);
    }
}

/* The lives that a plan's attempts live; see life.h. */
#include "life.h"

#include <string.h>

#include "sim/duration.h"
#include "sup/error.h"

static const char *const whens[] = {
#define X(id, name) name,
    SIM_LIFE_LIST(X)
#undef X
};
static const char *const verdicts[] = {
#define X(id, name) name,
    SIM_PLAN_LIST(X)
#undef X
};

const char *sim__life_name(enum sim_life_kind when)
{
    return whens[when];
}

const char *sim__plan_verdict_name(enum sim_plan_verdict verdict)
{
    return verdicts[verdict];
}

bool sim__life_has_length(const struct sim_life *life)
{
    return life->kind <= SIM_LIFE_SUCCEED;
}

const char *sim__life_parse(const char *text, struct sim_life *ret_life)
{
    const char *space = strchr(text, ' ');
    size_t length = space == NULL ? strlen(text) : (size_t)(space - text);
    for (size_t i = 0; i < sizeof(whens) / sizeof(whens[0]); i++) {
        if (strlen(whens[i]) != length || memcmp(whens[i], text, length) != 0) {
            continue;
        }
        *ret_life = (struct sim_life){.kind = (enum sim_life_kind)i};
        if (space == NULL) {
            return NULL;
        }
        if (!sim__life_has_length(ret_life)) {
            return "only what ends by itself does so after a length of time";
        }
        if (strncmp(space, " after ", 7) != 0) {
            return "it is written `fail after 900ms`";
        }
        const char *why = NULL;
        int error = sim_duration_parse(space + 7, &ret_life->after.ns, &why);
        if (error == SUP_OK && ret_life->after.ns != SUP_NEVER_NS) {
            return NULL;
        }
        return why != NULL ? why : "what ends by itself does so at some time";
    }
    return "it is one of fail, crash, succeed, each with `after D` or without, never-ready, "
           "no-beat";
}

bool sim__life_is_possible(const struct sim_life *life, const struct sup_policy *policy)
{
    if (life->kind == SIM_LIFE_NEVER_READY) {
        return policy->ready_explicit;
    }
    return life->kind != SIM_LIFE_NO_BEAT || policy->stale_after.ns != SUP_NEVER_NS;
}

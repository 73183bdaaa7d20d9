/* Expectations about one instant: services, a group, the supervisor, metrics. */
#include <string.h>

#include "internal.h"
#include "facts.h"
#include "match.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/supervisor.h"

/* ---- services ---- */

/* What a look at the services counted. */
struct tally {
    const struct sim_expectation *expectation;
    uint32_t looked;
    uint32_t fits;
    bool any;   /* stop at the first that fits */
    bool count; /* look at all */
};

static bool tally_one(void *context, const char *name, const struct sup_snapshot *snapshot)
{
    (void)name;
    struct tally *tally = context;
    const struct sim_expectation *e = tally->expectation;
    bool fits = sim__facts_hold(e->facts, e->fact_count, snapshot);
    tally->looked++;
    tally->fits += fits;
    return tally->count || fits != tally->any;
}

/* Names that are not registered are looked at, too. */
static void read_tally(const struct sim__entry *entry, struct tally *tally)
{
    const struct sim_expectation *e = entry->expectation;
    uint32_t missing = entry->target.name_count - entry->tally.named;
    bool fit = sim__facts_hold(e->facts, e->fact_count, NULL);
    tally->looked = entry->tally.registered + missing;
    tally->fits = entry->tally.fits + (fit ? missing : 0);
}

static bool about_existence(const struct sim_expectation *e)
{
    for (uint32_t i = 0; i < e->fact_count; i++) {
        if (e->facts[i].id == SIM_FACT_EXISTS) {
            return true;
        }
    }
    return false;
}

/* `always` and `never` about a glob that never matches anything test nothing. */
static void note_evaluated(struct sim__entry *entry, const struct tally *tally)
{
    const struct sim_expectation *e = entry->expectation;
    bool range = e->when == SIM_WHEN_ALWAYS || e->when == SIM_WHEN_NEVER;
    if (!range || tally->looked > 0 || about_existence(e)) {
        entry->evaluated = true;
    }
}

static bool services_hold(struct sim__entry *entry, struct sup *sup, enum sim__of of)
{
    const struct sim_expectation *e = entry->expectation;
    struct tally tally = {.expectation = e, .any = of == SIM__OF_ANY, .count = e->has_count};
    if (entry->tallies) {
        read_tally(entry, &tally);
    } else {
        sim__target_each(&entry->target, sup, tally_one, &tally);
    }
    note_evaluated(entry, &tally);
    if (e->has_count) {
        return sim__within(e->count, tally.fits);
    }
    if (tally.looked == 0) {
        return sim__facts_hold(e->facts, e->fact_count, NULL);
    }
    return of == SIM__OF_ANY ? tally.fits > 0 : tally.fits == tally.looked;
}

static bool count_fitting(void *context, const char *name, const struct sup_snapshot *snapshot)
{
    struct tally *tally = context;
    (void)name;
    tally->fits += snapshot != NULL && sim__facts_hold(tally->expectation->facts,
                                                       tally->expectation->fact_count, snapshot);
    return true;
}

uint32_t sim__state_count(const struct sim__entry *entry, struct sup *sup)
{
    struct tally tally = {.expectation = entry->expectation};
    if (entry->tallies) {
        return entry->tally.fits;
    }
    sim__target_each(&entry->target, sup, count_fitting, &tally);
    return tally.fits;
}

/* ---- the others ---- */

static bool group_holds(const struct sim_expectation *e, struct sup *sup)
{
    struct sup_group_info info;
    if (sup_group_info_of(sup, e->group, &info) != SUP_OK) {
        return false;
    }
    return (!e->has_cancelled || e->cancelled == info.cancelled) &&
           (!e->has_active || sim__match_number(&e->active, info.active));
}

bool sim__state_holds(struct sim__entry *entry, struct sup *sup, enum sim__of of)
{
    const struct sim_expectation *e = entry->expectation;
    if (e->what == SIM_WHAT_SERVICE) {
        return services_hold(entry, sup, of);
    }
    entry->evaluated = true;
    switch (e->what) {
    case SIM_WHAT_GROUP:
        return group_holds(e, sup);
    case SIM_WHAT_SUPERVISOR:
        return sim__match_text(&e->supervisor,
                               sup_supervisor_phase_name(sup_supervisor_phase_of(sup)));
    case SIM_WHAT_CONDITIONS:
        return sim__states_hold(entry);
    case SIM_WHAT_METRICS:
        return sim__metrics_hold(entry, sup);
    default:
        SUP_ASSERT(false);
    }
}

/* ---- words ---- */

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static void facts_text(struct sim__text *out, const struct sim_expectation *e)
{
    for (uint32_t i = 0; i < e->fact_count; i++) {
        sim__text_put(out, i == 0 ? "" : ", ");
        sim__fact_wanted(out, &e->facts[i]);
    }
}

static void group_text(struct sim__text *out, const struct sim_expectation *e)
{
    sim__text_put(out, "group ");
    sim__text_show(out, e->group);
    sim__text_put(out, ": ");
    if (e->has_cancelled) {
        sim__text_put(out, "cancelled ");
        sim__text_put(out, truth(e->cancelled));
    }
    if (e->has_active) {
        sim__text_put(out, e->has_cancelled ? ", active " : "active ");
        sim__match_wanted(out, &e->active, SIM__MATCH_PLAIN);
    }
}

void sim__state_describe(struct sim__text *out, const struct sim_expectation *e)
{
    switch (e->what) {
    case SIM_WHAT_SERVICE:
        if (e->has_count) {
            sim__range_text(out, e->count, SIM__NUMBERS);
            sim__text_put(out, " of ");
        }
        sim__target_text(out, &e->target);
        sim__text_put(out, ": ");
        facts_text(out, e);
        break;
    case SIM_WHAT_GROUP:
        group_text(out, e);
        break;
    case SIM_WHAT_SUPERVISOR:
        sim__text_put(out, "supervisor: phase ");
        sim__match_wanted(out, &e->supervisor, SIM__MATCH_PLAIN);
        break;
    case SIM_WHAT_CONDITIONS:
        sim__states_describe(out, e);
        break;
    case SIM_WHAT_METRICS:
        sim__metrics_describe(out, e);
        break;
    case SIM_WHAT_STARTS:
        sim__text_put(out, "starts");
        break;
    case SIM_WHAT_SAME_STORY:
        sim__text_put(out, "same-story");
        break;
    case SIM_WHAT_PLAN:
        sim__text_put(out, "plan");
        break;
    case SIM_WHAT_DELAYS:
        sim__text_put(out, "delays");
        break;
    case SIM_WHAT_EVENTS:
        sim__text_put(out, "events");
        break;
    case SIM_WHAT_DRAIN:
        sim__text_put(out, "drain");
        break;
    case SIM_WHAT_TALLY:
    case SIM_WHAT_PEAK:
    case SIM_WHAT_FOLLOWS:
        sim__text_put(out, "events");
        break;
    case SIM_WHAT_MEASURE:
        sim__text_put(out, "measure");
        break;
    }
}

#define SHOWN_MAX 4u

struct explanation {
    const struct sim_expectation *expectation;
    struct sim__finding *finding;
    bool fitting; /* never, count: the ones that fit are of interest */
    bool alone;   /* the target is one exact name: it need not be named again */
    uint32_t shown;
    uint32_t more;
    uint32_t fits;
};

/* What differs; or, where the facts fit and should not, all of it. */
static void found_text(struct explanation *x, const struct sup_snapshot *snapshot)
{
    const struct sim_expectation *e = x->expectation;
    struct sim__text *out = &x->finding->found;
    bool keyed = e->fact_count > 1 || e->has_count;
    enum sim__keys keys = keyed ? SIM__KEYS_OF_ALL : SIM__KEYS_OF_NUMBERS;
    bool any = false;
    for (uint32_t i = 0; i < e->fact_count && (snapshot != NULL || !any); i++) {
        if (!x->fitting && sim__fact_holds(&e->facts[i], snapshot)) {
            continue;
        }
        sim__text_put(out, any ? ", " : "");
        sim__fact_found(out, &e->facts[i], snapshot, keys);
        any = true;
    }
}

/* Who has not settled is on his way somewhere: where, tells one such failure from another. */
static const char *detail_of(enum sim_fact_id id, const struct sup_snapshot *snapshot)
{
    bool stuck = id == SIM_FACT_SETTLED && snapshot != NULL;
    return stuck ? sup_phase_name(snapshot->phase) : sim_fact_name(id);
}

static bool explain_one(void *context, const char *name, const struct sup_snapshot *snapshot)
{
    struct explanation *x = context;
    const struct sim_expectation *e = x->expectation;
    if (sim__facts_hold(e->facts, e->fact_count, snapshot) != x->fitting) {
        return true;
    }
    if (x->shown == SHOWN_MAX) {
        x->more++;
        return true;
    }
    x->shown++;
    for (uint32_t i = 0; x->shown == 1 && i < e->fact_count; i++) {
        if (!sim__facts_hold(&e->facts[i], 1, snapshot)) {
            x->finding->detail = detail_of(e->facts[i].id, snapshot);
            break;
        }
    }
    sim__finding_concerns(x->finding, name);
    sim__text_put(&x->finding->found, x->shown > 1 ? "; " : "");
    if (!x->alone) {
        sim__text_show(&x->finding->found, name);
    }
    /* Of those that fit as they are asked to, the name says it all. */
    if (!x->fitting || !e->has_count) {
        sim__text_put(&x->finding->found, x->alone ? "" : ": ");
        found_text(x, snapshot);
    }
    return true;
}

static bool count_one(void *context, const char *name, const struct sup_snapshot *snapshot)
{
    struct explanation *x = context;
    const struct sim_expectation *e = x->expectation;
    (void)name;
    x->fits += sim__facts_hold(e->facts, e->fact_count, snapshot);
    return true;
}

static void explain_services(const struct sim__entry *entry, struct sup *sup,
                             struct sim__finding *finding)
{
    const struct sim_expectation *e = entry->expectation;
    struct sim__text *out = &finding->found;
    struct explanation x = {.expectation = e,
                            .finding = finding,
                            .fitting = e->when == SIM_WHEN_NEVER,
                            .alone = entry->target.glob_count == 0 &&
                                     entry->target.name_count == 1 && !e->has_count};
    if (e->has_count) {
        sim__target_each(&entry->target, sup, count_one, &x);
        /* Where too many fit it is these that are one too many; else the others are wanting. */
        x.fitting = x.fitting || x.fits > e->count.max;
        sim__text_u64(out, x.fits);
        sim__text_put(out, x.fitting ? ": " : "; not ");
    }
    size_t start = out->length;
    sim__target_each(&entry->target, sup, explain_one, &x);
    if (x.more > 0) {
        sim__text_put(out, "; and ");
        sim__text_u64(out, x.more);
        sim__text_put(out, " more");
    }
    if (out->length == start) {
        sim__text_put(out, e->has_count ? "one more, since no other service matches"
                                        : "no service matches");
    }
}

static void explain_group(const struct sim_expectation *e, struct sup *sup,
                          struct sim__finding *finding)
{
    struct sup_group_info info;
    if (sup_group_info_of(sup, e->group, &info) != SUP_OK) {
        finding->detail = "exists";
        sim__text_put(&finding->found, "no such group");
        return;
    }
    bool never = e->when == SIM_WHEN_NEVER;
    if (e->has_cancelled && (never || e->cancelled != info.cancelled)) {
        finding->detail = "cancelled";
        sim__text_put(&finding->found, "cancelled ");
        sim__text_put(&finding->found, truth(info.cancelled));
    }
    if (e->has_active && (never || !sim__match_number(&e->active, info.active))) {
        finding->detail = finding->found.length > 0 ? finding->detail : "active";
        sim__text_put(&finding->found, finding->found.length > 0 ? ", active " : "active ");
        sim__text_u64(&finding->found, info.active);
    }
}

static void when_text(struct sim__text *out, const struct sim_expectation *e)
{
    switch (e->when) {
    case SIM_WHEN_BY:
        sim__text_put(out, "by ");
        sim__duration_text(out, SUP_NS(e->to.ns));
        sim__text_put(out, ": ");
        break;
    case SIM_WHEN_ALWAYS:
        sim__text_put(out, "always ");
        break;
    case SIM_WHEN_NEVER:
        sim__text_put(out, "never ");
        break;
    default:
        break;
    }
}

void sim__state_explain(const struct sim__entry *entry, struct sup *sup,
                        struct sim__finding *finding)
{
    const struct sim_expectation *e = entry->expectation;
    when_text(&finding->expected, e);
    sim__state_describe(&finding->expected, e);
    switch (e->what) {
    case SIM_WHAT_SERVICE:
        explain_services(entry, sup, finding);
        break;
    case SIM_WHAT_GROUP:
        explain_group(e, sup, finding);
        break;
    case SIM_WHAT_SUPERVISOR:
        finding->detail = sup_supervisor_phase_name(sup_supervisor_phase_of(sup));
        sim__text_put(&finding->found, finding->detail);
        break;
    case SIM_WHAT_CONDITIONS:
        sim__states_explain(entry, &finding->found);
        break;
    case SIM_WHAT_METRICS:
        sim__metrics_explain(entry, sup, finding);
        break;
    default:
        break;
    }
}

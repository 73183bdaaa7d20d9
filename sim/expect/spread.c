/* Expectations about starts and delays that are bounded, or of all that a glob matches.
 * Of each service it is kept how many there were and the first that does not fit. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sim/base/grow.h"
#include "sup/supervisor.h"

bool sim__spread_is(const struct sim_series *series)
{
    return series->bounded || sim_glob_is(series->name);
}

void sim__spread_add(struct sim_expect *expect, const struct sim_series *series,
                     enum sim_what_kind what)
{
    struct sim__spread *spread = &expect->spreads[expect->spread_count++];
    *spread = (struct sim__spread){.wanted = series, .delays = what == SIM_WHAT_DELAYS};
}

void sim__spread_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->spread_count; i++) {
        free(expect->spreads[i].heard);
    }
    free(expect->spreads);
}

/* ---- listening ---- */

static bool is_asked(const struct sim_series *wanted, const char *name)
{
    return sim_glob_is(wanted->name) ? sim_glob_match(wanted->name, name)
                                     : strcmp(wanted->name, name) == 0;
}

static bool fits(const struct sim_series *wanted, uint64_t index, uint64_t value)
{
    if (!wanted->bounded) {
        return index < wanted->count && sim__within(wanted->values_ns[index], value);
    }
    struct sup_instant latest = {wanted->bound_ns.max};
    for (uint64_t i = 0; wanted->late_each.ns > 0 && i <= index && value > latest.ns; i++) {
        latest = sup_instant_add(latest, wanted->late_each);
    }
    return !wanted->has_bound || (value >= wanted->bound_ns.min && value <= latest.ns);
}

static void hear(struct sim_expect *expect, struct sim__spread *spread,
                 const struct sup_event *event)
{
    struct sim__heard *heard =
        sim__grown(spread->heard, &spread->room, (uint64_t)event->slot + 1, sizeof(*heard));
    if (heard == NULL) {
        expect->failed = true;
        return;
    }
    spread->heard = heard;
    heard = &heard[event->slot];
    if (heard->known == SIM__UNHEARD) {
        heard->known = is_asked(spread->wanted, event->service) ? SIM__ASKED : SIM__NOT_ASKED;
    }
    if (heard->known != SIM__ASKED) {
        return;
    }
    uint64_t value = spread->delays ? event->delay.ns : event->at.ns;
    if (heard->wrong == 0 && !fits(spread->wanted, heard->total, value)) {
        heard->wrong = heard->total + 1;
        heard->wrong_ns = value;
    }
    heard->total++;
}

void sim__spread_listen(struct sim_expect *expect, const struct sup_event *event)
{
    bool delays = event->type == SUP_EVENT_BACKING_OFF;
    for (uint32_t i = 0; i < expect->spread_count; i++) {
        if (expect->spreads[i].delays == delays) {
            hear(expect, &expect->spreads[i], event);
        }
    }
}

/* ---- deciding ---- */

static bool is_right(const struct sim_series *wanted, const struct sim__heard *heard)
{
    if (heard->wrong != 0) {
        return false;
    }
    if (!wanted->bounded) {
        return heard->total == wanted->count;
    }
    bool none = wanted->has_total && wanted->total.max == 0;
    return (!wanted->has_total || sim__within(wanted->total, heard->total)) &&
           (!wanted->has_bound || heard->total > 0 || none);
}

static const char *noun(const struct sim__spread *spread, uint64_t count)
{
    if (spread->delays) {
        return count == 1 ? "delay" : "delays";
    }
    return count == 1 ? "start" : "starts";
}

static void wanted_text(struct sim__text *out, const struct sim__spread *spread)
{
    const struct sim_series *wanted = spread->wanted;
    sim__text_show(out, wanted->name);
    sim__text_put(out, ": ");
    if (wanted->has_total) {
        sim__range_text(out, wanted->total, SIM__NUMBERS);
        sim__text_char(out, ' ');
        sim__text_put(out,
                      noun(spread, wanted->total.min == wanted->total.max ? wanted->total.min : 0));
        sim__text_put(out, wanted->has_bound ? ", " : "");
    }
    if (wanted->has_bound) {
        sim__text_format(out, "each %s ", noun(spread, 1));
        sim__range_text(out, wanted->bound_ns, SIM__LENGTHS);
    }
    if (wanted->bounded) {
        return;
    }
    sim__text_put(out, wanted->count == 0 ? "no " : "");
    sim__text_put(out, noun(spread, wanted->count));
    for (uint32_t i = 0; i < wanted->count; i++) {
        sim__text_put(out, i > 0 ? ", " : spread->delays ? " of " : " at ");
        sim__range_text(out, wanted->values_ns[i], SIM__LENGTHS);
    }
}

/* Whether one of them is wrong, and not how many there are. One more than there is a value for
 * is wrong by its number, whatever it is. */
static bool is_value_wrong(const struct sim__spread *spread, const struct sim__heard *heard)
{
    const struct sim_series *wanted = spread->wanted;
    return heard->wrong != 0 && (wanted->bounded || heard->wrong <= wanted->count);
}

static void found_text(struct sim__text *out, const struct sim__spread *spread,
                       const struct sim__heard *heard)
{
    if (is_value_wrong(spread, heard)) {
        sim__text_format(out, "%s %" PRIu64 " %s ", noun(spread, 1), heard->wrong,
                         spread->delays ? "of" : "at");
        sim__duration_text(out, SUP_NS(heard->wrong_ns));
    } else if (heard->total == 0) {
        sim__text_format(out, "no %s", noun(spread, 0));
    } else {
        sim__text_u64(out, heard->total);
        sim__text_char(out, ' ');
        sim__text_put(out, noun(spread, heard->total));
    }
}

struct verdict {
    const struct sim__spread *spread;
    struct sim__finding *finding;
    uint32_t asked;
    uint32_t wrong;
};

static void judge(struct verdict *verdict, const char *name, const struct sim__heard *heard)
{
    const struct sim__spread *spread = verdict->spread;
    struct sim__text *out = &verdict->finding->found;
    verdict->asked++;
    if (is_right(spread->wanted, heard)) {
        return;
    }
    if (++verdict->wrong > SIM__NAMES_SHOWN) {
        return;
    }
    if (verdict->wrong == 1) {
        verdict->finding->detail = is_value_wrong(spread, heard) ? "value" : "count";
    }
    sim__finding_concerns(verdict->finding, name);
    sim__text_put(out, verdict->wrong > 1 ? "; " : "");
    if (sim_glob_is(spread->wanted->name)) {
        sim__text_show(out, name);
        sim__text_put(out, ": ");
    }
    found_text(out, spread, heard);
}

void sim__spread_decide(struct sim_expect *expect, const struct sim__spread *spread,
                        const struct sim__end *end)
{
    static const struct sim__heard nothing = {.known = SIM__ASKED};
    const struct sim_series *wanted = spread->wanted;
    struct sim__finding finding;
    sim__finding_init(&finding);
    struct verdict verdict = {.spread = spread, .finding = &finding};
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(end->sup, slot)) != NULL; slot++) {
        bool heard = slot < spread->room && spread->heard[slot].known != SIM__UNHEARD;
        if (heard ? spread->heard[slot].known == SIM__ASKED : is_asked(wanted, name)) {
            judge(&verdict, name, heard ? &spread->heard[slot] : &nothing);
        }
    }
    bool nobody = verdict.asked == 0;
    if (nobody && !sim_glob_is(wanted->name)) {
        judge(&verdict, wanted->name, &nothing);
    } else if (nobody) {
        sim__text_put(&finding.found, "no service matches");
    } else if (verdict.wrong > SIM__NAMES_SHOWN) {
        sim__text_format(&finding.found, "; and %" PRIu32 " more",
                         verdict.wrong - SIM__NAMES_SHOWN);
    }
    if (finding.found.length > 0) {
        wanted_text(&finding.expected, spread);
        sim__expect_add(expect, wanted->place, end->at, &finding);
    }
}

/* `expect:` of a file: when, and what. */
#include "expectations.h"
#include "sup/assert.h"

#include <string.h>

enum { SIM__EXPECT_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__EXPECT_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {KEYS, {SIM__EXPECT_KEYS(SIM__AT)}};

/* ---- when ---- */

/* One tries `never` and `end` for the open end of a span. */
static bool read_end_of_span(struct sim__reader *r, const struct sim__node *node,
                             struct sim_expectation *expectation)
{
    if (!sim__is_word(node, "never") && !sim__is_word(node, "end")) {
        return sim__instant(r, node, &expectation->to);
    }
    sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                  "%sa span ends at an instant, found `%s`" SIM__HINT
                  "; state `until`, and end there, or say `all`",
                  sim__label(r, node), node->text);
    return false;
}

/* all, or [T, T]. */
static void read_span(struct sim__reader *r, const struct sim__node *node,
                      struct sim_expectation *expectation)
{
    expectation->to = SUP_INSTANT_NEVER;
    if (sim__is_word(node, "all")) {
        return;
    }
    if (node->kind != SIM__LIST || node->count != 2) {
        sim__error_as(r, SIM__CODE_WRONG_TYPE, node->at,
                      "%sexpected `all` or two instants, `[T, T]`", sim__label(r, node));
        return;
    }
    bool from = sim__instant(r, node->entries[0].value, &expectation->from);
    bool to = read_end_of_span(r, node->entries[1].value, expectation);
    if (from && to && expectation->from.ns > expectation->to.ns) {
        sim__error(r, node->at, "%sthe first instant is after the second", sim__label(r, node));
    }
}

static void read_when_key(struct sim__reader *r, int key, const struct sim__node *node,
                          struct sim_expectation *expectation)
{
    switch (key) {
    case AT:
        expectation->when = SIM_WHEN_END;
        if (!sim__is_word(node, "end")) {
            expectation->when = SIM_WHEN_AT;
            (void)sim__instant(r, node, &expectation->from);
        }
        break;
    case BY:
        expectation->when = SIM_WHEN_BY;
        (void)sim__instant(r, node, &expectation->to);
        break;
    case ALWAYS:
    case NEVER:
        expectation->when = key == ALWAYS ? SIM_WHEN_ALWAYS : SIM_WHEN_NEVER;
        read_span(r, node, expectation);
        break;
    default:
        SUP_ASSERT(false);
    }
}

/* Whether the *what* looks at a state, which needs a *when*. */
static bool is_state(enum sim_what_kind what)
{
    return what <= SIM_WHAT_METRICS || what == SIM_WHAT_CONDITIONS;
}

static void read_when(struct sim__reader *r, const struct sim__node *entry,
                      struct sim__node *const *v, struct sim_expectation *expectation)
{
    int found = -1;
    for (int k = AT; k <= NEVER; k++) {
        if (v[k] != NULL && found >= 0) {
            sim__error(r, v[k]->at, "`%s` and `%s` in one entry", keys[found], keys[k]);
        } else if (v[k] != NULL && !is_state(expectation->what)) {
            sim__error(r, v[k]->at, "`%s` has no place here: this looks at the whole run", keys[k]);
        } else if (v[k] != NULL) {
            found = k;
            read_when_key(r, k, v[k], expectation);
        }
    }
    if (!is_state(expectation->what)) {
        expectation->when = SIM_WHEN_RUN;
    } else if (found < 0 && sim__all_known(entry, v, KEYS)) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, entry->at,
                      "this entry needs one of `at`, `by`, `always`, `never`");
    }
}

/* ---- what ---- */

/* The key that says what is looked at; KEYS after a diagnostic. */
static int find_what(struct sim__reader *r, const struct sim__node *entry,
                     struct sim__node *const *v)
{
    static const int whats[] = {EVENTS,  STARTS,     DELAYS,     DRAIN,     TALLY, PEAK,
                                FOLLOWS, MEASURE,    SAME_STORY, SOMETIMES, PLAN,  METRICS,
                                GROUP,   SUPERVISOR, CONDITIONS, SERVICE};
    int found = KEYS;
    for (size_t i = 0; i < SIM__COUNT(whats); i++) {
        int k = whats[i];
        bool whose = k == SERVICE || k == GROUP;
        if (v[k] == NULL || (k == SERVICE && found == EVENTS) || (whose && found == METRICS)) {
            continue;
        }
        if (found != KEYS) {
            sim__error(r, v[k]->at, "`%s` and `%s` in one entry", keys[found], keys[k]);
        } else {
            found = k;
        }
    }
    if (found == KEYS && sim__all_known(entry, v, KEYS)) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, entry->at,
                      "this entry says nothing to check; it needs one of `service`, `group`, "
                      "`supervisor`, `conditions`, `metrics`, `starts`, `delays`, `events`, "
                      "`drain`, `tally`, `peak`, "
                      "`follows`, `measure`, `same-story`, `plan`, `sometimes`");
    }
    return found;
}

/* Keys that belong to one kind of what only. */
static void check_companions(struct sim__reader *r, struct sim__node *const *v, int what)
{
    SUP_ASSERT(what < KEYS && v[what] != NULL);
    bool has_is =
        what == SERVICE || what == GROUP || what == TALLY || what == PEAK || what == MEASURE;
    if (v[IS] != NULL && !has_is) {
        sim__error(r, v[IS]->at,
                   "`is` belongs to `service`, `group`, `tally`, `peak` and `measure`");
    }
    if (v[COUNT] != NULL && what != SERVICE) {
        sim__error(r, v[COUNT]->at, "`count` belongs to `service`");
    }
    if (v[EXACTLY] != NULL && what != EVENTS) {
        sim__error(r, v[EXACTLY]->at, "`exactly` belongs to `events`");
    }
    if (v[EACH] != NULL && what != TALLY) {
        sim__error(r, v[EACH]->at, "`each` belongs to `tally`");
    }
    bool has_within = what == PEAK || what == SAME_STORY;
    if (v[WITHIN] != NULL && has_within) {
        sim__error(r, v[WITHIN]->at, "the `within` of a `%s` goes into it, beside `%s`", keys[what],
                   what == PEAK ? "event" : "of");
    }
    for (int k = THEN; k <= OPEN; k++) {
        if (v[k] != NULL && what != FOLLOWS && !(k == WITHIN && has_within)) {
            sim__error(r, v[k]->at, "`%s` belongs to `follows`", keys[k]);
        }
    }
}

static void read_counted(struct sim__reader *r, const struct sim__node *entry,
                         struct sim__node *const *v, int what, struct sim_expectation *expectation)
{
    const struct sim__counted_nodes nodes = {
        .entry = entry,
        .filter = v[what],
        .is = v[IS],
        .each = v[EACH],
        .then = v[THEN],
        .within = v[WITHIN],
        .any_service = v[ANY_SERVICE],
        .open = v[OPEN],
    };
    if (what == TALLY) {
        sim__read_tally_what(r, &nodes, expectation);
    } else if (what == PEAK) {
        sim__read_peak_what(r, &nodes, expectation);
    } else {
        sim__read_follows_what(r, &nodes, expectation);
    }
}

static void read_what(struct sim__reader *r, const struct sim__node *entry,
                      struct sim__node *const *v, int what, struct sim_expectation *expectation)
{
    switch (what) {
    case SERVICE:
        sim__read_service_what(r, &(struct sim__service_nodes){entry, v[SERVICE], v[IS], v[COUNT]},
                               expectation);
        break;
    case GROUP:
        sim__read_group_what(r, entry, v[GROUP], v[IS], expectation);
        break;
    case SUPERVISOR:
        sim__read_supervisor_what(r, v[SUPERVISOR], expectation);
        break;
    case CONDITIONS:
        sim__read_conditions_what(r, v[CONDITIONS], expectation);
        break;
    case PLAN:
        sim__read_plan_what(r, v[PLAN], expectation);
        break;
    case SAME_STORY:
        sim__read_same_what(r, v[SAME_STORY], expectation);
        break;
    case METRICS:
        sim__read_metrics_what(r, v[METRICS], expectation);
        sim__read_metrics_whose(r, v[SERVICE], v[GROUP], expectation);
        break;
    case STARTS:
    case DELAYS:
        sim__read_series_what(r, v[what], what == STARTS ? SIM_WHAT_STARTS : SIM_WHAT_DELAYS,
                              expectation);
        break;
    case EVENTS:
        sim__read_events_what(r, v[EVENTS], v[SERVICE], v[EXACTLY], expectation);
        break;
    case MEASURE:
        sim__read_measure_what(r, entry, v[MEASURE], v[IS], expectation);
        break;
    case TALLY:
    case PEAK:
    case FOLLOWS:
        read_counted(r, entry, v, what, expectation);
        break;
    default:
        SUP_ASSERT(what == DRAIN);
        sim__read_drain_what(r, v[DRAIN], expectation);
        break;
    }
}

/* `sometimes: {…a what…}`. */
static void read_sometimes(struct sim__reader *r, struct sim__node *const *outer,
                           struct sim_expectation *expectation)
{
    const struct sim__node *node = outer[SOMETIMES];
    struct sim__node *v[KEYS];
    expectation->when = SIM_WHEN_SOMETIMES;
    for (int k = AT; k <= NEVER; k++) {
        if (outer[k] != NULL) {
            sim__error(r, outer[k]->at, "`%s` has no place beside `sometimes`", keys[k]);
        }
    }
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    int what = find_what(r, node, v);
    if (what == KEYS) {
        return;
    }
    check_companions(r, v, what);
    for (int k = AT; k <= NEVER; k++) {
        if (v[k] != NULL) {
            sim__error(r, v[k]->at, "`%s` has no place inside `sometimes`", keys[k]);
        }
    }
    if (what == SOMETIMES) {
        sim__error(r, v[what]->at, "`sometimes` has no place inside `sometimes`");
        return;
    }
    if (v[OVER] != NULL) {
        sim__error(r, v[OVER]->at,
                   "`over` has no place inside `sometimes`: it looks at all seeds already");
        return;
    }
    read_what(r, node, v, what, expectation);
}

static void read_expectation(struct sim__reader *r, const struct sim__node *entry,
                             struct sim_expectation *expectation)
{
    struct sim__node *v[KEYS];
    expectation->place = entry->at;
    if (entry->kind == SIM__MAP && sim__node_at(entry, SIM__KEY_OVER) != NULL) {
        sim__read_over_seeds(r, entry, expectation);
        return;
    }
    if (!sim__map(r, entry, &known_keys, v)) {
        return;
    }
    int what = find_what(r, entry, v);
    if (what == KEYS) {
        return;
    }
    check_companions(r, v, what);
    if (what == SOMETIMES) {
        read_sometimes(r, v, expectation);
        return;
    }
    read_what(r, entry, v, what, expectation);
    read_when(r, entry, v, expectation);
}

void sim__read_expectations(struct sim__reader *r, const struct sim__node *node)
{
    if (!sim__list(r, node)) {
        return;
    }
    struct sim_expectation *list = sim__arena_alloc(r->arena, node->count, sizeof(*list));
    for (uint32_t i = 0; list != NULL && i < node->count && !r->stopped; i++) {
        read_expectation(r, node->entries[i].value, &list[i]);
    }
    r->scenario->expectations = list;
    r->scenario->expectation_count = list == NULL ? 0 : node->count;
}

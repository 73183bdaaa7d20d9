/* What the attempts of a generated service do. */
#include "internal.h"

#define STEPS_DEPTH 2u

static struct sim__node *text(struct sim__fuzz *f)
{
    static const char *const texts[] = {"boom", "no database", "disk full", ""};
    return sim__fuzz_word(f, texts[sim__fuzz_below(f, 3)]);
}

static const char *signal_word(struct sim__fuzz *f)
{
    static const char *const signals[] = {"SEGV", "ABRT", "KILL", "TERM"};
    return signals[sim__fuzz_below(f, 4)];
}

/* ---- behaviours ---- */

static struct sim__node *put_after(struct sim__fuzz *f, struct sim__node *map,
                                   enum sim__fuzz_zero zero)
{
    sim__fuzz_put(f, map, KEY(AFTER), sim__fuzz_drawn_time(f, zero));
    return map;
}

static struct sim__node *failing(struct sim__fuzz *f)
{
    struct sim__node *map = put_after(f, sim__fuzz_map(f), SIM__FUZZ_ZERO_TOO);
    if (sim__fuzz_chance(f, 20)) {
        sim__fuzz_put(f, map, KEY(ERROR), text(f));
    }
    if (sim__fuzz_chance(f, 10)) {
        sim__fuzz_put(f, map, KEY(CODE), sim__fuzz_number(f, sim__fuzz_between(f, 1, 255)));
    }
    return map;
}

/* Ends well, and hands a text over to those who join it. */
static struct sim__node *succeeding(struct sim__fuzz *f)
{
    struct sim__node *map = put_after(f, sim__fuzz_map(f), SIM__FUZZ_ABOVE_ZERO);
    if (sim__fuzz_chance(f, 20)) {
        sim__fuzz_put(f, map, KEY(VALUE), text(f));
    }
    return map;
}

static struct sim__node *crashing(struct sim__fuzz *f)
{
    struct sim__node *map = put_after(f, sim__fuzz_map(f), SIM__FUZZ_ZERO_TOO);
    if (sim__fuzz_chance(f, 30)) {
        sim__fuzz_put(f, map, KEY(SIGNAL), sim__fuzz_word(f, signal_word(f)));
    }
    return map;
}

static struct sim__node *hanging(struct sim__fuzz *f)
{
    struct sim__node *map = sim__fuzz_map(f);
    enum sim__fuzz_end end = SIM__FUZZ_GOES_ON;
    if (sim__fuzz_chance(f, 60)) {
        sim__fuzz_put(f, map, KEY(FOR), sim__fuzz_drawn_time(f, SIM__FUZZ_ABOVE_ZERO));
        end = SIM__FUZZ_FAILS;
    }
    sim__fuzz_pace_end(f, end);
    return map;
}

static struct sim__node *ways(struct sim__fuzz *f, enum sim__fuzz_kind kind)
{
    struct sim__node *list = sim__tree_list(f->arena);
    f->depth++;
    for (uint32_t i = sim__fuzz_between(f, 1, 3); i > 0; i--) {
        sim__fuzz_add(f, list, sim__fuzz_item(f, kind, SIM__FUZZ_WITHOUT_TIMES));
    }
    f->depth--;
    return list;
}

/* By the weights of the seed. */
static uint32_t weighed(struct sim__fuzz *f)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < SIM__FUZZ_BEHAVIOURS; i++) {
        sum += f->weights[i];
    }
    uint32_t at = sim__fuzz_below(f, sum);
    for (uint32_t i = 0; i < SIM__FUZZ_BEHAVIOURS; i++) {
        if (at < f->weights[i]) {
            return i;
        }
        at -= f->weights[i];
    }
    return 0;
}

/* Whether the behaviour hangs, which modifiers have to know. */
static bool put_behaviour(struct sim__fuzz *f, struct sim__node *item, enum sim__fuzz_kind kind)
{
    if (f->depth < STEPS_DEPTH && sim__fuzz_shows(f, SIM__FUZZ_STEPS, 15)) {
        sim__fuzz_put(f, item, KEY(STEPS), sim__fuzz_steps(f));
        return false;
    }
    if (f->depth < STEPS_DEPTH && sim__fuzz_shows(f, SIM__FUZZ_ANY, 10)) {
        sim__fuzz_put(f, item, KEY(ANY), ways(f, kind));
        return true; /* the ways have modifiers of their own */
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_REFUSE, 6)) {
        sim__fuzz_put(f, item, KEY(REFUSE), sim__fuzz_map(f));
        sim__fuzz_pace_end(f, SIM__FUZZ_REFUSES);
        return true;
    }
    if (kind == SIM__FUZZ_CALLED && sim__fuzz_shows(f, SIM__FUZZ_DONE, 8)) {
        sim__fuzz_put(f, item, KEY(DONE), succeeding(f));
        sim__fuzz_pace_end(f, SIM__FUZZ_GOES_ON);
        return false;
    }
    switch (weighed(f)) {
    case 0:
        sim__fuzz_put(f, item, KEY(FAIL), failing(f));
        sim__fuzz_pace_end(f, SIM__FUZZ_FAILS);
        return false;
    case 1:
        sim__fuzz_put(f, item, KEY(CRASH), crashing(f));
        sim__fuzz_pace_end(f, SIM__FUZZ_CRASHES);
        return false;
    case 2:
        sim__fuzz_put(f, item, KEY(SUCCEED), succeeding(f));
        sim__fuzz_pace_end(f, SIM__FUZZ_SUCCEEDS);
        return false;
    case 3:
        sim__fuzz_put(f, item, KEY(HANG), hanging(f));
        return true;
    default:
        sim__fuzz_put(f, item, KEY(RUN), sim__fuzz_map(f));
        sim__fuzz_pace_end(f, SIM__FUZZ_GOES_ON);
        return false;
    }
}

static void put_reports(struct sim__fuzz *f, struct sim__node *item)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_READY, 40)) {
        struct sim__node *never = sim__fuzz_word(f, "never");
        bool some = sim__fuzz_chance(f, 85);
        sim__fuzz_put(f, item, KEY(READY),
                      some ? put_after(f, sim__fuzz_map(f), SIM__FUZZ_ZERO_TOO) : never);
        f->pace.item.ready_ns = some ? f->pace.length_ns : SIM__FUZZ_EVER;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_BEATS, 30)) {
        struct sim__node *beat = sim__fuzz_map(f);
        sim__fuzz_put(f, beat, KEY(EVERY), sim__fuzz_drawn_time(f, SIM__FUZZ_ABOVE_ZERO));
        if (sim__fuzz_chance(f, 50)) {
            sim__fuzz_put(f, beat, KEY(FOR), sim__fuzz_time(f, SUP_NS(sim__fuzz_long(f))));
        }
        sim__fuzz_put(f, item, KEY(BEAT), beat);
        f->pace.item.beats = true;
    }
}

enum hearing { HEARS, HANGS };

/* Of a fixed length: it goes on when every fault is off, and has to end. */
static void put_finish(struct sim__fuzz *f, struct sim__node *item)
{
    static const uint32_t codes[] = {0, 3, 3, 125};
    struct sim__node *finish = sim__fuzz_map(f);
    uint64_t takes = sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO);
    f->longest.finish_ns = takes > f->longest.finish_ns ? takes : f->longest.finish_ns;
    sim__fuzz_put(f, finish, KEY(TAKES), sim__fuzz_time(f, SUP_NS(takes)));
    uint32_t code = codes[sim__fuzz_below(f, 4)];
    if (code != 0) {
        sim__fuzz_put(f, finish, KEY(CODE), sim__fuzz_number(f, code));
    }
    sim__fuzz_put(f, item, KEY(FINISH), finish);
}

static void put_modifiers(struct sim__fuzz *f, struct sim__node *item, enum hearing hearing)
{
    bool hangs = hearing == HANGS;
    put_reports(f, item);
    struct sim__node *yes = sim__fuzz_word(f, "true");
    if (!hangs && sim__fuzz_shows(f, SIM__FUZZ_DEAF, 15)) {
        sim__fuzz_put(f, item, KEY(IGNORE_CANCEL), yes);
    } else if (!hangs && sim__fuzz_shows(f, SIM__FUZZ_SLOW_STOPS, 25)) {
        sim__fuzz_put(f, item, KEY(STOP_AFTER), sim__fuzz_drawn_time(f, SIM__FUZZ_ZERO_TOO));
    }
    bool deaf = hangs || (item != NULL && sim__node_at(item, KEY(IGNORE_CANCEL)) != NULL);
    if (sim__fuzz_shows(f, SIM__FUZZ_UNKILLABLE, deaf ? 50 : 10)) {
        sim__fuzz_put(f, item, KEY(IGNORE_ABORT), yes);
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_FINISHES, 50)) {
        put_finish(f, item);
    }
}

struct sim__node *sim__fuzz_item(struct sim__fuzz *f, enum sim__fuzz_kind kind,
                                 enum sim__fuzz_times times)
{
    struct sim__node *item = sim__fuzz_map(f);
    sim__fuzz_pace_behaviour(f);
    bool hangs = put_behaviour(f, item, kind);
    if (item != NULL && sim__node_at(item, KEY(REFUSE)) == NULL &&
        sim__node_at(item, KEY(ANY)) == NULL) {
        put_modifiers(f, item, hangs ? HANGS : HEARS);
    }
    if (times == SIM__FUZZ_TIMES) {
        bool several = sim__fuzz_chance(f, 30);
        uint32_t count = several ? sim__fuzz_between(f, 1, 5) : 1;
        if (several) {
            sim__fuzz_put(f, item, KEY(TIMES), sim__fuzz_number(f, count));
        }
        sim__fuzz_pace_item(f, count);
    }
    return item;
}

void sim__fuzz_script(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind)
{
    struct sim__node *script = sim__tree_list(f->arena);
    for (uint32_t i = sim__fuzz_between(f, 1, 3); i > 0; i--) {
        sim__fuzz_add(f, script, sim__fuzz_item(f, kind, SIM__FUZZ_TIMES));
    }
    sim__fuzz_put(f, service, KEY(SCRIPT), script);
}

/* ---- steps ---- */

static struct sim__node *choices(struct sim__fuzz *f)
{
    struct sim__node *list = sim__tree_list(f->arena);
    for (uint32_t i = sim__fuzz_between(f, 2, 3); i > 0; i--) {
        struct sim__node *choice = sim__fuzz_map(f);
        sim__fuzz_put(f, choice, KEY(WEIGHT), sim__fuzz_number(f, sim__fuzz_between(f, 1, 5)));
        sim__fuzz_put(f, choice, KEY(STEPS), sim__fuzz_steps(f));
        sim__fuzz_add(f, list, choice);
    }
    return list;
}

static struct sim__node *repeat(struct sim__fuzz *f)
{
    struct sim__node *map = sim__fuzz_map(f);
    struct sim__node *steps = sim__tree_list(f->arena);
    sim__fuzz_add(f, steps,
                  sim__fuzz_pair(f, KEY(SLEEP), sim__fuzz_drawn_time(f, SIM__FUZZ_ABOVE_ZERO)));
    sim__fuzz_add(f, steps, sim__fuzz_word(f, sim__fuzz_chance(f, 70) ? "beat" : "not-ready"));
    sim__fuzz_put(f, map, KEY(TIMES), sim__fuzz_number(f, sim__fuzz_between(f, 1, 6)));
    sim__fuzz_put(f, map, KEY(STEPS), steps);
    return map;
}

static struct sim__node *sleeping(struct sim__fuzz *f)
{
    return sim__fuzz_pair(f, KEY(SLEEP), sim__fuzz_drawn_time(f, SIM__FUZZ_ZERO_TOO));
}

static struct sim__node *step(struct sim__fuzz *f)
{
    static const char *const words[] = {"ready", "not-ready", "beat"};
    switch (sim__fuzz_below(f, 6)) {
    case 0:
        return sim__fuzz_word(f, words[sim__fuzz_below(f, 3)]);
    case 1:
        return sim__fuzz_pair(f, KEY(REPEAT), repeat(f));
    case 2:
        if (f->depth < STEPS_DEPTH) {
            return sim__fuzz_pair(f, KEY(CHOOSE), choices(f));
        }
        return sleeping(f);
    case 3:
        if (f->depth < STEPS_DEPTH) {
            return sim__fuzz_pair(f, KEY(ON_CANCEL), sim__fuzz_steps(f));
        }
        return sleeping(f);
    case 4:
        if (sim__fuzz_shows(f, SIM__FUZZ_DO, 60)) {
            return sim__fuzz_pair(f, KEY(DO), sim__fuzz_action(f));
        }
        return sleeping(f);
    default:
        return sleeping(f);
    }
}

/* A program sleeps first, so that one that is started again and again takes its time. */
struct sim__node *sim__fuzz_steps(struct sim__fuzz *f)
{
    static const struct {
        const char *word;
        enum sim__fuzz_end end;
    } ends[] = {{"run", SIM__FUZZ_GOES_ON}, {"succeed", SIM__FUZZ_SUCCEEDS},
                {"fail", SIM__FUZZ_FAILS},  {"crash", SIM__FUZZ_CRASHES},
                {"fail", SIM__FUZZ_FAILS},  {"hang", SIM__FUZZ_GOES_ON}};
    struct sim__node *steps = sim__tree_list(f->arena);
    sim__fuzz_add(f, steps,
                  sim__fuzz_pair(f, KEY(SLEEP), sim__fuzz_drawn_time(f, SIM__FUZZ_ABOVE_ZERO)));
    uint64_t slept_ns = f->pace.length_ns;
    f->depth++;
    for (uint32_t i = sim__fuzz_between(f, 0, 3); i > 0; i--) {
        f->pace.length_ns = 0;
        sim__fuzz_add(f, steps, step(f));
        slept_ns += f->pace.length_ns;
    }
    f->depth--;
    f->pace.length_ns = 0;
    bool hangs = sim__fuzz_has(&f->drawn, SIM__FUZZ_HANG);
    uint32_t end = sim__fuzz_below(f, hangs ? 6 : 5);
    sim__fuzz_add(f, steps, sim__fuzz_word(f, ends[end].word));
    f->pace.length_ns += slept_ns;
    sim__fuzz_pace_end(f, ends[end].end);
    return steps;
}

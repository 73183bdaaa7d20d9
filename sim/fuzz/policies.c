/* How a generated service is kept going: classes, backoffs, breakers, limits. */
#include "internal.h"

static uint64_t longer(struct sup_duration a, struct sup_duration b)
{
    return a.ns > b.ns ? a.ns : b.ns;
}

static void note_wait(struct sim__fuzz *f, struct sup_duration wait)
{
    f->longest.wait_ns = longer(SUP_NS(f->longest.wait_ns), wait);
}

static const char *one_of(struct sim__fuzz *f, const char *const *words, uint32_t count)
{
    return words[sim__fuzz_below(f, count)];
}
#define ONE_OF(f, words) one_of(f, words, (uint32_t)(sizeof(words) / sizeof((words)[0])))

static void put_clean_exits(struct sim__fuzz *f, struct sim__node *service)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_COUNTED, 60)) {
        sim__fuzz_put(f, service, KEY(CLEAN_EXITS), sim__fuzz_word(f, "count"));
        f->pace.at.clean_counts = true;
        return;
    }
    uint64_t delay = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    note_wait(f, SUP_NS(delay));
    f->pace.at.clean_ns = delay;
    sim__fuzz_put(f, service, KEY(CLEAN_EXIT_DELAY), sim__fuzz_time(f, SUP_NS(delay)));
}

static void put_restart(struct sim__fuzz *f, struct sim__node *service)
{
    static const struct {
        const char *word;
        uint32_t restarted;
    } classes[] = {{"always", SIM__FUZZ_ON_ANY},        {"always", SIM__FUZZ_ON_ANY},
                   {"always", SIM__FUZZ_ON_ANY},        {"on-failure", SIM__FUZZ_ON_FAILURE},
                   {"on-crash", SIM__FUZZ_ON(CRASHES)}, {"permanent", SIM__FUZZ_ON_ANY},
                   {"transient", SIM__FUZZ_ON_FAILURE}, {"never", 0}};
    if (sim__fuzz_shows(f, SIM__FUZZ_RESTARTS, 60)) {
        uint32_t which = sim__fuzz_below(f, sizeof(classes) / sizeof(classes[0]));
        sim__fuzz_put(f, service, KEY(RESTART), sim__fuzz_word(f, classes[which].word));
        f->pace.at.restarted = classes[which].restarted;
        put_clean_exits(f, service);
    }
    sim__fuzz_exits(f, service);
    if (sim__fuzz_shows(f, SIM__FUZZ_LIFE, 30)) {
        uint32_t most = sim__fuzz_between(f, 0, 40);
        f->pace.at.most = most;
        sim__fuzz_put(f, service, KEY(MAX_RESTARTS), sim__fuzz_number(f, most));
    }
}

/* Of a few nanoseconds, and often of none: a draw is its least and its greatest then. Nobody
 * is restarted so for ever. */
static void put_tiny_backoff(struct sim__fuzz *f, struct sim__node *service)
{
    static const char *const jitters[] = {"full", "full", "equal", "decorrelated"};
    struct sim__node *backoff = sim__fuzz_map(f);
    uint32_t base = sim__fuzz_between(f, sim__fuzz_has(&f->drawn, SIM__FUZZ_ZEROES) ? 0 : 1, 2);
    uint32_t most = base + sim__fuzz_between(f, 1, 2);
    uint32_t restarts = sim__fuzz_between(f, 1, 12);
    sim__fuzz_put(f, backoff, KEY(BASE), sim__fuzz_time(f, SUP_NS(base)));
    sim__fuzz_put(f, backoff, KEY(MAX), sim__fuzz_time(f, SUP_NS(most)));
    if (sim__fuzz_shows(f, SIM__FUZZ_JITTER, 90)) {
        sim__fuzz_put(f, backoff, KEY(JITTER), sim__fuzz_word(f, ONE_OF(f, jitters)));
    }
    sim__fuzz_put(f, service, KEY(BACKOFF), backoff);
    sim__fuzz_put(f, service, KEY(MAX_RESTARTS), sim__fuzz_number(f, restarts));
    f->pace.at.base_ns = f->pace.at.max_ns = most;
    f->pace.at.most = restarts;
}

static void put_jitter(struct sim__fuzz *f, struct sim__node *backoff)
{
    static const char *const jitters[] = {"none", "full", "equal", "decorrelated", "\u00b110%"};
    static const uint32_t percents[] = {100, 50, 75, 100, 100};
    if (sim__fuzz_shows(f, SIM__FUZZ_JITTER, 40)) {
        uint32_t jitter = sim__fuzz_below(f, sizeof(percents) / sizeof(percents[0]));
        f->pace.at.wait_percent = percents[jitter];
        sim__fuzz_put(f, backoff, KEY(JITTER), sim__fuzz_word(f, jitters[jitter]));
    }
}

/* A wait of zero lengths, again and again, is a livelock that the run would rightly end
 * for. */
static void put_backoff(struct sim__fuzz *f, struct sim__node *service)
{
    static const char *const factors[] = {"1", "1", "2", "2", "3", "1.5"};
    static const uint32_t tenths[] = {10, 10, 20, 20, 30, 15};
    static const char *const resets[] = {"zero", "halve", "minus-one"};
    if (sim__fuzz_shows(f, SIM__FUZZ_EDGES, 10)) {
        put_tiny_backoff(f, service);
        return;
    }
    struct sim__node *backoff = sim__fuzz_map(f);
    uint64_t base = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    uint64_t most = base > f->tick_ns ? base : f->tick_ns;
    most = sim__fuzz_chance(f, 60) ? most * sim__fuzz_between(f, 1, 4) : sim__fuzz_long(f);
    note_wait(f, SUP_NS(base > most ? base : most));
    f->pace.at.base_ns = base < most ? base : most;
    f->pace.at.max_ns = most;
    f->pace.at.factor_tenths = 20;
    f->pace.at.wait_percent = 100;
    sim__fuzz_put(f, backoff, KEY(BASE), sim__fuzz_time(f, SUP_NS(base)));
    sim__fuzz_put(f, backoff, KEY(MAX), sim__fuzz_time(f, SUP_NS(most)));
    if (sim__fuzz_shows(f, SIM__FUZZ_BACKOFFS, 50)) {
        uint32_t factor = sim__fuzz_below(f, sizeof(tenths) / sizeof(tenths[0]));
        f->pace.at.factor_tenths = tenths[factor];
        sim__fuzz_put(f, backoff, KEY(FACTOR), sim__fuzz_word(f, factors[factor]));
    }
    put_jitter(f, backoff);
    if (sim__fuzz_shows(f, SIM__FUZZ_FORGIVING, 50)) {
        uint64_t after = sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO);
        f->pace.at.reset_ns = after;
        sim__fuzz_put(f, backoff, KEY(RESET_AFTER), sim__fuzz_within(f, SUP_NS(after)));
        sim__fuzz_put(f, backoff, KEY(RESET), sim__fuzz_word(f, ONE_OF(f, resets)));
    }
    sim__fuzz_put(f, service, KEY(BACKOFF), backoff);
}

static void put_breaker(struct sim__fuzz *f, struct sim__node *service)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_BREAKERS, 30)) {
        return;
    }
    struct sim__node *breaker = sim__fuzz_map(f);
    uint32_t failures = sim__fuzz_between(f, 1, 6);
    uint64_t within = sim__fuzz_long(f);
    sim__fuzz_put(f, breaker, KEY(FAILURES), sim__fuzz_number(f, failures));
    sim__fuzz_put(f, breaker, KEY(WITHIN), sim__fuzz_within(f, SUP_NS(within)));
    if (sim__fuzz_shows(f, SIM__FUZZ_HALF_OPEN, 80)) {
        uint64_t cooldown = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
        uint64_t probe = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
        note_wait(f, SUP_NS(cooldown + probe));
        f->pace.at.cooldown_ns = cooldown;
        sim__fuzz_put(f, breaker, KEY(THEN), sim__fuzz_word(f, "half-open"));
        sim__fuzz_put(f, breaker, KEY(COOLDOWN), sim__fuzz_time(f, SUP_NS(cooldown)));
        if (sim__fuzz_chance(f, 70)) {
            f->pace.at.probe_ns = probe;
            sim__fuzz_put(f, breaker, KEY(PROBE_FOR), sim__fuzz_time(f, SUP_NS(probe)));
        }
    } else {
        f->pace.at.cooldown_ns = SIM__FUZZ_EVER;
    }
    f->pace.at.breaker = (struct sim__fuzz_gate){within, failures};
    sim__fuzz_put(f, service, KEY(BREAKER), breaker);
}

static void put_limit(struct sim__fuzz *f, struct sim__node *service)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_LIMITS, 25)) {
        return;
    }
    struct sim__node *limit = sim__fuzz_map(f);
    uint32_t max = sim__fuzz_between(f, 0, 8);
    uint64_t within = sim__fuzz_long(f);
    f->pace.at.limit = (struct sim__fuzz_gate){within, max};
    sim__fuzz_put(f, limit, KEY(MAX), sim__fuzz_number(f, max));
    sim__fuzz_put(f, limit, KEY(WITHIN), sim__fuzz_within(f, SUP_NS(within)));
    if (sim__fuzz_shows(f, SIM__FUZZ_ESCALATE, 40)) {
        sim__fuzz_put(f, limit, KEY(THEN), sim__fuzz_word(f, "escalate"));
    } else if (sim__fuzz_shows(f, SIM__FUZZ_QUARANTINE, 60)) {
        sim__fuzz_put(f, limit, KEY(THEN), sim__fuzz_word(f, "quarantine"));
    }
    sim__fuzz_put(f, service, KEY(RESTART_LIMIT), limit);
}

void sim__fuzz_policy(struct sim__fuzz *f, struct sim__node *service)
{
    put_restart(f, service);
    put_backoff(f, service);
    put_breaker(f, service);
    put_limit(f, service);
}

enum sim__fuzz_kind sim__fuzz_kind(struct sim__fuzz *f, struct sim__node *service)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_TASKS, 10)) {
        sim__fuzz_put(f, service, KEY(KIND), sim__fuzz_word(f, "task"));
        f->pace.at.once = true;
        return SIM__FUZZ_TASK;
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_BLOCKING, 25)) {
        sim__fuzz_put(f, service, KEY(KIND), sim__fuzz_word(f, "blocking"));
        f->pools = true;
        return SIM__FUZZ_POOLED;
    }
    if (!sim__fuzz_shows(f, SIM__FUZZ_INTERVALS, 25)) {
        return SIM__FUZZ_SERVICE;
    }
    static const char *const modes[] = {"fixed-delay", "fixed-rate"};
    struct sim__node *interval = sim__fuzz_map(f);
    uint64_t every = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
    note_wait(f, SUP_NS(every));
    f->pace.at.every_ns = every;
    sim__fuzz_put(f, interval, KEY(EVERY), sim__fuzz_time(f, SUP_NS(every)));
    uint32_t mode = sim__fuzz_below(f, 2);
    f->pace.at.at_rate = mode == 1;
    sim__fuzz_put(f, interval, KEY(MODE), sim__fuzz_word(f, modes[mode]));
    sim__fuzz_put(f, service, KEY(KIND), sim__fuzz_word(f, "interval"));
    sim__fuzz_put(f, service, KEY(INTERVAL), interval);
    return SIM__FUZZ_CALLED;
}

static void put_stop(struct sim__fuzz *f, struct sim__node *service)
{
    struct sim__node *stop = sim__fuzz_map(f);
    uint64_t grace = sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO);
    uint64_t wait = sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO);
    f->longest.stop_ns = longer(SUP_NS(f->longest.stop_ns), SUP_NS(grace + wait));
    sim__fuzz_put(f, stop, KEY(GRACE), sim__fuzz_time(f, SUP_NS(grace)));
    sim__fuzz_put(f, stop, KEY(ABORT_WAIT), sim__fuzz_time(f, SUP_NS(wait)));
    if (sim__fuzz_shows(f, SIM__FUZZ_FINISHES, 50)) {
        uint64_t finish = sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO);
        sim__fuzz_put(f, stop, KEY(FINISH), sim__fuzz_time(f, SUP_NS(finish)));
    }
    sim__fuzz_put(f, service, KEY(STOP), stop);
}

void sim__fuzz_liveness(struct sim__fuzz *f, struct sim__node *service)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_STOPS, 80)) {
        put_stop(f, service);
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_READY, 30)) {
        uint64_t timeout = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
        note_wait(f, SUP_NS(timeout));
        /* For as long as it takes, when none is said. */
        struct sim__node *how = sim__fuzz_map(f);
        if (sim__fuzz_chance(f, 85)) {
            f->pace.at.ready_ns = timeout;
            sim__fuzz_put(f, how, KEY(TIMEOUT), sim__fuzz_time(f, SUP_NS(timeout)));
        }
        sim__fuzz_put(f, service, KEY(READY), sim__fuzz_pair(f, KEY(EXPLICIT), how));
    }
    if (sim__fuzz_shows(f, SIM__FUZZ_HEARTBEATS, 30)) {
        static const char *const thens[] = {"report", "restart"};
        struct sim__node *heartbeat = sim__fuzz_map(f);
        uint64_t stale = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
        sim__fuzz_put(f, heartbeat, KEY(STALE_AFTER), sim__fuzz_time(f, SUP_NS(stale)));
        uint32_t then = sim__fuzz_below(f, 2);
        f->pace.at.stale_ns = then == 1 ? stale : SIM__FUZZ_EVER;
        sim__fuzz_put(f, heartbeat, KEY(THEN), sim__fuzz_word(f, thens[then]));
        sim__fuzz_put(f, service, KEY(HEARTBEAT), heartbeat);
    }
}

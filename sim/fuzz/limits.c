/* Limits of a generated service that are no plain windows of restarts, and what its forgiveness
 * runs from. Drawn from a stream that forks off the service's own, as anchors.c does.
 */
#include "internal.h"

#define FORK UINT64_C(0xC2B2AE3D27D4EB4F)

enum window { SLIDING, FIXED, ONCE, STREAK, DECAY, WINDOWS };
static const char *const windows[WINDOWS] = {"sliding", "fixed", "once", "streak", "decay"};
enum counts { RESTARTS, STARTS, ENDS };

static void note_wait(struct sim__fuzz *f, struct sup_duration wait)
{
    f->longest.wait_ns = wait.ns > f->longest.wait_ns ? wait.ns : f->longest.wait_ns;
}

/* What it does when it is full. All of it is said, since a policy may say something else. */
static void put_then(struct sim__fuzz *f, struct sim__node *limit, enum window window,
                     enum counts counts, struct sup_duration within)
{
    static const char *const words[] = {"terminate", "quarantine", "escalate"};
    bool holds = counts == RESTARTS && window != ONCE && sim__fuzz_chance(f, 60);
    if (holds && window == FIXED) {
        note_wait(f, within);
        sim__fuzz_put(f, limit, KEY(THEN), sim__fuzz_word(f, "wait"));
    } else if (holds) {
        struct sup_duration pause = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
        note_wait(f, pause);
        sim__fuzz_put(f, limit, KEY(THEN), sim__fuzz_pair(f, KEY(PAUSE), sim__fuzz_time(f, pause)));
    } else {
        const char *word = words[sim__fuzz_below(f, counts == STARTS ? 2 : 3)];
        sim__fuzz_put(f, limit, KEY(THEN), sim__fuzz_word(f, word));
    }
}

static void put_counts(struct sim__fuzz *f, struct sim__node *limit, enum counts counts)
{
    static const char *const ends[] = {"failed", "crashed", "refused", "clean", "2-100"};
    if (counts == ENDS) {
        struct sim__node *list = sim__tree_list(f->arena);
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
            if (sim__fuzz_chance(f, 50)) {
                sim__fuzz_add(f, list, sim__fuzz_word(f, ends[i]));
            }
        }
        sim__fuzz_put(f, limit, KEY(COUNTS), list);
    } else if (counts == STARTS) {
        sim__fuzz_put(f, limit, KEY(COUNTS), sim__fuzz_word(f, "starts"));
    }
}

/* In place of a plain one. How soon it ends a service is foretold of none of them. */
static void put_limit(struct sim__fuzz *f, struct sim__node *service)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_WINDOWS, 50)) {
        return;
    }
    struct sim__node *limit = sim__fuzz_map(f);
    enum window window = (enum window)sim__fuzz_below(f, WINDOWS);
    enum counts counts = window == STREAK ? RESTARTS : (enum counts)sim__fuzz_below(f, 3);
    struct sup_duration within = {sim__fuzz_long(f)};
    sim__fuzz_put(f, limit, KEY(MAX), sim__fuzz_number(f, sim__fuzz_between(f, 0, 6)));
    sim__fuzz_put(f, limit, KEY(WINDOW), sim__fuzz_word(f, windows[window]));
    if (window == DECAY) {
        sim__fuzz_put(f, limit, KEY(HALF_LIFE), sim__fuzz_time(f, within));
    } else if (window != STREAK) {
        sim__fuzz_put(f, limit, KEY(WITHIN), sim__fuzz_time(f, within));
    }
    if (window == SLIDING && sim__fuzz_chance(f, 70)) {
        struct sup_duration grain = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
        sim__fuzz_put(f, limit, KEY(GRAIN), sim__fuzz_time(f, grain));
    }
    put_counts(f, limit, counts);
    put_then(f, limit, window, counts, within);
    f->pace.at.limit = (struct sim__fuzz_gate){0, 0};
    sim__fuzz_put(f, service, KEY(RESTART_LIMIT), limit);
}

static void put_forgiveness(struct sim__fuzz *f, struct sim__node *service)
{
    static const char *const words[] = {"start", "ready", "failure"};
    if (!sim__fuzz_shows(f, SIM__FUZZ_RESETS, 50)) {
        return;
    }
    struct sim__node *backoff = sim__node_at(service, KEY(BACKOFF));
    if (backoff == NULL) {
        backoff = sim__fuzz_map(f);
        sim__fuzz_put(f, service, KEY(BACKOFF), backoff);
    }
    sim__fuzz_put(f, backoff, KEY(RESET_FROM), sim__fuzz_word(f, words[sim__fuzz_below(f, 3)]));
    if (sim__fuzz_chance(f, 50)) {
        struct sup_duration poll = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
        sim__fuzz_put(f, backoff, KEY(RESET_POLL), sim__fuzz_time(f, poll));
    }
}

void sim__fuzz_limits(struct sim__fuzz *f, struct sim__node *service)
{
    const struct sup_random own = f->random;
    if (service == NULL) {
        return; /* out of memory */
    }
    f->random.state ^= FORK;
    put_limit(f, service);
    put_forgiveness(f, service);
    f->random = own;
}

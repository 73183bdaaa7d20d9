/* A world for tests of the core: a clock that is set by hand, an executor that
 * writes down what it is told and lets the test report ends, an allocator that
 * counts, and a recorder that turns every event into one short line such as
 *
 *   10ms a attempt-ended #1 failed 'boom'
 *
 * Every operation verifies the whole supervisor with sup_check, and memory may
 * be had only while something is created or registered.
 */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sup/sup.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

#define WORLD_ATTEMPTS_MAX 4096

/* What the executor knows of an attempt that it started. */
struct world_attempt {
    struct sup_attempt id;
    uint64_t started_at;
    bool cancelled;
    bool aborted;
    bool abandoned;
    bool ended;
    bool finishing; /* its work is over: what was told before concerns that */
};

struct world_log {
    char *text;
    size_t length;
    size_t size;
};

struct world {
    struct sup *sup;
    uint64_t now;
    struct sup_config config;
    struct world_log events;
    struct world_log calls;
    struct sup_command_outcome outcome; /* of the last command */
    /* executor */
    struct world_attempt attempts[WORLD_ATTEMPTS_MAX];
    uint32_t attempt_count;
    uint32_t forget_at; /* that many: those that ended are forgotten */
    uint32_t refusals;  /* that many starts are refused from now on */
    const char *refusal_text;
    int32_t stop_signal; /* of the last start */
    bool again;          /* attempts may be cancelled or aborted more than once */
    /* allocator */
    bool may_allocate;
    size_t blocks;
    size_t bytes;
    /* events */
    uint64_t sequence;
};

/* ---- the world ---- */
void world_prepare(struct world *w); /* fills w->config, which may then be changed */
void world_create(struct world *w);
void world_open(struct world *w);   /* both */
void world_deafen(struct world *w); /* nobody listens any more */
void world_close(struct world *w);  /* asserts that no byte is left */

/* ---- policies ---- */
struct sup_policy policy_default(void);
/* base and max in ms, factor 2, no jitter. */
struct sup_policy policy_backoff(uint64_t base_ms, uint64_t max_ms);

/* ---- registering ---- */
void spawn(struct world *w, const char *name, const struct sup_policy *policy);
void spawn_in(struct world *w, const char *name, const char *group,
              const struct sup_policy *policy);
int try_spawn(struct world *w, const char *name, const char *group,
              const struct sup_policy *policy);
int spawn_spec(struct world *w, const struct sup_spec *spec); /* its work is the world */
void group(struct world *w, const char *path, enum sup_strategy strategy);
void group_limited(struct world *w, const char *path, enum sup_strategy strategy, uint32_t max,
                   uint64_t within, enum sup_limit_then then);

/* ---- time ---- */
/* Fires what is due before `at`, each at its instant, and then sets the clock to
 * `at` without a step: what happens at `at` is for the test to say. */
void advance_to(struct world *w, uint64_t at);
/* One step; returns how many timers fired. */
uint32_t step(struct world *w);
/* advance_to, then steps until nothing is due. */
void run_to(struct world *w, uint64_t at);

/* ---- reports of the live attempt ---- */
struct sup_attempt attempt_of(const struct world *w, const char *name, uint32_t generation,
                              uint32_t attempt);
struct sup_attempt live_attempt(const struct world *w, const char *name);
int end_attempt(struct world *w, struct sup_attempt id, const struct sup_end *end);
/* Its work has ended so; what it answers is the result. */
int finishing(struct world *w, struct sup_attempt id, const struct sup_end *end);
void succeed(struct world *w, const char *name);
void done(struct world *w, const char *name);
void fail_with(struct world *w, const char *name, const char *error);
void crash(struct world *w, const char *name);
void was_aborted(struct world *w, const char *name);
void ready(struct world *w, const char *name);
void not_ready(struct world *w, const char *name);
void beat(struct world *w, const char *name);
void extend(struct world *w, const char *name, uint64_t length);

/* ---- commands, by ops because of test; the result is returned, the rest is in
 * w->outcome ---- */
int command(struct world *w, enum sup_command code, const char *name);
int cancel_group(struct world *w, const char *path);
int force_abort(struct world *w, const char *path);
int shut_down(struct world *w, uint64_t timeout);

/* ---- expectations ---- */
/* The events since the last look, whole and in order. */
#define expect_events(w, ...) \
    world_expect(&(w)->events, (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
#define expect_no_events(w) \
    world_expect(&(w)->events, (const char *const[]){NULL}, __FILE__, __LINE__)
/* The same for calls of the executor: "0 start a#1". */
#define expect_calls(w, ...) \
    world_expect(&(w)->calls, (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
#define expect_no_calls(w) \
    world_expect(&(w)->calls, (const char *const[]){NULL}, __FILE__, __LINE__)
void world_expect(struct world_log *log, const char *const *lines, const char *file, int line);
void forget_events(struct world *w);
/* How often a text occurs in the events since the last look. */
uint32_t count_events(const struct world *w, const char *text);

struct sup_snapshot look(const struct world *w, const char *name);
bool exists(const struct world *w, const char *name);
/* Phase, operation when not active, reason when terminated: "idle paused". */
#define expect_state(w, name, text) world_expect_state(w, name, text, __FILE__, __LINE__)
void world_expect_state(const struct world *w, const char *name, const char *text, const char *file,
                        int line);
uint64_t deadline(const struct world *w); /* SUP_NEVER_NS when none */
struct sup_metrics metrics(const struct world *w);

#endif

/* A world for tests of the loop: a host whose clock is set by hand, and an executor whose
 * attempts do nothing but what the test says of them. So a turn's instants are exact.
 */
#ifndef TURN_WORLD_H
#define TURN_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sup/host.h"
#include "sup/sup.h"

#define MS UINT64_C(1000000)
#define TURN_STORY_BYTES 65536

struct turn_world {
    struct sup_host *host;
    struct sup *sup;
    uint64_t now_ns;
    uint32_t starts;
    void (*on_start)(struct turn_world *world); /* NULL, or called in each start */
    void *context;                              /* the test's */
    struct sup_host_config config;
    char story[TURN_STORY_BYTES]; /* "a stale;" each, and what the test adds */
};

extern const struct sup_actor turn_actor;

/* Fills world->config, which may then be changed. */
void turn_world_prepare(struct turn_world *world);
void turn_world_create(struct turn_world *world);
void turn_world_open(struct turn_world *world); /* both */
void turn_world_close(struct turn_world *world);

/* One turn that does not wait, at that instant. */
void turn_at(struct turn_world *world, uint64_t now_ns);
void turn_spawn(struct turn_world *world, const char *name, const struct sup_policy *policy);
struct sup_attempt turn_attempt(const struct turn_world *world, const char *name);
struct sup_snapshot turn_look(const struct turn_world *world, const char *name);
void turn_fail(struct turn_world *world, const char *name);
/* Restarts after exactly that long, for ever. */
struct sup_policy turn_policy(uint64_t backoff_ns);

void turn_tell(struct turn_world *world, const char *text);
bool turn_told(const struct turn_world *world, const char *text);
void turn_forget(struct turn_world *world);

/* A report of an executor's that was queued by another thread, or by this one. */
struct turn_report {
    struct sup_host_report report; /* first */
    struct sup_attempt id;
    bool beat; /* else a clean end */
};
void turn_report(struct turn_world *world, struct turn_report *report, const char *name, bool beat);

#endif

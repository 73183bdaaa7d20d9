/* Adds up how long tasks wait. */
#define _GNU_SOURCE
#include "delays.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sup/assert.h"

#define PATH_BYTES 80u
#define STAT_BYTES 128u

/* ---- one account ---- */

static bool is_same(const struct sim__ran *a, const struct sim__ran *b)
{
    return a->cpu_ns == b->cpu_ns && a->waited_ns == b->waited_ns && a->slices == b->slices;
}

/* It went on: what the kernel now says that it had waited is more than was counted, or not. */
static struct sup_duration went_on(struct sim__delay *delay, const struct sim__ran *ran)
{
    uint64_t said =
        ran->waited_ns > delay->ran.waited_ns ? ran->waited_ns - delay->ran.waited_ns : 0;
    uint64_t more = said > delay->counted.ns ? said - delay->counted.ns : 0;
    delay->ran = *ran;
    delay->still_since = SUP_INSTANT_NEVER;
    delay->counted = SUP_NS(0);
    return SUP_NS(more);
}

struct sup_duration sim__delay_account(struct sim__delay *delay, const struct sim__ran *ran,
                                       enum sim__held held, struct sup_instant at)
{
    if (!is_same(&delay->ran, ran)) {
        return went_on(delay, ran);
    }
    if (held == SIM__FREE) {
        delay->still_since = SUP_INSTANT_NEVER;
        delay->counted = SUP_NS(0);
        return SUP_NS(0);
    }
    if (delay->still_since.ns == SUP_NEVER_NS) {
        delay->still_since = at;
        return SUP_NS(0);
    }
    SUP_ASSERT(at.ns >= delay->still_since.ns);
    uint64_t still_ns = at.ns - delay->still_since.ns;
    if (still_ns < SIM__DELAYS_STILL_NS) {
        return SUP_NS(0);
    }
    uint64_t more = still_ns - delay->counted.ns;
    delay->counted = SUP_NS(still_ns);
    return SUP_NS(more);
}

/* ---- all of them ---- */

static struct sim__delay *find(struct sim__delays *delays, long id)
{
    /* The kernel names them in one order, look for look. */
    for (uint32_t i = 0, at = delays->next; i < delays->count; i++, at++) {
        at = at < delays->count ? at : 0;
        if (delays->tasks[at].id == id) {
            delays->next = at + 1;
            return &delays->tasks[at];
        }
    }
    if (delays->count == SIM__DELAYS_MAX) {
        return NULL;
    }
    delays->tasks[delays->count] = (struct sim__delay){.id = id, .still_since = SUP_INSTANT_NEVER};
    return &delays->tasks[delays->count++];
}

size_t sim__delays_read(const char *path, char *text, size_t size)
{
    SUP_ASSERT(size > 0);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

/* By the letter behind its name, which may itself hold a parenthesis. */
static enum sim__held held(const char *directory)
{
    char path[PATH_BYTES];
    char text[STAT_BYTES];
    (void)snprintf(path, sizeof(path), "%s/stat", directory);
    (void)sim__delays_read(path, text, sizeof(text));
    const char *name_end = strrchr(text, ')');
    bool known = name_end != NULL && name_end[1] == ' ';
    return known && (name_end[2] == 'R' || name_end[2] == 'D') ? SIM__HELD : SIM__FREE;
}

void sim__delays_begin(struct sim__delays *delays)
{
    delays->look++;
    delays->next = 0;
}

void sim__delays_end(struct sim__delays *delays)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < delays->count; i++) {
        if (delays->tasks[i].look == delays->look) {
            delays->tasks[kept++] = delays->tasks[i];
        }
    }
    delays->count = kept;
}

struct sup_duration sim__delays_look(struct sim__delays *delays, long id, const char *directory,
                                     struct sup_instant at)
{
    char path[PATH_BYTES];
    char text[STAT_BYTES];
    struct sim__ran ran;
    struct sim__delay *delay = find(delays, id);
    if (delay == NULL) {
        return SUP_NS(0);
    }
    (void)snprintf(path, sizeof(path), "%s/schedstat", directory);
    (void)sim__delays_read(path, text, sizeof(text));
    if (sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &ran.cpu_ns, &ran.waited_ns,
               &ran.slices) != 3) {
        return SUP_NS(0); /* gone, or a kernel that does not tell */
    }
    delay->look = delays->look;
    bool still = is_same(&delay->ran, &ran);
    return sim__delay_account(delay, &ran, still ? held(directory) : SIM__FREE, at);
}

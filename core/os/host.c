/* The host: making and freeing it, its clock; see <sup/host.h>. */
#include "sup/host.h"

#include <stdlib.h>
#include <string.h>

#include "host_internal.h"
#include "sup/assert.h"

#define CALLS_MAX 4096u

#define CONFIG_STRETCHES (SUP_CONFIG_STRETCHES + 1)

/* The stretches of a program's config: those of `sup`, and what comes after it. */
static size_t stretches(struct sup_stretch *parts, size_t size, size_t sup_size, size_t root_size)
{
    size_t count = sup_config_stretches(parts, sup_size, root_size);
    if (count == 0 || size < sup_size) {
        return 0;
    }
    parts[count].theirs = size - sup_size;
    parts[count].ours = sizeof(struct sup_host_config) - sizeof(struct sup_config);
    return count + 1;
}

static void fill_defaults(struct sup_host_config *config)
{
    memset(config, 0, sizeof(*config));
    sup_config_default(&config->sup);
}

void sup_host_config_default_sized(struct sup_host_config *ret_config, size_t size, size_t sup_size,
                                   size_t root_size)
{
    struct sup_host_config own;
    struct sup_stretch parts[CONFIG_STRETCHES];
    fill_defaults(&own);
    sup_face_give(ret_config, &own, parts, stretches(parts, size, sup_size, root_size));
}

/* ---- clock ---- */

static struct sup_instant read_clock(void *context)
{
    return sup_host_now(context);
}

struct sup_instant sup__host_instant(const struct sup_host *host)
{
    const struct sup_clock *clock = &host->embedders;
    return clock->now != NULL ? clock->now(clock->context) : sup_host_now(host);
}

struct sup_instant sup_host_now(const struct sup_host *host)
{
    return sup__clock_now(&host->clock);
}

const struct sup__clock *sup__host_clock(const struct sup_host *host)
{
    return &host->clock;
}

struct sup_instant sup__host_after(const struct sup_host *host, struct sup_duration real)
{
    return sup_instant_add(sup__host_instant(host), sup__clock_length(&host->clock, real));
}

/* ---- users ---- */

void sup__host_use(struct sup_host *host, struct sup__host_user *user)
{
    user->next = host->users;
    host->users = user;
}

void sup__host_unuse(struct sup_host *host, struct sup__host_user *user)
{
    struct sup__host_user **link = &host->users;
    while (*link != user) {
        SUP_ASSERT(*link != NULL);
        link = &(*link)->next;
    }
    *link = user->next;
}

/* ---- mutex ---- */

void sup__host_lock(struct sup_host *host)
{
    if (host->perturb != NULL) {
        host->perturb(host->perturb_context);
    }
    int error = pthread_mutex_lock(&host->mutex);
    SUP_ASSERT(error == 0);
}

void sup__host_unlock(struct sup_host *host)
{
    int error = pthread_mutex_unlock(&host->mutex);
    SUP_ASSERT(error == 0);
}

/* ---- creation ---- */

static int init_mutex(struct sup_host *host)
{
    if (pthread_mutex_init(&host->mutex, NULL) != 0) {
        return SUP_ENOMEM;
    }
    if (pthread_cond_init(&host->rests, NULL) != 0) {
        pthread_mutex_destroy(&host->mutex);
        return SUP_ENOMEM;
    }
    return SUP_OK;
}

/* Fields that can be set without failing. */
static void fill(struct sup_host *host, const struct sup_host_config *config)
{
    host->epoll_fd = host->event_fd = host->timer_fd = host->signal_fd = -1;
    host->armed = SUP_INSTANT_NEVER;
    host->creator = host->turner = pthread_self();
    sigemptyset(&host->unblock);
    host->perturb = config->perturb;
    host->perturb_context = config->perturb_context;
    host->embedders = config->sup.clock;
    host->clock.origin = config->from_zero ? sup__os_now() : (struct sup_instant){0};
    host->clock.speed_billionths =
        config->speed_billionths > 0 ? config->speed_billionths : SUP__SPEED_ONE;
    sup__host_queue_init(host, config->calls_max > 0 ? config->calls_max : CALLS_MAX);
}

static int create(const struct sup_host_config *config, struct sup_host **ret_host)
{
    struct sup_host *host = calloc(1, sizeof(*host));
    if (host == NULL) {
        return SUP_ENOMEM;
    }
    if (init_mutex(host) != SUP_OK) {
        free(host);
        return SUP_ENOMEM;
    }
    fill(host, config);
    struct sup_config sup_config = config->sup;
    if (sup_config.clock.now == NULL) {
        sup_config.clock = (struct sup_clock){read_clock, host};
    }
    if (sup_config.alloc.resize == NULL) {
        sup_config.alloc = sup_allocator_libc;
    }
    int error = sup__host_open(host, config->signals ? SUP__SIGNALS_TAKEN : SUP__SIGNALS_LEFT);
    if (error == SUP_OK) {
        error = sup_create(&sup_config, &host->sup);
    }
    if (error != SUP_OK) {
        sup_host_free(host);
        return error;
    }
    *ret_host = host;
    return SUP_OK;
}

int sup_host_create_sized(const struct sup_host_config *config, size_t size, size_t sup_size,
                          size_t root_size, struct sup_host **ret_host)
{
    struct sup_host_config own;
    struct sup_stretch parts[CONFIG_STRETCHES];
    size_t count = stretches(parts, size, sup_size, root_size);
    if (config == NULL || ret_host == NULL || count == 0) {
        return SUP_EINVAL;
    }
    fill_defaults(&own);
    return sup_face_take(&own, config, parts, count) == 0 ? create(&own, ret_host) : SUP_ENEWER;
}

void sup_host_free(struct sup_host *host)
{
    if (host == NULL) {
        return;
    }
    SUP_ASSERT(host->turning == 0);
    sup_host_end(host);
    sup_free(host->sup);
    for (struct sup__host_user *user = host->users; user != NULL; user = user->next) {
        user->gone(user);
    }
    sup__host_close(host);
    pthread_cond_destroy(&host->rests);
    pthread_mutex_destroy(&host->mutex);
    free(host);
}

struct sup *sup_host_supervisor(struct sup_host *host)
{
    return host->sup;
}

uint64_t sup_host_wakeups(const struct sup_host *host)
{
    struct sup_host *unlocked = (struct sup_host *)(uintptr_t)host;
    sup__host_lock(unlocked);
    uint64_t wakeups = host->wakeups;
    sup__host_unlock(unlocked);
    return wakeups;
}

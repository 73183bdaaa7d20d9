/* The oracle: one stream of answers for each site, an optional list of recorded
 * answers, or an odometer over all of them.
 *
 * A site's stream is derived from the seed and the site's label alone, so the
 * order in which sites appear changes nothing. A replayed answer still takes
 * its draw from the stream: when the list ends, the seed goes on where it would
 * have been, and a recorded run that is replayed has the hash it had.
 */
#include "sim/oracle.h"

#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "oracle_failed.h"
#include "oracle_tape.h"
#include "sup/error.h"
#include "sup/random.h"
#include "tape.h"

struct site {
    char *label; /* NULL: the place is free */
    size_t length;
    uint64_t hash;
    struct sup_random stream;
};

/* One wheel of the odometer. */
struct wheel {
    uint32_t answer;
    uint32_t n;
};

struct sim_oracle {
    struct sim__oracle_head head;
    bool enumerates;
    uint64_t seed;
    uint64_t draws;
    struct site *sites; /* open addressing; a power of two */
    uint32_t site_count;
    uint32_t site_room;
    uint32_t *answers;
    uint32_t answer_count;
    uint32_t answer_next;
    struct wheel *wheels;
    uint32_t wheel_count;
    uint32_t wheel_room;
    uint32_t wheel_next;
    uint64_t visited;
    struct sim_tape *tape; /* NULL: none */
};

static int create(uint64_t seed, struct sim_oracle **ret_oracle)
{
    struct sim_oracle *oracle = calloc(1, sizeof(*oracle));
    if (oracle == NULL) {
        return SUP_ENOMEM;
    }
    oracle->seed = seed;
    *ret_oracle = oracle;
    return SUP_OK;
}

int sim_oracle_create_seeded(uint64_t seed, struct sim_oracle **ret_oracle)
{
    return create(seed, ret_oracle);
}

int sim_oracle_create_replay(uint64_t seed, const uint32_t *answers, uint32_t count,
                             struct sim_oracle **ret_oracle)
{
    struct sim_oracle *oracle = NULL;
    int error = create(seed, &oracle);
    if (error != SUP_OK) {
        return error;
    }
    if (count > 0) {
        oracle->answers = calloc(count, sizeof(*oracle->answers));
        if (oracle->answers == NULL) {
            sim_oracle_free(oracle);
            return SUP_ENOMEM;
        }
        memcpy(oracle->answers, answers, count * sizeof(*answers));
    }
    oracle->answer_count = count;
    *ret_oracle = oracle;
    return SUP_OK;
}

int sim_oracle_create_enumerate(struct sim_oracle **ret_oracle)
{
    int error = create(0, ret_oracle);
    if (error == SUP_OK) {
        (*ret_oracle)->enumerates = true;
    }
    return error;
}

void sim_oracle_free(struct sim_oracle *oracle)
{
    if (oracle == NULL) {
        return;
    }
    for (uint32_t i = 0; i < oracle->site_room; i++) {
        free(oracle->sites[i].label);
    }
    free(oracle->sites);
    free(oracle->answers);
    free(oracle->wheels);
    free(oracle);
}

/* For finding a label; the order of the table decides nothing. Eight bytes at a time, and then
 * the last eight; of a shorter one its bytes. */
static uint64_t label_hash(const char *label, size_t length)
{
    const uint64_t multiplier = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = length;
    uint64_t word = 0;
    if (length < sizeof(word)) {
        memcpy(&word, label, length);
        length = 0;
    }
    for (; length > sizeof(word); length -= sizeof(word), label += sizeof(word)) {
        memcpy(&word, label, sizeof(word));
        hash = (hash ^ word) * multiplier;
        hash ^= hash >> 32;
    }
    if (length > 0) {
        memcpy(&word, label + length - sizeof(word), sizeof(word));
    }
    hash = (hash ^ word) * multiplier;
    return hash ^ hash >> 32;
}

static inline __attribute__((always_inline)) struct site *
site_place(struct site *sites, uint32_t room, const struct site *wanted)
{
    uint32_t i = (uint32_t)wanted->hash & (room - 1);
    while (sites[i].label != NULL &&
           (sites[i].hash != wanted->hash || sites[i].length != wanted->length ||
            memcmp(sites[i].label, wanted->label, wanted->length) != 0)) {
        i = (i + 1) & (room - 1);
    }
    return &sites[i];
}

static __attribute__((noinline)) bool sites_grow(struct sim_oracle *oracle)
{
    uint32_t room = oracle->site_room == 0 ? 16 : oracle->site_room * 2;
    struct site *sites = calloc(room, sizeof(*sites));
    if (sites == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < oracle->site_room; i++) {
        const struct site *old = &oracle->sites[i];
        if (old->label != NULL) {
            *site_place(sites, room, old) = *old;
        }
    }
    free(oracle->sites);
    oracle->sites = sites;
    oracle->site_room = room;
    return true;
}

static __attribute__((noinline)) struct sup_random *
site_begin(const struct sim_oracle *oracle, struct site *site, const struct site *wanted)
{
    char *copy = malloc(wanted->length + 1);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, wanted->label, wanted->length + 1);
    *site = *wanted;
    site->label = copy;
    site->stream = sup_random_derive(oracle->seed, copy, wanted->length);
    return &site->stream;
}

static inline struct sup_random *site_stream(struct sim_oracle *oracle, const char *label)
{
    if (oracle->site_count * 2 >= oracle->site_room && !sites_grow(oracle)) {
        return NULL;
    }
    struct site wanted = {.label = (char *)(uintptr_t)label, .length = strlen(label)};
    wanted.hash = label_hash(label, wanted.length);
    struct site *site = site_place(oracle->sites, oracle->site_room, &wanted);
    if (site->label != NULL) {
        return &site->stream;
    }
    struct sup_random *stream = site_begin(oracle, site, &wanted);
    oracle->site_count += stream != NULL;
    return stream;
}

static uint32_t choose_wheel(struct sim_oracle *oracle, uint32_t n)
{
    if (oracle->wheel_next == oracle->wheel_count) {
        void *grown = sim__grown(oracle->wheels, &oracle->wheel_room,
                                 (uint64_t)oracle->wheel_count + 1, sizeof(*oracle->wheels));
        if (grown == NULL) {
            oracle->head.failed = true;
            return 0;
        }
        oracle->wheels = grown;
        oracle->wheels[oracle->wheel_count++] = (struct wheel){0, n};
    }
    const struct wheel *wheel = &oracle->wheels[oracle->wheel_next++];
    /* A run that asks differently after the same answers is not deterministic;
     * its answer is kept inside the range, and the two runs will differ. */
    return wheel->answer < n ? wheel->answer : n - 1;
}

static __attribute__((noinline)) uint32_t choose(struct sim_oracle *oracle, const char *site,
                                                 uint32_t n)
{
    oracle->draws++;
    if (oracle->enumerates) {
        return choose_wheel(oracle, n);
    }
    struct sup_random *stream = site_stream(oracle, site);
    if (stream == NULL) {
        oracle->head.failed = true;
        return 0;
    }
    uint32_t answer = (uint32_t)sup_random_upto(stream, n - 1, NULL);
    if (oracle->answer_next < oracle->answer_count) {
        answer = oracle->answers[oracle->answer_next++] % n;
    }
    if (oracle->tape != NULL) {
        const struct sim__asked asked = {.label = site, .most = n - 1, .drawn = answer};
        answer = (uint32_t)sim__tape_ask(oracle->tape, &asked);
    }
    return answer;
}

uint32_t sim_oracle_choose(struct sim_oracle *oracle, const char *site, uint32_t n)
{
    return n <= 1 ? 0 : choose(oracle, site, n);
}

void sim__oracle_set_tape(struct sim_oracle *oracle, struct sim_tape *tape)
{
    oracle->tape = tape;
}

struct sim_tape *sim__oracle_tape(const struct sim_oracle *oracle)
{
    return oracle != NULL ? oracle->tape : NULL;
}

uint64_t sim_oracle_draws(const struct sim_oracle *oracle)
{
    return oracle->draws;
}

bool sim_oracle_next(struct sim_oracle *oracle)
{
    if (!oracle->enumerates) {
        return false;
    }
    oracle->visited++;
    /* Wheels beyond the last one that was asked belong to an earlier path. */
    oracle->wheel_count = oracle->wheel_next;
    oracle->wheel_next = 0;
    oracle->draws = 0;
    while (oracle->wheel_count > 0) {
        struct wheel *last = &oracle->wheels[oracle->wheel_count - 1];
        if (last->answer + 1 < last->n) {
            last->answer++;
            return true;
        }
        oracle->wheel_count--;
    }
    return false;
}

uint64_t sim_oracle_visited(const struct sim_oracle *oracle)
{
    return oracle->visited;
}

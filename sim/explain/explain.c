/* Where a failure became likely; see explain.h. */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "hands.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/random.h"

/* With so few choices each is looked at; else so many first. */
#define EACH_MAX 48u
#define FIRST_LOOKS 32u
#define POINTS_MAX 1000u

struct search {
    const struct sim__explaining *explaining;
    struct sim__explained *explained;
    struct sim__hands *hands;
    bool over; /* no more runs are to be made */
};

void sim__explained_release(struct sim__explained *explained)
{
    free(explained->points);
    *explained = (struct sim__explained){0};
}

uint32_t sim__look_percent(const struct sim__look *point)
{
    return point->runs == 0 ? 0 : (uint32_t)((uint64_t)point->same * 100 / point->runs);
}

/* ---- one point ---- */

/* One at least of those that are at work. */
static int wait_for_one(struct search *search, struct sim__look *point)
{
    int result = sim__hands_wait(search->hands, point);
    search->over |= result > 0;
    return result < 0 ? result : SUP_OK;
}

/* Begins one more, unless enough was done. */
static int begin_one(struct search *search, const struct sim__look *point, struct sup_random *seeds)
{
    const struct sim__explaining *explaining = search->explaining;
    search->over |= !explaining->more(explaining->context, search->explained->runs);
    if (search->over) {
        return SUP_OK;
    }
    search->explained->runs++;
    return sim__hands_begin(search->hands, point->choices, sup_random_next(seeds));
}

/* A stream of seeds that is nobody else's, the same for every point. */
static int look(struct search *search, struct sim__look *point)
{
    static const char name[] = "explain";
    const struct sim__explaining *explaining = search->explaining;
    struct sup_random seeds = sup_random_derive(explaining->failure->seed, name, sizeof(name) - 1);
    uint32_t wanted = explaining->continuations;
    uint32_t begun = 0;
    int error = SUP_OK;
    if (point->choices == explaining->choices->count) {
        wanted = 1; /* nothing is left to be drawn */
    }
    while (error == SUP_OK && begun < wanted && !search->over) {
        if (sim__hands_idle(search->hands) == 0) {
            error = wait_for_one(search, point);
        } else {
            error = begin_one(search, point, &seeds);
            begun++;
        }
    }
    while (error == SUP_OK && sim__hands_busy(search->hands) > 0) {
        error = wait_for_one(search, point);
    }
    search->explained->whole &= !search->over;
    return error;
}

/* Looks at the state after so many choices, and puts it at its place among the others. */
static int look_at(struct search *search, uint32_t choices)
{
    struct sim__explained *explained = search->explained;
    struct sim__look point = {.choices = choices};
    uint32_t place = 0;
    while (place < explained->count && explained->points[place].choices < choices) {
        place++;
    }
    if (place < explained->count && explained->points[place].choices == choices) {
        return SUP_OK;
    }
    void *grown = sim__grown(explained->points, &explained->room, (uint64_t)explained->count + 1,
                             sizeof(*explained->points));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    explained->points = grown;
    int error = look(search, &point);
    if (error != SUP_OK || search->over) {
        return error; /* a few continuations would say more than they know */
    }
    memmove(&explained->points[place + 1], &explained->points[place],
            (explained->count - place) * sizeof(*explained->points));
    explained->points[place] = point;
    explained->count++;
    return SUP_OK;
}

/* ---- the search ---- */

/* The end is the run itself, so it comes first: there is always something to be said. */
static int look_around(struct search *search)
{
    uint32_t count = search->explaining->choices->count;
    uint32_t looks = count <= EACH_MAX ? count : FIRST_LOOKS;
    int error = look_at(search, count);
    if (error == SUP_OK) {
        error = look_at(search, 0);
    }
    for (uint32_t i = 1; i < looks && error == SUP_OK && !search->over; i++) {
        error = look_at(search, (uint32_t)((uint64_t)count * i / looks));
    }
    return error;
}

static uint32_t difference(const struct sim__look *a, const struct sim__look *b)
{
    uint32_t before = sim__look_percent(a), after = sim__look_percent(b);
    return before < after ? after - before : before - after;
}

/* Halves the stretch over which most changes; false: none is worth it. */
static bool choose_stretch(const struct sim__explained *explained, uint32_t *ret_choices)
{
    uint32_t most = SIM__EXPLAIN_LOOK - 1;
    for (uint32_t i = 0; i + 1 < explained->count; i++) {
        const struct sim__look *a = &explained->points[i];
        const struct sim__look *b = &explained->points[i + 1];
        if (b->choices - a->choices > 1 && difference(a, b) > most) {
            most = difference(a, b);
            *ret_choices = a->choices + (b->choices - a->choices) / 2;
        }
    }
    return most >= SIM__EXPLAIN_LOOK;
}

static void add_jump(struct sim__explained *explained, const struct sim__jump *jump)
{
    uint32_t rise = difference(&jump->before, &jump->after);
    uint32_t place = 0;
    while (place < explained->jump_count &&
           difference(&explained->jumps[place].before, &explained->jumps[place].after) >= rise) {
        place++;
    }
    if (place == SIM__EXPLAIN_JUMPS_MAX) {
        return;
    }
    uint32_t last = explained->jump_count < SIM__EXPLAIN_JUMPS_MAX ? explained->jump_count++
                                                                   : explained->jump_count - 1;
    for (uint32_t i = last; i > place; i--) {
        explained->jumps[i] = explained->jumps[i - 1];
    }
    explained->jumps[place] = *jump;
}

/* Three standard deviations of the difference of two shares, at their widest, are 300 times
 * the root of 1/2n points: 15 with 200 continuations, more with fewer. */
static bool is_jump(const struct sim__look *a, const struct sim__look *b, uint32_t continuations)
{
    uint32_t rise = sim__look_percent(b) > sim__look_percent(a) ? difference(a, b) : 0;
    return rise >= SIM__EXPLAIN_JUMP && (uint64_t)rise * rise * continuations >= 45000;
}

static void find_jumps(struct sim__explained *explained, uint32_t continuations)
{
    for (uint32_t i = 0; i + 1 < explained->count; i++) {
        const struct sim__look *a = &explained->points[i];
        const struct sim__look *b = &explained->points[i + 1];
        if (is_jump(a, b, continuations)) {
            const struct sim__jump jump = {a->choices, b->choices - a->choices, *a, *b};
            add_jump(explained, &jump);
        }
    }
}

int sim__explain(const struct sim__explaining *explaining, struct sim__explained *ret_explained)
{
    struct search search = {
        .explaining = explaining,
        .explained = ret_explained,
    };
    uint32_t next = 0;
    SUP_ASSERT(explaining->continuations > 0 && ret_explained->count == 0);
    ret_explained->whole = true;
    int error = sim__hands_create(explaining, &search.hands);
    error = error == SUP_OK ? look_around(&search) : error;
    while (error == SUP_OK && !search.over && ret_explained->count < POINTS_MAX &&
           choose_stretch(ret_explained, &next)) {
        error = look_at(&search, next);
    }
    find_jumps(ret_explained, explaining->continuations);
    sim__hands_free(search.hands);
    return error;
}

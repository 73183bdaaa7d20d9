/* The queue of things due: a 4-ary heap in which entries grow stale in place. */
#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"

#define ARITY 4u
#define STALE_MIN 64u /* so many are not worth a rebuild */
#define IDS_MIN 32u   /* room for fewer is not worth growing it again and again */

/* Behind the last entry there are always ARITY that are later than all, so that a family of
 * children can be compared without looking at the count. */
#define LATER_THAN_ALL \
    ((struct sim_queue_entry){.at_ns = UINT64_MAX, .order = UINT64_MAX, .id = UINT32_MAX})

static void end_family(struct sim_queue *queue)
{
    for (uint32_t i = 0; i < ARITY; i++) {
        queue->heap[queue->count + i] = LATER_THAN_ALL;
    }
}

void sim__queue_init(struct sim_queue *queue, enum sim_queue_kind kind)
{
    *queue = (struct sim_queue){.gathers = kind == SIM_QUEUE_GATHERING, .next = SUP_INSTANT_NEVER};
}

void sim__queue_release(struct sim_queue *queue)
{
    free(queue->heap);
    free(queue->stamps);
    free(queue->due);
    free(queue->due_places);
    *queue = (struct sim_queue){.next = SUP_INSTANT_NEVER};
}

static int grow_ids(uint32_t **array, uint32_t from, uint32_t to)
{
    uint32_t *grown = realloc(*array, to * sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    memset(grown + from, 0, (to - from) * sizeof(*grown));
    *array = grown;
    return SUP_OK;
}

int sim__queue_reserve(struct sim_queue *queue, uint32_t ids)
{
    if (ids <= queue->ids) {
        return SUP_OK;
    }
    if (ids > SIM_QUEUE_IDS_MAX) {
        return SUP_ELIMIT;
    }
    uint32_t room = queue->ids * 2 < SIM_QUEUE_IDS_MAX ? queue->ids * 2 : SIM_QUEUE_IDS_MAX;
    room = room < IDS_MIN ? IDS_MIN : room;
    room = room < ids ? ids : room;
    /* One entry that counts for each id, as many stale ones, and one to come. */
    size_t entries = 2 * (size_t)room + STALE_MIN + 1 + ARITY;
    struct sim_queue_entry *heap = realloc(queue->heap, entries * sizeof(*heap));
    if (heap == NULL) {
        return SUP_ENOMEM;
    }
    queue->heap = heap;
    end_family(queue);
    int error = grow_ids(&queue->stamps, queue->ids, room);
    if (error == SUP_OK && queue->gathers) {
        error = grow_ids(&queue->due, queue->ids, room);
    }
    if (error == SUP_OK && queue->gathers) {
        error = grow_ids(&queue->due_places, queue->ids, room);
    }
    if (error == SUP_OK) {
        queue->ids = room;
    }
    return error;
}

/* Without a branch, since which of two things is due first cannot be predicted. */
static inline bool before(const struct sim_queue_entry *a, const struct sim_queue_entry *b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    return ((wide)a->at_ns << 64 | a->order) < ((wide)b->at_ns << 64 | b->order);
#else
    return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->order < b->order);
#endif
}

static bool counts(const struct sim_queue *queue, const struct sim_queue_entry *entry)
{
    return queue->stamps[entry->id] == entry->stamp;
}

static void rise(struct sim_queue *queue, uint32_t hole, const struct sim_queue_entry *entry)
{
    while (hole > 0) {
        uint32_t parent = (hole - 1) / ARITY;
        if (!before(entry, &queue->heap[parent])) {
            break;
        }
        queue->heap[hole] = queue->heap[parent];
        hole = parent;
    }
    queue->heap[hole] = *entry;
}

static inline uint64_t least_child(const struct sim_queue_entry *heap, uint64_t first)
{
    uint64_t low = first + before(&heap[first + 1], &heap[first]);
    uint64_t high = first + 2 + before(&heap[first + 3], &heap[first + 2]);
    return before(&heap[high], &heap[low]) ? high : low;
}

static void sink(struct sim_queue *queue, uint32_t hole, const struct sim_queue_entry *entry)
{
    struct sim_queue_entry *heap = queue->heap;
    uint64_t child = (uint64_t)hole * ARITY + 1;
    while (child < queue->count) {
        uint64_t least = least_child(heap, child);
        if (!before(&heap[least], entry)) {
            break;
        }
        heap[hole] = heap[least];
        hole = (uint32_t)least;
        child = least * ARITY + 1;
    }
    heap[hole] = *entry;
}

static void pop(struct sim_queue *queue)
{
    struct sim_queue_entry last = queue->heap[--queue->count];
    queue->heap[queue->count] = LATER_THAN_ALL;
    if (queue->count > 0) {
        sink(queue, 0, &last);
    }
}

/* The first entry counts, always. */
static inline void drop_stale(struct sim_queue *queue)
{
    while (queue->stale > 0 && !counts(queue, &queue->heap[0])) {
        pop(queue);
        queue->stale--;
    }
}

static void rebuild(struct sim_queue *queue)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < queue->count; i++) {
        if (counts(queue, &queue->heap[i])) {
            queue->heap[kept++] = queue->heap[i];
        }
    }
    queue->count = kept;
    queue->stale = 0;
    end_family(queue);
    for (uint32_t i = kept / ARITY + 1; i-- > 0;) {
        if (i >= kept) {
            continue;
        }
        struct sim_queue_entry entry = queue->heap[i];
        sink(queue, i, &entry);
    }
}

/* What is due first is another one, perhaps. */
static inline void look(struct sim_queue *queue)
{
    queue->next.ns = queue->due_count > 0 ? 0 : queue->heap[0].at_ns;
}

static void due_remove(struct sim_queue *queue, uint32_t id)
{
    uint32_t place = queue->due_places[id];
    if (place == 0) {
        return;
    }
    queue->due_places[id] = 0;
    uint32_t last = queue->due[--queue->due_count];
    if (last != id) {
        queue->due[place - 1] = last;
        queue->due_places[last] = place;
    }
}

void sim__queue_set(struct sim_queue *queue, uint32_t id, struct sup_instant at, uint64_t order)
{
    SUP_ASSERT(id < queue->ids);
    struct sim_queue_entry entry = {.at_ns = at.ns, .order = order, .id = id};
    if (queue->due_count > 0) {
        due_remove(queue, id);
    }
    bool was_in = (queue->stamps[id] & 1) != 0;
    queue->stamps[id] += was_in ? 2 : 1;
    entry.stamp = queue->stamps[id];
    if (was_in && queue->heap[0].id == id) {
        /* Its old entry may be a deeper one, but then the first would be another's:
         * the first entry counts, and this id has one that does. */
        sink(queue, 0, &entry);
        drop_stale(queue);
        look(queue);
        return;
    }
    queue->stale += was_in;
    queue->heap[queue->count + ARITY] = LATER_THAN_ALL;
    rise(queue, queue->count++, &entry);
    look(queue);
    if (queue->stale > STALE_MIN && queue->stale > queue->count / 2) {
        rebuild(queue);
    }
}

void sim__queue_remove(struct sim_queue *queue, uint32_t id)
{
    SUP_ASSERT(id < queue->ids);
    if (queue->due_count > 0) {
        due_remove(queue, id);
        look(queue);
    }
    if ((queue->stamps[id] & 1) == 0) {
        return;
    }
    queue->stamps[id]++;
    if (queue->heap[0].id == id) { /* the one that counts: the first always does */
        pop(queue);
        drop_stale(queue);
        look(queue);
        return;
    }
    queue->stale++;
    if (queue->stale > STALE_MIN && queue->stale > queue->count / 2) {
        rebuild(queue);
    }
}

uint32_t sim__queue_gather(struct sim_queue *queue, struct sup_instant now)
{
    SUP_ASSERT(queue->gathers);
    while (queue->count > 0 && queue->heap[0].at_ns <= now.ns) {
        uint32_t id = queue->heap[0].id;
        queue->stamps[id]++;
        pop(queue);
        drop_stale(queue);
        queue->due[queue->due_count++] = id;
        queue->due_places[id] = queue->due_count;
    }
    if (queue->ids > 0) {
        look(queue);
    }
    return queue->due_count;
}

uint32_t sim__queue_gathered(const struct sim_queue *queue, uint32_t index)
{
    SUP_ASSERT(index < queue->due_count);
    return queue->due[index];
}

void sim__queue_check(const struct sim_queue *queue)
{
    uint32_t stale = 0;
    SUP_ASSERT(queue->due_count <= queue->ids);
    for (uint32_t i = 0; i < queue->count; i++) {
        const struct sim_queue_entry *entry = &queue->heap[i];
        SUP_ASSERT(entry->id < queue->ids);
        SUP_ASSERT(i == 0 || !before(entry, &queue->heap[(i - 1) / ARITY]));
        stale += !counts(queue, entry);
    }
    SUP_ASSERT(stale == queue->stale);
    SUP_ASSERT(queue->next.ns == (queue->due_count > 0 ? 0
                                  : queue->count > 0   ? queue->heap[0].at_ns
                                                       : SUP_NEVER_NS));
    SUP_ASSERT(queue->count == 0 || counts(queue, &queue->heap[0]));
    for (uint32_t i = 0; queue->ids > 0 && i < ARITY; i++) {
        SUP_ASSERT(queue->heap[queue->count + i].order == UINT64_MAX);
    }
    for (uint32_t i = 0; i < queue->due_count; i++) {
        SUP_ASSERT(queue->due_places[queue->due[i]] == i + 1);
    }
}

/* The queue of things due: a 4-ary heap that knows where each id is. */
#include "queue.h"

#include <stdlib.h>

#include "sup/assert.h"
#include "sup/error.h"

#define ARITY 4u
#define NOWHERE UINT32_MAX
#define GATHERED 0x80000000u /* the rest of the place is an index of due[] */

void sim_queue_init(struct sim_queue *queue)
{
    *queue = (struct sim_queue){0};
}

void sim_queue_release(struct sim_queue *queue)
{
    free(queue->heap);
    free(queue->places);
    free(queue->due);
    *queue = (struct sim_queue){0};
}

int sim_queue_reserve(struct sim_queue *queue, uint32_t ids)
{
    if (ids <= queue->ids)
        return SUP_OK;
    if (ids > SIM_QUEUE_IDS_MAX)
        return SUP_ELIMIT;
    uint64_t doubled = (uint64_t)queue->ids * 2;
    uint32_t room = doubled > SIM_QUEUE_IDS_MAX ? SIM_QUEUE_IDS_MAX : (uint32_t)doubled;
    if (room < ids)
        room = ids;
    struct sim_queue_entry *heap = realloc(queue->heap, room * sizeof(*heap));
    if (heap == NULL)
        return SUP_ENOMEM;
    queue->heap = heap;
    uint32_t *places = realloc(queue->places, room * sizeof(*places));
    if (places == NULL)
        return SUP_ENOMEM;
    queue->places = places;
    uint32_t *due = realloc(queue->due, room * sizeof(*due));
    if (due == NULL)
        return SUP_ENOMEM;
    queue->due = due;
    for (uint32_t id = queue->ids; id < room; id++)
        places[id] = NOWHERE;
    queue->ids = room;
    return SUP_OK;
}

static bool before(const struct sim_queue_entry *a, const struct sim_queue_entry *b)
{
    return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->order < b->order);
}

static void put(struct sim_queue *queue, uint32_t index, const struct sim_queue_entry *entry)
{
    queue->heap[index] = *entry;
    queue->places[entry->id] = index;
}

static uint32_t rise(struct sim_queue *queue, uint32_t hole, const struct sim_queue_entry *entry)
{
    while (hole > 0) {
        uint32_t parent = (hole - 1) / ARITY;
        if (!before(entry, &queue->heap[parent]))
            break;
        put(queue, hole, &queue->heap[parent]);
        hole = parent;
    }
    return hole;
}

static uint32_t sink(struct sim_queue *queue, uint32_t hole, const struct sim_queue_entry *entry)
{
    for (;;) {
        uint64_t child = (uint64_t)hole * ARITY + 1;
        if (child >= queue->count)
            return hole;
        uint64_t end = child + ARITY < queue->count ? child + ARITY : queue->count;
        uint32_t least = (uint32_t)child;
        for (uint32_t i = least + 1; i < end; i++)
            if (before(&queue->heap[i], &queue->heap[least]))
                least = i;
        if (!before(&queue->heap[least], entry))
            return hole;
        put(queue, hole, &queue->heap[least]);
        hole = least;
    }
}

/* Puts the entry where it belongs, from a hole anywhere in the heap. */
static void settle(struct sim_queue *queue, uint32_t hole, struct sim_queue_entry entry)
{
    uint32_t index = rise(queue, hole, &entry);
    if (index == hole)
        index = sink(queue, hole, &entry);
    put(queue, index, &entry);
}

static void heap_remove(struct sim_queue *queue, uint32_t index)
{
    queue->places[queue->heap[index].id] = NOWHERE;
    struct sim_queue_entry last = queue->heap[--queue->count];
    if (index < queue->count)
        settle(queue, index, last);
}

static void due_remove(struct sim_queue *queue, uint32_t index)
{
    queue->places[queue->due[index]] = NOWHERE;
    uint32_t last = queue->due[--queue->due_count];
    if (index < queue->due_count) {
        queue->due[index] = last;
        queue->places[last] = GATHERED | index;
    }
}

void sim_queue_set(struct sim_queue *queue, uint32_t id, uint64_t at_ns, uint64_t order)
{
    SUP_ASSERT(id < queue->ids);
    struct sim_queue_entry entry = {.at_ns = at_ns, .order = order, .id = id};
    uint32_t place = queue->places[id];
    if (place != NOWHERE && (place & GATHERED) != 0) {
        due_remove(queue, place & ~GATHERED);
        place = NOWHERE;
    }
    if (place == NOWHERE)
        place = queue->count++;
    settle(queue, place, entry);
}

void sim_queue_remove(struct sim_queue *queue, uint32_t id)
{
    SUP_ASSERT(id < queue->ids);
    uint32_t place = queue->places[id];
    if (place == NOWHERE)
        return;
    if ((place & GATHERED) != 0)
        due_remove(queue, place & ~GATHERED);
    else
        heap_remove(queue, place);
}

uint64_t sim_queue_next(const struct sim_queue *queue)
{
    if (queue->due_count > 0)
        return 0;
    return queue->count > 0 ? queue->heap[0].at_ns : UINT64_MAX;
}

uint32_t sim_queue_first(const struct sim_queue *queue)
{
    SUP_ASSERT(queue->count > 0);
    return queue->heap[0].id;
}

uint32_t sim_queue_gather(struct sim_queue *queue, uint64_t now_ns)
{
    while (queue->count > 0 && queue->heap[0].at_ns <= now_ns) {
        uint32_t id = queue->heap[0].id;
        heap_remove(queue, 0);
        queue->places[id] = GATHERED | queue->due_count;
        queue->due[queue->due_count++] = id;
    }
    return queue->due_count;
}

uint32_t sim_queue_gathered(const struct sim_queue *queue, uint32_t index)
{
    SUP_ASSERT(index < queue->due_count);
    return queue->due[index];
}

void sim_queue_check(const struct sim_queue *queue)
{
    SUP_ASSERT(queue->count <= queue->ids && queue->due_count <= queue->ids);
    for (uint32_t i = 0; i < queue->count; i++) {
        SUP_ASSERT(queue->places[queue->heap[i].id] == i);
        if (i > 0)
            SUP_ASSERT(before(&queue->heap[(i - 1) / ARITY], &queue->heap[i]));
    }
    for (uint32_t i = 0; i < queue->due_count; i++)
        SUP_ASSERT(queue->places[queue->due[i]] == (GATHERED | i));
}

/* Readers of ranges: a value, or {min, max}. */
#include <string.h>

#include "reader.h"

enum { R_MIN, R_MAX, R_KEYS };
#define AT(id, ...) SIM__PLACE(SIM__KEY_##id, R_##id),
static const struct sim__keys range_keys = {R_KEYS, {SIM__RANGE_KEYS(AT)}};

static bool check_range(struct sim__reader *reader, const struct sim__node *node,
                        struct sim_range range)
{
    if (range.min > range.max) {
        sim__error(reader, node->at, "%s`min` is above `max`", sim__label(reader, node));
        return false;
    }
    return true;
}

/* The parts of {min, max}; false when it is not that. */
static bool range_parts(struct sim__reader *reader, const struct sim__node *node,
                        struct sim__node **parts)
{
    if (!sim__map(reader, node, &range_keys, parts)) {
        return false;
    }
    if (parts[R_MIN] == NULL && parts[R_MAX] == NULL) {
        sim__error_as(reader, SIM__CODE_MISSING_KEY, node->at,
                      "%sa range needs `min`, `max` or both", sim__label(reader, node));
        return false;
    }
    return true;
}

/* Reads one end of a range, or its only value; lengths and instants in nanoseconds. */
typedef bool (*read_end_fn)(struct sim__reader *reader, const struct sim__node *node,
                            uint64_t *ret_value);

static bool read_whole(struct sim__reader *reader, const struct sim__node *node,
                       uint64_t *ret_number)
{
    return sim__number(reader, node, 0, UINT64_MAX, ret_number);
}

static bool read_duration(struct sim__reader *reader, const struct sim__node *node,
                          uint64_t *ret_value)
{
    struct sup_duration length;
    if (!sim__duration(reader, node, SIM__NEVER_OK, &length)) {
        return false;
    }
    *ret_value = length.ns;
    return true;
}

static bool read_instant(struct sim__reader *reader, const struct sim__node *node,
                         uint64_t *ret_value)
{
    struct sup_instant at;
    if (!sim__instant(reader, node, &at)) {
        return false;
    }
    *ret_value = at.ns;
    return true;
}

/* `never` is no instant, but the open end of a range may be written so. */
static bool read_open_end(struct sim__reader *reader, const struct sim__node *node,
                          uint64_t *ret_value)
{
    return sim__is_word(node, "never") ? read_duration(reader, node, ret_value)
                                       : read_instant(reader, node, ret_value);
}

static bool read_range(struct sim__reader *reader, const struct sim__node *node,
                       read_end_fn read_end, struct sim_range *ret_range)
{
    struct sim_range range = {0, UINT64_MAX};
    struct sim__node *parts[R_KEYS];
    if (!range_parts(reader, node, parts) ||
        (parts[R_MIN] != NULL && !read_end(reader, parts[R_MIN], &range.min)) ||
        (parts[R_MAX] != NULL && !read_end(reader, parts[R_MAX], &range.max)) ||
        !check_range(reader, node, range)) {
        return false;
    }
    *ret_range = range;
    return true;
}

static bool read_exact(struct sim__reader *reader, const struct sim__node *node,
                       read_end_fn read_end, struct sim_range *ret_range)
{
    struct sim_range range;
    if (!read_end(reader, node, &range.min)) {
        return false;
    }
    range.max = range.min;
    *ret_range = range;
    return true;
}

bool sim__number_range(struct sim__reader *reader, const struct sim__node *node,
                       struct sim_range *ret_range)
{
    if (node->kind == SIM__MAP) {
        return read_range(reader, node, read_whole, ret_range);
    }
    if (node->kind != SIM__SCALAR || !sim__is_numeric(node)) {
        sim__wrong_type(reader, node, "a number or {min, max}");
        return false;
    }
    return read_exact(reader, node, read_whole, ret_range);
}

bool sim__duration_range(struct sim__reader *reader, const struct sim__node *node,
                         struct sim_range *ret_range)
{
    return node->kind == SIM__MAP ? read_range(reader, node, read_duration, ret_range)
                                  : read_exact(reader, node, read_duration, ret_range);
}

bool sim__instant_range(struct sim__reader *reader, const struct sim__node *node,
                        struct sim_range *ret_range)
{
    return node->kind == SIM__MAP ? read_range(reader, node, read_open_end, ret_range)
                                  : read_exact(reader, node, read_instant, ret_range);
}

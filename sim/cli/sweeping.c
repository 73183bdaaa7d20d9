/* The options of `rehearse sweep`. */
#include "sweeping.h"

#include <string.h>

#include "numbers.h"
#include "options.h"
#include "sim/duration.h"

#define KINDS \
    "a kind is start, allocation, timer, report-late, report-lost, beat or ready; may be repeated"

/* The kind that is called so, SIM__POINTS: none is. */
static enum sim__point kind_of(const char *name, size_t length)
{
    uint32_t kind = 0;
    while (kind < SIM__POINTS &&
           (strlen(sim__point_name((enum sim__point)kind)) != length ||
            memcmp(sim__point_name((enum sim__point)kind), name, length) != 0)) {
        kind++;
    }
    return (enum sim__point)kind;
}

const char *cli_set_kind(struct cli_options *options, const char *value)
{
    enum sim__point kind = kind_of(value, strlen(value));
    if (kind == SIM__POINTS) {
        return KINDS;
    }
    options->sweeping.kinds |= 1u << kind;
    options->sweeping.point.first.kind = kind;
    return NULL;
}

const char *cli_set_at(struct cli_options *options, const char *value)
{
    uint64_t *at = &options->sweeping.point.first.at;
    return cli_number_read(value, at) && *at > 0 ? NULL : "the number of a point, from 1";
}

const char *cli_set_persistent(struct cli_options *options, const char *value)
{
    (void)value;
    options->sweeping.point.first.persistent = true;
    return NULL;
}

const char *cli_set_then(struct cli_options *options, const char *value)
{
    struct sim_fault *then = &options->sweeping.point.then;
    const char *colon = strchr(value, ':');
    size_t length = colon != NULL ? (size_t)(colon - value) : 0;
    then->kind = kind_of(value, length);
    bool good = then->kind != SIM__POINTS && cli_number_read(colon + 1, &then->at) && then->at > 0;
    return good ? NULL : "a kind of point and its number after the first fault, like beat:3";
}

static const char *set_count(uint64_t *count, const char *value)
{
    bool good = cli_number_read(value, count) && *count > 0 && *count <= UINT32_MAX / 2;
    return good ? NULL : "a number from 1 to 2147483647";
}

const char *cli_set_points(struct cli_options *options, const char *value)
{
    return set_count(&options->sweeping.points_max, value);
}

const char *cli_set_pairs(struct cli_options *options, const char *value)
{
    return set_count(&options->sweeping.pairs_max, value);
}

const char *cli_set_late(struct cli_options *options, const char *value)
{
    const char *why = "a duration, like 1s";
    uint64_t *late = &options->sweeping.late.ns;
    if (sim_duration_parse(value, late, &why) != 0) {
        return why;
    }
    return *late > 0 && *late < UINT64_MAX ? NULL : "a duration above 0";
}

const char *cli_sweeping_mistake(const struct cli_options *options)
{
    const struct cli_sweeping *sweeping = &options->sweeping;
    const struct sim__sweep_point *point = &sweeping->point;
    bool one_kind = sweeping->kinds != 0 && (sweeping->kinds & (sweeping->kinds - 1)) == 0;
    if (point->first.at > 0 && !one_kind) {
        return "--at N is the number of a point of one kind: --kind start --at 17";
    }
    if (point->first.at == 0 && (point->first.persistent || point->then.at > 0)) {
        return "--persistent and --then belong to one point: --kind start --at 17";
    }
    if (point->first.at > 0 && (sweeping->points_max > 0 || sweeping->pairs_max > 0)) {
        return "--at N is one point: --points and --pairs choose among many";
    }
    if (point->first.at > 0 && options->shard_count > 0) {
        return "--at N is one point: --shard divides many";
    }
    if (point->first.persistent && point->then.at > 0) {
        return "--then follows a fault that comes once: without --persistent";
    }
    return NULL;
}

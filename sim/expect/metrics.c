/* Expectations about metrics: the supervisor's, a group's, or of services added up. */
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/supervisor.h"

uint64_t sim__metric_value(const struct sup_metrics *metrics, const char *name)
{
#define SUP__X(field, type, help) \
    if (strcmp(name, #field) == 0) { \
        return metrics->field; \
    }
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
    SUP_ASSERT(false);
}

/* The name, from a list that stays. */
static const char *lasting(const char *name)
{
#define SUP__X(field, type, help) \
    if (strcmp(name, #field) == 0) { \
        return #field; \
    }
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
    SUP_ASSERT(false);
}

static void add(struct sup_metrics *sum, const struct sup *sup, const char *service)
{
    struct sup_metrics own;
    if (sup_service_metrics(sup, service, &own) != SUP_OK) {
        return; /* nobody has borne the name yet */
    }
#define SUP__X(field, type, help) sum->field += own.field;
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
}

void sim__metrics_of(const struct sim__target *target, const struct sup *sup,
                     struct sup_metrics *ret_sum)
{
    *ret_sum = (struct sup_metrics){0};
    const char *name;
    for (uint32_t i = 0; i < target->name_count; i++) {
        add(ret_sum, sup, target->names[i]);
    }
    if (target->glob_count == 0) {
        return;
    }
    for (uint32_t i = 0; target->keeps_slots && i < target->slot_count; i++) {
        add(ret_sum, sup, sup_slot_name(sup, target->slots[i]));
    }
    for (uint32_t i = 0; !target->keeps_slots && (name = sup_slot_name(sup, i)) != NULL; i++) {
        if (sim__target_globs(target, name)) {
            add(ret_sum, sup, name);
        }
    }
}

/* Those that the entry asks for. A group that is not there yet has counted nothing. */
static void read_metrics(const struct sim__entry *entry, struct sup *sup,
                         struct sup_metrics *ret_metrics)
{
    const struct sim_expectation *e = entry->expectation;
    if (e->target.count > 0) {
        sim__metrics_of(&entry->target, sup, ret_metrics);
    } else if (e->group == NULL) {
        sup_metrics_read(sup, ret_metrics);
    } else if (sup_group_metrics(sup, e->group, ret_metrics) != SUP_OK) {
        *ret_metrics = (struct sup_metrics){0};
    }
}

bool sim__metrics_hold(const struct sim__entry *entry, struct sup *sup)
{
    const struct sim_expectation *e = entry->expectation;
    struct sup_metrics metrics;
    read_metrics(entry, sup, &metrics);
    for (uint32_t i = 0; i < e->metric_count; i++) {
        if (!sim__within(e->metrics[i].range, sim__metric_value(&metrics, e->metrics[i].name))) {
            return false;
        }
    }
    return true;
}

/* ---- words ---- */

void sim__metrics_describe(struct sim__text *out, const struct sim_expectation *e)
{
    sim__text_put(out, "metrics");
    if (e->target.count > 0) {
        sim__text_put(out, " of ");
        sim__target_text(out, &e->target);
    } else if (e->group != NULL) {
        sim__text_put(out, " of group ");
        sim__text_show(out, e->group);
    }
    for (uint32_t i = 0; i < e->metric_count; i++) {
        sim__text_put(out, i == 0 ? ": " : ", ");
        sim__text_put(out, e->metrics[i].name);
        sim__text_char(out, ' ');
        sim__range_text(out, e->metrics[i].range, SIM__NUMBERS);
    }
}

void sim__metrics_explain(const struct sim__entry *entry, struct sup *sup,
                          struct sim__finding *finding)
{
    const struct sim_expectation *e = entry->expectation;
    struct sup_metrics metrics;
    read_metrics(entry, sup, &metrics);
    for (uint32_t i = 0; i < e->metric_count; i++) {
        uint64_t value = sim__metric_value(&metrics, e->metrics[i].name);
        if (e->when == SIM_WHEN_NEVER || !sim__within(e->metrics[i].range, value)) {
            if (finding->found.length == 0) {
                finding->detail = lasting(e->metrics[i].name);
            }
            sim__text_put(&finding->found, finding->found.length > 0 ? ", " : "");
            sim__text_put(&finding->found, e->metrics[i].name);
            sim__text_char(&finding->found, ' ');
            sim__text_u64(&finding->found, value);
        }
    }
    for (uint32_t i = 0; i < entry->target.name_count; i++) {
        sim__finding_concerns(finding, entry->target.names[i]);
    }
}

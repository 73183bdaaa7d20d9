/* Gathers evidence from late runs. */
#include "evidence.h"

#include <stdlib.h>

#include "sup/assert.h"

int sim__evidence_create(const struct sim__story *reference, struct sim__evidence *ret_evidence)
{
    struct sim__evidence evidence = {0};
    int error = sim__lines_cut(reference, &evidence.lines);
    if (error != SUP_OK) {
        return error;
    }
    size_t count = evidence.count = evidence.lines.count;
    evidence.wanted_ns = calloc(count + 1, sizeof(*evidence.wanted_ns));
    evidence.key = calloc(count + 1, sizeof(*evidence.key));
    evidence.at_ns = calloc((count + 1) * SIM__EVIDENCE_RUNS, sizeof(*evidence.at_ns));
    evidence.place = calloc((count + 1) * SIM__EVIDENCE_RUNS, sizeof(*evidence.place));
    if (evidence.wanted_ns == NULL || evidence.key == NULL || evidence.at_ns == NULL ||
        evidence.place == NULL) {
        sim__evidence_release(&evidence);
        return SUP_ENOMEM;
    }
    uint32_t key = 0;
    for (size_t from = 0; from < count; key++) {
        size_t end = sim__lines_end(&evidence.lines, from);
        for (; from < end; from++) {
            const struct sim__line *line = &evidence.lines.items[from];
            evidence.wanted_ns[line->index] = line->at_ns;
            evidence.key[line->index] = key;
        }
    }
    *ret_evidence = evidence;
    return SUP_OK;
}

void sim__evidence_release(struct sim__evidence *evidence)
{
    sim__lines_free(&evidence->lines);
    free(evidence->wanted_ns);
    free(evidence->key);
    free(evidence->at_ns);
    free(evidence->place);
    *evidence = (struct sim__evidence){0};
}

void sim__evidence_match(const struct sim__evidence *evidence, const struct sim__lines *told,
                         const struct sim__line **ret_lines)
{
    const struct sim__lines *wanted = &evidence->lines;
    for (size_t i = 0; i < evidence->count; i++) {
        ret_lines[i] = NULL;
    }
    for (size_t i = 0, k = 0; i < wanted->count && k < told->count;) {
        int order = sim__line_order(&wanted->items[i], &told->items[k]);
        size_t end = order <= 0 ? sim__lines_end(wanted, i) : i;
        size_t told_end = order >= 0 ? sim__lines_end(told, k) : k;
        for (size_t a = i, b = k; order == 0 && a < end && b < told_end; a++, b++) {
            if (sim__line_compare(&wanted->items[a], &told->items[b]) != SIM__SAME) {
                break;
            }
            ret_lines[wanted->items[a].index] = &told->items[b];
        }
        i = end;
        k = told_end;
    }
}

int sim__evidence_add(struct sim__evidence *evidence, const struct sim__lines *told)
{
    uint32_t run = evidence->runs;
    if (run == SIM__EVIDENCE_RUNS) {
        return SUP_OK;
    }
    const struct sim__line **lines = calloc(evidence->count + 1, sizeof(*lines));
    if (lines == NULL) {
        return SUP_ENOMEM;
    }
    sim__evidence_match(evidence, told, lines);
    for (size_t i = 0; i < evidence->count; i++) {
        size_t cell = i * SIM__EVIDENCE_RUNS + run;
        evidence->at_ns[cell] = lines[i] != NULL ? lines[i]->at_ns : SIM__UNTOLD;
        evidence->place[cell] = lines[i] != NULL ? (uint32_t)lines[i]->index : UINT32_MAX;
    }
    evidence->runs++;
    free(lines);
    return SUP_OK;
}

static uint64_t at(const struct sim__evidence *evidence, uint32_t run, size_t i)
{
    SUP_ASSERT(run < evidence->runs && i < evidence->count);
    return evidence->at_ns[i * SIM__EVIDENCE_RUNS + run];
}

bool sim__evidence_lateness(const struct sim__evidence *evidence, uint32_t run, size_t i,
                            int64_t *ret_ns)
{
    uint64_t at_ns = at(evidence, run, i);
    *ret_ns = (int64_t)(at_ns - evidence->wanted_ns[i]);
    return at_ns != SIM__UNTOLD;
}

bool sim__evidence_gap(const struct sim__evidence *evidence, uint32_t run, size_t i, size_t k,
                       int64_t *ret_ns)
{
    int64_t own, other;
    bool known = sim__evidence_lateness(evidence, run, i, &own) &&
                 sim__evidence_lateness(evidence, run, k, &other);
    *ret_ns = known ? own - other : 0;
    return known;
}

bool sim__evidence_together(const struct sim__evidence *evidence, size_t i, size_t k)
{
    for (uint32_t run = 0; run < evidence->runs; run++) {
        uint64_t one = at(evidence, run, i), other = at(evidence, run, k);
        if (one != SIM__UNTOLD && other != SIM__UNTOLD && one != other) {
            return false;
        }
    }
    return true;
}

bool sim__evidence_ordered(const struct sim__evidence *evidence, size_t first, size_t second)
{
    const uint32_t *a = &evidence->place[first * SIM__EVIDENCE_RUNS];
    const uint32_t *b = &evidence->place[second * SIM__EVIDENCE_RUNS];
    uint32_t told = 0;
    for (uint32_t run = 0; run < evidence->runs; run++) {
        if (a[run] == UINT32_MAX || b[run] == UINT32_MAX) {
            continue;
        }
        if (a[run] > b[run]) {
            return false;
        }
        told++;
    }
    return told >= SIM__EVIDENCE_ENOUGH;
}

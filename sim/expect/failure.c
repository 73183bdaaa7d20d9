/* Failed expectations: their words, and the list of them. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sup/error.h"

void sim__finding_init(struct sim__finding *finding)
{
    finding->service_count = 0;
    finding->detail = "";
    sim__text_init_fixed(&finding->expected, finding->expected_bytes,
                         sizeof(finding->expected_bytes));
    sim__text_init_fixed(&finding->found, finding->found_bytes, sizeof(finding->found_bytes));
}

void sim__finding_concerns(struct sim__finding *finding, const char *service)
{
    for (uint32_t i = 0; i < finding->service_count; i++) {
        if (strcmp(finding->services[i], service) == 0) {
            return;
        }
    }
    if (finding->service_count < SIM__CONCERNED_MAX) {
        finding->services[finding->service_count++] = service;
    }
}

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *to = malloc(size);
    return to == NULL ? NULL : memcpy(to, text, size);
}

/* A text that did not fit ends in an ellipsis, never inside a character. */
static char *copy_out(const struct sim__text *out)
{
    char *to = copy(out->bytes);
    if (to == NULL || out->length < out->capacity) {
        return to;
    }
    size_t at = out->capacity - 4;
    while (at > 0 && ((unsigned char)to[at] & 0xC0u) == 0x80u) {
        at--;
    }
    memcpy(to + at, "...", 4);
    return to;
}

static void release(struct sim_failure *failure)
{
    for (uint32_t i = 0; i < failure->service_count; i++) {
        free((void *)(uintptr_t)failure->services[i]);
    }
    free(failure->services);
    free((void *)(uintptr_t)failure->expected);
    free((void *)(uintptr_t)failure->found);
}

static bool fill(struct sim_failure *failure, const struct sim__finding *finding)
{
    failure->detail = finding->detail;
    failure->expected = copy_out(&finding->expected);
    failure->found = copy_out(&finding->found);
    if (failure->expected == NULL || failure->found == NULL) {
        return false;
    }
    if (finding->service_count == 0) {
        return true;
    }
    failure->services = calloc(finding->service_count, sizeof(*failure->services));
    if (failure->services == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < finding->service_count; i++) {
        failure->services[i] = copy(finding->services[i]);
        if (failure->services[i] == NULL) {
            return false;
        }
        failure->service_count++;
    }
    return true;
}

static bool make_room(struct sim_expect *expect)
{
    void *grown = sim__grown(expect->failures, &expect->failure_capacity,
                             (uint64_t)expect->failure_count + 1, sizeof(*expect->failures));
    if (grown == NULL) {
        return false;
    }
    expect->failures = grown;
    return true;
}

void sim__expect_add(struct sim_expect *expect, struct sim_place place, struct sup_instant at,
                     const struct sim__finding *finding)
{
    if (expect->asking) {
        expect->denied = true;
        return;
    }
    if (expect->failure_count >= SIM__FAILURES_MAX) {
        return;
    }
    struct sim_failure failure = {.place = place, .check = expect->check, .at_ns = at.ns};
    if (make_room(expect) && fill(&failure, finding)) {
        expect->failures[expect->failure_count++] = failure;
    } else {
        release(&failure);
        expect->failed = true;
    }
}

void sim_expect_fail(struct sim_expect *expect, const struct sim_finding *given)
{
    struct sim__finding finding;
    sim__finding_init(&finding);
    finding.detail = given->detail != NULL ? given->detail : "";
    sim__text_put(&finding.expected, given->expected);
    sim__text_put(&finding.found, given->found);
    if (given->service != NULL) {
        sim__finding_concerns(&finding, given->service);
    }
    expect->check = given->check;
    sim__expect_add(expect, given->place, given->at, &finding);
}

void sim__failures_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->failure_count; i++) {
        release(&expect->failures[i]);
    }
    free(expect->failures);
}

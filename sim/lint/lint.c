/* Asks every trap of a scenario; see lint.h. */
#include "lint.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "traps.h"

typedef void (*file_fn)(struct sim__lint *lint);
typedef void (*service_fn)(struct sim__lint *lint, const struct sim__subject *subject);

/* Of each one function is set. */
struct trap {
    const char *name;
    file_fn of_file;
    service_fn of_service;
};

#define ROW_FILE(function, name) {name, sim__trap_##function, NULL},
#define ROW_SERVICE(function, name) {name, NULL, sim__trap_##function},
#define ROW(function, name, scope) ROW_##scope(function, name)
static const struct trap traps[] = {SIM__TRAP_LIST(ROW)};
#define TRAPS (sizeof(traps) / sizeof(traps[0]))

void sim__warn(struct sim__lint *lint, struct sim_place place, const char *format, ...)
{
    char text[640];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    sim__diagnose(&lint->diagnosis, place, lint->trap, text);
}

/* Comparisons and the like: about a second. */
#define WORK_MAX UINT64_C(200000000)

bool sim__lint_spend(struct sim__lint *lint, uint64_t units)
{
    if (units > WORK_MAX - lint->spent) {
        lint->spent = WORK_MAX;
        return false;
    }
    lint->spent += units;
    return true;
}

static void ask(struct sim__lint *lint, const struct sim__subject *subject)
{
    for (size_t i = 0; i < TRAPS; i++) {
        if (traps[i].of_service != NULL) {
            lint->trap = traps[i].name;
            traps[i].of_service(lint, subject);
        }
    }
}

static void ask_all(struct sim__lint *lint)
{
    const struct sim_scenario *scenario = lint->scenario;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        ask(lint, &(struct sim__subject){.service = &scenario->services[i], .index = i});
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        bool refused = action->has_expect && action->expect.result != SUP_OK;
        if (action->service != NULL && !refused) {
            ask(lint,
                &(struct sim__subject){.service = action->service, .index = i, .spawned = true});
        }
    }
    for (size_t i = 0; i < TRAPS; i++) {
        if (traps[i].of_file != NULL) {
            lint->trap = traps[i].name;
            traps[i].of_file(lint);
        }
    }
}

static int tell(struct sim__lint *lint, const struct sim__lint_request *request)
{
    const struct sim__sources *sources = lint->scenario->held;
    if (sim__arena_failed(lint->arena)) {
        return SUP_ENOMEM;
    }
    if (request->told != NULL &&
        sim__diagnosis_tell(&lint->diagnosis, sources, request->told) != 0) {
        return SUP_ENOMEM;
    }
    return request->rendered == NULL
               ? SUP_OK
               : sim__diagnosis_render(&lint->diagnosis, sources, request->rendered);
}

int sim__lint(const struct sim__lint_request *request, uint64_t *ret_count)
{
    struct sim__lint lint = {.scenario = request->scenario, .seeds = request->seeds};
    if (sim__arena_create(&sup_allocator_libc, &lint.arena) != SUP_OK) {
        return SUP_ENOMEM;
    }
    sim__diagnosis_init(&lint.diagnosis, lint.arena);
    lint.diagnosis.severity = SIM__WARNING;
    sim__lint_survey(&lint);
    ask_all(&lint);
    int result = lint.diagnosis.total == 0 ? SUP_OK : tell(&lint, request);
    if (result == SUP_OK) {
        *ret_count = lint.diagnosis.total;
    }
    sim__arena_free(lint.arena);
    return result;
}

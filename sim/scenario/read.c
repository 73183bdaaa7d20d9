/* Reading a scenario: from bytes to the checked model, or to diagnostics. */
#include "read.h"

#include <stdlib.h>
#include <string.h>

#include "reader.h"

#define VERSION 1u
#define ERROR_BYTES_MIN 128u

enum { SIM__ROOT_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__ROOT_KEYS(SIM__NAME)};

#define X(id, name) {name, SIM_##id},
static const struct sim__word verdicts[] = {SIM_VERDICT_LIST(X)};
#undef X
/* Those between the passing one and what no file can want. */
static const struct sim__words wanted_verdicts = {"verdict", verdicts + SIM_EXPECTATION_FAILED,
                                                  SIM_STALLED};

static void set_defaults(struct sim_scenario *scenario)
{
    scenario->seed = 1;
    scenario->until = SUP_INSTANT_NEVER;
    scenario->shutdown_timeout = SUP_SEC(30);
    scenario->shutdown_order = SUP_ORDER_PARALLEL;
    scenario->shutdown_abort = true;
    scenario->on_duplicate = SUP_DUPLICATE_REJECT;
    scenario->blocking_pool = 8;
    scenario->root.limit.then = SUP_LIMIT_ESCALATE;
    scenario->name = "";
}

/* False when the rest of the file is of another version, and not to be judged. */
static bool read_version(struct sim__reader *r, const struct sim__node *node)
{
    uint64_t version;
    if (node == NULL || !sim__number(r, node, 0, UINT64_MAX, &version)) {
        return true;
    }
    if (version != VERSION) {
        sim__error_as(r, SIM__CODE_VERSION, node->at,
                      "version `%s` of the format is unknown; this is version %u",
                      sim__quotable(r->scratch, node->text, node->length), VERSION);
    }
    return version == VERSION;
}

static void read_heading(struct sim__reader *r, const struct sim__node *root,
                         struct sim__node *const *v)
{
    struct sim_scenario *scenario = r->scenario;
    int verdict;
    if (sim__required(r, root, v[NAME], "name") && sim__text(r, v[NAME], &scenario->name) &&
        sim__is_blank(scenario->name)) {
        sim__error_as(r, SIM__CODE_EMPTY, v[NAME]->at, "`name` is blank");
    }
    if (v[ABOUT] != NULL) {
        (void)sim__text(r, v[ABOUT], &scenario->about);
    }
    if (v[VIRTUAL_ONLY] != NULL && sim__text(r, v[VIRTUAL_ONLY], &scenario->virtual_only) &&
        sim__is_blank(scenario->virtual_only)) {
        sim__error_as(r, SIM__CODE_EMPTY, v[VIRTUAL_ONLY]->at,
                      "`virtual-only` is blank; it says why");
    }
    if (v[SEED] != NULL) {
        (void)sim__number(r, v[SEED], 0, UINT64_MAX, &scenario->seed);
    }
    if (v[UNTIL] != NULL) {
        struct sup_duration length = SUP_DURATION_NEVER;
        (void)sim__duration(r, v[UNTIL], SIM__NEVER_OK, &length);
        scenario->until = sup_instant_at(length);
    }
    if (v[VERDICT] != NULL && sim__word(r, v[VERDICT], &wanted_verdicts, &verdict)) {
        scenario->has_verdict = true;
        scenario->verdict = (enum sim_verdict)verdict;
    }
}

static void read_root(struct sim__reader *r, const struct sim__node *root)
{
    struct sim__node *v[KEYS];
    if (root->kind != SIM__MAP) {
        sim__wrong_type(r, root, "a scenario, which is a map");
        return;
    }
    if (!read_version(r, sim__node_get(root, "scenario")) || !sim__map(r, root, keys, KEYS, v)) {
        return;
    }
    (void)sim__required(r, root, v[SCENARIO], "scenario");
    read_heading(r, root, v);
    if (v[SUPERVISOR] != NULL) {
        sim__read_supervisor(r, v[SUPERVISOR]);
    }
    if (v[CONDITIONS] != NULL) {
        sim__read_conditions(r, v[CONDITIONS]);
    }
    if (v[POLICIES] != NULL) {
        sim__read_policies(r, v[POLICIES]);
    }
    if (v[DEFAULTS] != NULL) {
        sim__read_defaults(r, v[DEFAULTS]);
    }
    if (v[SERVICES] != NULL) {
        sim__read_services(r, v[SERVICES]);
    }
    if (v[TIMELINE] != NULL) {
        sim__read_timeline(r, v[TIMELINE]);
    }
    if (v[MEASURES] != NULL) {
        sim__read_measures(r, v[MEASURES]);
    }
    if (v[EXPECT] != NULL) {
        sim__read_expectations(r, v[EXPECT]);
    }
    if (!r->stopped) {
        sim__names_count(r);
        sim__names_resolve(r);
    }
    r->scenario->error_bytes_max =
        r->error_bytes > ERROR_BYTES_MIN ? r->error_bytes : ERROR_BYTES_MIN;
    sim__collect_tasks(r);
    if (r->diagnosis.total == 0) {
        sim__memory_judge(r);
    }
}

/* The model's skeleton; NULL when out of memory. */
static struct sim_scenario *new_scenario(struct sim_arena *arena, const char *bytes, size_t length,
                                         const char *file)
{
    struct sim_scenario *scenario = sim__arena_alloc(arena, 1, sizeof(*scenario));
    char *name = sim__arena_text(arena, file, strlen(file));
    char *source = length > SIM_FILE_BYTES_MAX ? sim__arena_text(arena, "", 0)
                                               : sim__arena_text(arena, bytes, length);
    if (scenario == NULL || name == NULL || source == NULL) {
        return NULL;
    }
    set_defaults(scenario);
    scenario->arena = arena;
    scenario->file = name;
    scenario->source = source;
    scenario->source_length = length;
    return scenario;
}

/* The program's tasks, and room to note those that the file names. */
static int take_tasks(struct sim__reader *r, const struct sim_limits *limits)
{
    r->tasks = limits == NULL ? NULL : limits->tasks;
    while (r->tasks != NULL && r->tasks[r->task_count].name != NULL) {
        r->task_count++;
    }
    r->tasks_named = sim__arena_alloc(r->scratch, r->task_count, sizeof(*r->tasks_named));
    return r->tasks_named == NULL && r->task_count > 0 ? SUP_ENOMEM : SUP_OK;
}

/* 0 with a good scenario or with diagnostics in the reader. */
static int read_bytes(struct sim__reader *r, const char *bytes, size_t length)
{
    if (sim__bytes_check(&r->diagnosis, bytes, length)) {
        const struct sim__node *root = sim__node_parse(r->scratch, &r->diagnosis, bytes, length);
        if (root != NULL) {
            sim__names_init(&r->names, r->scratch, sim__hash(1, bytes, length));
            sim__table_init(&r->streams, r->scratch, sim__hash(1, bytes, length));
            read_root(r, root);
        }
    }
    return sim__arena_failed(r->arena) || sim__arena_failed(r->scratch) ? SUP_ENOMEM : SUP_OK;
}

/* What is wrong, for people and for tools; SUP_EINVAL, or SUP_ENOMEM. */
static int say(struct sim__diagnosis *diagnosis, const struct sim__reading *reading,
               struct sim_diagnostics *ret_diagnostics)
{
    const struct sim__source source = {reading->bytes, reading->length};
    if (reading->told != NULL && sim__diagnosis_tell(diagnosis, &source, reading->told) != SUP_OK) {
        return SUP_ENOMEM;
    }
    int result = sim__diagnosis_render(diagnosis, reading->file, &source, ret_diagnostics);
    return result == SUP_OK ? SUP_EINVAL : result;
}

int sim__scenario_read(const struct sim__reading *reading, struct sim_diagnostics *ret_diagnostics,
                       struct sim_scenario **ret_scenario)
{
    const struct sup_allocator *alloc = reading->alloc;
    const char *bytes = reading->bytes;
    size_t length = reading->length;
    const char *file = reading->file;
    uint64_t memory_max = reading->limits == NULL ? 0 : reading->limits->memory_bytes;
    struct sim__reader reader = {
        .memory_max = memory_max == 0 ? SIM_MEMORY_BYTES_DEFAULT : memory_max,
    };
    int result = sim__arena_create(alloc, &reader.arena);
    if (result == SUP_OK) {
        result = sim__arena_create(alloc, &reader.scratch);
    }
    if (result == SUP_OK) {
        sim__diagnosis_init(&reader.diagnosis, reader.scratch);
        result = take_tasks(&reader, reading->limits);
    }
    if (result == SUP_OK) {
        reader.scenario = new_scenario(reader.arena, bytes, length, file);
        result = reader.scenario == NULL ? SUP_ENOMEM : read_bytes(&reader, bytes, length);
    }
    if (result == SUP_OK && reader.diagnosis.total > 0) {
        result = say(&reader.diagnosis, reading, ret_diagnostics);
    }
    sim__arena_free(reader.scratch);
    if (result == SUP_OK) {
        *ret_scenario = reader.scenario;
    } else {
        sim__arena_free(reader.arena);
    }
    return result;
}

int sim_scenario_read(const char *bytes, size_t length, const char *file,
                      struct sim_diagnostics *ret_diagnostics, struct sim_scenario **ret_scenario)
{
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc, .bytes = bytes, .length = length, .file = file};
    *ret_diagnostics = (struct sim_diagnostics){NULL, 0};
    return sim__scenario_read(&reading, ret_diagnostics, ret_scenario);
}

void sim_scenario_free(struct sim_scenario *scenario)
{
    if (scenario != NULL) {
        sim__arena_free(scenario->arena);
    }
}

void sim_diagnostics_release(struct sim_diagnostics *diagnostics)
{
    if (diagnostics != NULL) {
        free(diagnostics->text);
        *diagnostics = (struct sim_diagnostics){NULL, 0};
    }
}

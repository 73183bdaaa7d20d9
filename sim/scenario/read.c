/* Reading a scenario: from bytes to the checked model, or to diagnostics. */
#include "read.h"

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "reader.h"

#define VERSION 1u
#define ERROR_BYTES_MIN 128u

enum { SIM__ROOT_KEYS(SIM__ID) KEYS };
static const struct sim__keys keys = {KEYS, {SIM__ROOT_KEYS(SIM__AT)}};

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

bool sim__read_version(struct sim__reader *r, const struct sim__node *node)
{
    uint64_t version;
    if (!sim__number(r, node, 0, UINT64_MAX, &version)) {
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
    const struct sim__node *version = sim__node_at(root, SIM__KEY_SCENARIO);
    /* What another version may hold is not judged. */
    if ((version != NULL && !sim__read_version(r, version)) || !sim__map(r, root, &keys, v)) {
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
static struct sim_scenario *new_scenario(struct sim_arena *arena, struct sim__sources *sources)
{
    struct sim_scenario *scenario = sim__arena_alloc(arena, 1, sizeof(*scenario));
    if (scenario == NULL) {
        return NULL;
    }
    set_defaults(scenario);
    scenario->arena = arena;
    scenario->file = sources->list[0].name;
    scenario->sources = sources->list;
    scenario->source_count = sources->count;
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

/* 0 with a scenario or with diagnostics in the reader. */
static int read_tree(struct sim__reader *r, const struct sim__document *document,
                     uint32_t combination)
{
    r->scenario = new_scenario(r->arena, document->sources);
    if (r->scenario != NULL) {
        sim__diagnosis_init(&r->diagnosis, r->scratch);
        sim__names_init(&r->names, r->scratch, r->seed);
        sim__table_init(&r->streams, r->scratch, r->seed);
        sim__table_init(&r->group_presets, r->scratch, r->seed);
        const struct sim__node *root = sim__variants_apply(document, r->scratch, combination);
        if (root != NULL) {
            read_root(r, root);
            sim__variants_name(document, combination, r->scenario);
        }
    }
    return sim__arena_failed(r->arena) || sim__arena_failed(r->scratch) ? SUP_ENOMEM : SUP_OK;
}

/* What is wrong, for people and for tools; SUP_EINVAL, or SUP_ENOMEM. */
static int refuse(struct sim__diagnosis *diagnosis, const struct sim__document *document,
                  struct sim_diagnostics *ret_diagnostics)
{
    struct sim__told_list *told = document->reading->told;
    if (told != NULL && sim__diagnosis_tell(diagnosis, document->sources, told) != SUP_OK) {
        return SUP_ENOMEM;
    }
    int result = sim__diagnosis_render(diagnosis, document->sources, ret_diagnostics);
    ret_diagnostics->shares_only = document->shares_only;
    return result == SUP_OK ? SUP_EINVAL : result;
}

int sim__document_refuse(struct sim__document *document, struct sim_diagnostics *ret_diagnostics)
{
    return refuse(&document->reader.diagnosis, document, ret_diagnostics);
}

/* With the mode of all presets; NULL: as the file has it. */
static int make_in(struct sim__document *document, const char *preset_mode, uint32_t combination,
                   struct sim__blame *blame, struct sim_scenario **ret_scenario)
{
    const struct sim__reading *reading = document->reading;
    uint64_t memory_max = reading->limits == NULL ? 0 : reading->limits->memory_bytes;
    struct sim__reader reader = {
        .seed = document->reader.seed,
        .memory_max = memory_max == 0 ? SIM_MEMORY_BYTES_DEFAULT : memory_max,
        .tree_bytes = sim__arena_bytes(document->scratch),
        .preset_mode = preset_mode,
        .explains = reading->explains,
        .realistic = reading->realistic,
    };
    int result = sim__arena_create(reading->alloc, &reader.arena);
    if (result == SUP_OK) {
        result = sim__arena_create(reading->alloc, &reader.scratch);
    }
    if (result == SUP_OK) {
        result = take_tasks(&reader, reading->limits);
    }
    if (result == SUP_OK) {
        result = read_tree(&reader, document, combination);
    }
    if (result == SUP_OK && reader.diagnosis.total > 0) {
        result =
            blame->alone != NULL ? refuse(&reader.diagnosis, document, blame->alone) : SUP_EINVAL;
        sim__blame_note(blame, &reader.diagnosis, combination);
    }
    document->work += reader.work + reader.names.glob_work / 16;
    sim__arena_free(reader.scratch);
    if (result == SUP_OK) {
        reader.scenario->held = sim__sources_ref(document->sources);
        *ret_scenario = reader.scenario;
    } else {
        sim__arena_free(reader.arena);
    }
    return result;
}

int sim__document_make(struct sim__document *document, uint32_t combination,
                       struct sim__blame *blame, struct sim_scenario **ret_scenario)
{
    const struct sim__reading *reading = document->reading;
    int result = make_in(document, reading->preset_mode, combination, blame, ret_scenario);
    if (result == SUP_OK && reading->realistic && reading->preset_mode == NULL) {
        /* What only the lateness makes impossible is nobody's mistake: then there is no twin. */
        struct sim__blame nobody = {.arena = document->scratch};
        struct sim_scenario *twin = NULL;
        result = make_in(document, "busy", combination, &nobody, &twin);
        (*ret_scenario)->realistic = twin;
        if (result == SUP_ENOMEM) {
            sim_scenario_free(*ret_scenario);
        }
        result = result == SUP_EINVAL ? SUP_OK : result;
    }
    return result;
}

/* A file that varies nothing, or is read as it is written. */
static int make_one(struct sim__document *document, struct sim_diagnostics *ret_diagnostics,
                    struct sim_scenario **ret_scenario)
{
    const struct sim__reading *reading = document->reading;
    struct sim__blame blame = {.arena = document->scratch, .alone = ret_diagnostics};
    struct sim_scenario *scenario = NULL;
    if (reading->take != NULL && reading->chosen_count > 0) {
        return SUP_OK;
    }
    int result = sim__document_make(document, SIM__AS_WRITTEN, &blame, &scenario);
    if (result == SUP_OK && reading->take == NULL) {
        *ret_scenario = scenario;
    } else if (result == SUP_OK && !reading->take(reading->context, scenario)) {
        sim_scenario_free(scenario);
        result = SUP_ENOMEM;
    }
    return result;
}

int sim__scenario_read(const struct sim__reading *reading, struct sim_diagnostics *ret_diagnostics,
                       struct sim_scenario **ret_scenario)
{
    struct sim__document document;
    int result = sim__document_open(&document, reading);
    bool sound = result == SUP_OK && document.reader.diagnosis.total == 0;
    bool varied = sound && reading->take != NULL && document.variants.axis_count > 0;
    if (sound) {
        result = varied ? sim__document_make_all(&document)
                        : make_one(&document, ret_diagnostics, ret_scenario);
    }
    if (result == SUP_OK && document.reader.diagnosis.total > 0) {
        result = sim__document_refuse(&document, ret_diagnostics);
    }
    sim__document_close(&document);
    return result;
}

int sim_scenario_read(const char *bytes, size_t length, const char *file,
                      struct sim_diagnostics *ret_diagnostics, struct sim_scenario **ret_scenario)
{
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc, .bytes = bytes, .length = length, .file = file};
    *ret_diagnostics = (struct sim_diagnostics){0};
    return sim__scenario_read(&reading, ret_diagnostics, ret_scenario);
}

void sim_scenario_free(struct sim_scenario *scenario)
{
    if (scenario != NULL) {
        sim_scenario_free(scenario->realistic);
        sim__sources_unref(scenario->held);
        sim__arena_free(scenario->arena);
    }
}

void sim_diagnostics_release(struct sim_diagnostics *diagnostics)
{
    if (diagnostics != NULL) {
        free(diagnostics->text);
        *diagnostics = (struct sim_diagnostics){0};
    }
}

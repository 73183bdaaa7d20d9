/* Manifests of Kubernetes: a service for each container of a Pod, a workload or a Job. */
#include <inttypes.h>
#include <string.h>

#include "yaml.h"

#define COUNT_MAX 10000u
#define SECONDS_MAX UINT64_C(1000000000) /* of a probe; 31 years */
#define SECOND UINT64_C(1000000000)

/* A document, or an item of a List. */
struct manifest {
    const struct sim__yaml *yaml;
    const struct sim__node *map;
    const char *kind;
    const char *name;
    struct sim__spot spot;
    const struct sim__node *spec;
    const struct sim__node *pod; /* the spec of its Pods */
    uint32_t count;
    bool job;
};

/* A container of one, as a service. */
struct contained {
    const struct manifest *of;
    const struct sim__node *map;
    struct sim__imported_service *service;
};

static const struct sim__node *path_get(const struct sim__node *map, const char *one,
                                        const char *other)
{
    return sim__yaml_get(sim__yaml_get(map, one), other);
}

/* A word; NULL when there is none, or no word, which has been said. */
static const char *word_of(const struct sim__yaml *yaml, const struct sim__node *map,
                           const char *key, struct sim__spot *ret_spot)
{
    const struct sim__node *value = sim__yaml_find(yaml, map, key, ret_spot);
    if (value == NULL || sim__yaml_is_null(value)) {
        return NULL;
    }
    if (value->kind != SIM__SCALAR || strstr(value->text, "{{") != NULL) {
        sim__import_refuse(yaml->import, *ret_spot, "%s: %s: a word is wanted%s", key,
                           sim__yaml_shown(yaml, value),
                           value->kind == SIM__SCALAR ? "; render templates first" : "");
        return NULL;
    }
    return value->text;
}

/* False when there is none, or no number, which has been said. */
static bool number_of(const struct sim__yaml *yaml, const struct sim__node *map, const char *key,
                      uint64_t *ret_number, struct sim__spot *ret_spot)
{
    const struct sim__node *value = sim__yaml_find(yaml, map, key, ret_spot);
    return value != NULL && !sim__yaml_is_null(value) &&
           sim__yaml_number(yaml, value, key, *ret_spot, ret_number);
}

/* ---- probes ---- */

/* For how long a probe may fail: every `periodSeconds` (10), `failureThreshold` (3) times. */
static struct sup_duration patience_of(const struct contained *one, const struct sim__node *probe)
{
    const struct sim__yaml *yaml = one->of->yaml;
    struct sim__spot spot;
    uint64_t period = 10, threshold = 3;
    (void)number_of(yaml, probe, "periodSeconds", &period, &spot);
    (void)number_of(yaml, probe, "failureThreshold", &threshold, &spot);
    uint64_t seconds = (period == 0 ? 1 : period) * (threshold == 0 ? 1 : threshold);
    return SUP_NS((seconds > SECONDS_MAX ? SECONDS_MAX : seconds) * SECOND);
}

static void take_probes(struct contained *one)
{
    const struct sim__yaml *yaml = one->of->yaml;
    struct sim__import *import = yaml->import;
    struct sim__spot spot;
    const struct sim__node *probe = sim__yaml_find(yaml, one->map, "startupProbe", &spot);
    if (probe != NULL && probe->kind == SIM__MAP) {
        const char *length = sim__import_duration(import, patience_of(one, probe));
        sim__import_put(import, &one->service->beside, "ready",
                        sim__import_text(import, "{explicit: {timeout: %s}}", length), spot);
        one->service->reports = true;
    }
    probe = sim__yaml_find(yaml, one->map, "livenessProbe", &spot);
    if (probe != NULL && probe->kind == SIM__MAP) {
        one->service->beat = patience_of(one, probe);
        const char *length = sim__import_duration(import, one->service->beat);
        sim__import_put(import, &one->service->beside, "heartbeat",
                        sim__import_text(import, "{stale-after: %s, then: restart}", length), spot);
    }
    probe = sim__yaml_find(yaml, one->map, "readinessProbe", &spot);
    if (probe != NULL) {
        sim__import_warn(import, one->service, spot,
                         "readinessProbe: who gets requests is not modelled");
    }
    probe = sim__yaml_find(yaml, sim__yaml_get(one->map, "lifecycle"), "preStop", &spot);
    if (probe != NULL) {
        sim__import_warn(import, one->service, spot, "preStop: it is taken to need no time");
    }
}

/* ---- containers ---- */

static void take_policy(const struct contained *one)
{
    static const char *const words[] = {"Always", "OnFailure", "Never"};
    const struct manifest *of = one->of;
    struct sim__spot spot;
    const char *word = word_of(of->yaml, of->pod, "restartPolicy", &spot);
    for (size_t i = 0; word != NULL && i < 3; i++) {
        if (strcmp(word, words[i]) == 0) {
            sim__import_put(of->yaml->import, &one->service->preset, "restartPolicy", words[i],
                            spot);
            return;
        }
    }
    if (word != NULL) {
        sim__import_refuse(of->yaml->import, spot,
                           "restartPolicy: it is Always, OnFailure or Never");
    }
}

static void take_numbers(const struct contained *one)
{
    const struct manifest *of = one->of;
    struct sim__import *import = of->yaml->import;
    struct sim__spot spot;
    uint64_t number;
    if (of->job) {
        sim__import_put(import, &one->service->preset, "job", "true", of->spot);
    }
    if (of->job && number_of(of->yaml, of->spec, "backoffLimit", &number, &spot)) {
        sim__import_put(import, &one->service->preset, "backoffLimit",
                        sim__import_text(import, "%" PRIu64, number), spot);
    }
    if (number_of(of->yaml, of->pod, "terminationGracePeriodSeconds", &number, &spot)) {
        sim__import_put(import, &one->service->preset, "terminationGracePeriodSeconds",
                        sim__import_text(import, "%" PRIu64, number), spot);
    }
}

/* Of one that is alone its workload's name is enough. */
enum company { ALONE, TOGETHER };

static void read_container(const struct manifest *of, const struct sim__entry *entry,
                           enum company company)
{
    const struct sim__yaml *yaml = of->yaml;
    struct contained one = {.of = of, .map = entry->value};
    struct sim__spot spot = sim__yaml_spot(yaml, entry->place), at;
    const char *own = word_of(yaml, one.map, "name", &at);
    if (one.map->kind != SIM__MAP || own == NULL) {
        sim__import_refuse(yaml->import, spot, "a container without a name");
        return;
    }
    const bool alone = company == ALONE;
    const char *name = alone ? of->name : sim__import_text(yaml->import, "%s-%s", of->name, own);
    one.service = sim__import_add(yaml->import, "kubernetes", name, alone ? of->spot : spot);
    if (one.service == NULL) {
        return;
    }
    one.service->count = of->count;
    take_policy(&one);
    take_numbers(&one);
    take_probes(&one);
    static const char *const own_rules[] = {"restartPolicy", "restartPolicyRules"};
    for (size_t i = 0; i < 2; i++) {
        if (sim__yaml_find(yaml, one.map, own_rules[i], &at) != NULL) {
            sim__import_warn(yaml->import, one.service, at,
                             "%s: rules of a container's own are not modelled; those of its pod "
                             "are taken",
                             own_rules[i]);
        }
    }
}

/* ---- manifests ---- */

static void warn_of_key(const struct manifest *of, const struct sim__node *map, const char *key,
                        const char *why)
{
    struct sim__spot spot;
    const struct sim__node *value = sim__yaml_find(of->yaml, map, key, &spot);
    if (value != NULL && !sim__yaml_is_null(value)) {
        sim__import_warn(of->yaml->import, NULL, spot, "%s: %s", key, why);
    }
}

/* Pods of a count. */
static void take_count(struct manifest *of)
{
    struct sim__spot spot = of->spot;
    uint64_t count = 1;
    if (number_of(of->yaml, of->spec, "replicas", &count, &spot) && count > COUNT_MAX) {
        sim__import_refuse(of->yaml->import, spot, "replicas: at most 10000");
    } else if (of->spec != NULL && sim__yaml_get(of->spec, "replicas") != NULL && count != 1) {
        of->count = (uint32_t)count;
        if (count == 0) {
            sim__import_warn(of->yaml->import, NULL, spot, "replicas: 0: one is taken");
        }
    }
}

static void read_containers(const struct manifest *of)
{
    struct sim__spot spot = of->spot;
    const struct sim__node *list = sim__yaml_find(of->yaml, of->pod, "containers", &spot);
    if (list == NULL || list->kind != SIM__LIST || list->count == 0) {
        sim__import_refuse(of->yaml->import, spot, "%s %s: no containers", of->kind, of->name);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        read_container(of, &list->entries[i], list->count == 1 ? ALONE : TOGETHER);
    }
}

/* What a workload says that its pods' restarts depend on, and nothing here. */
static void warn_of_workload(const struct manifest *of)
{
    static const struct {
        const char *key;
        const char *why;
    } told[] = {
        {"podFailurePolicy", "it is not modelled"},
        {"successPolicy", "it is not modelled"},
        {"activeDeadlineSeconds", "it is not modelled"},
        {"backoffLimitPerIndex", "it is not modelled"},
        {"parallelism", "one pod is taken, which has the whole backoffLimit"},
        {"completions", "one pod is taken, which has the whole backoffLimit"},
    };
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        warn_of_key(of, of->spec, told[i].key, told[i].why);
    }
    struct sim__spot spot = of->spot;
    const struct sim__node *policy = sim__yaml_find(of->yaml, of->pod, "restartPolicy", &spot);
    bool always = policy == NULL || strcmp(sim__yaml_shown(of->yaml, policy), "Always") == 0;
    if (strcmp(of->kind, "Pod") != 0 && always == of->job) {
        sim__import_warn(of->yaml->import, NULL, spot,
                         of->job ? "restartPolicy: Kubernetes wants OnFailure or Never of a job"
                                 : "restartPolicy: Kubernetes takes Always only of what keeps "
                                   "pods going");
    }
}

/* Init containers that go on beside the others. */
static bool has_sidecars(const struct manifest *of)
{
    const struct sim__node *list = sim__yaml_get(of->pod, "initContainers");
    for (uint32_t i = 0; list != NULL && list->kind == SIM__LIST && i < list->count; i++) {
        if (sim__yaml_get(list->entries[i].value, "restartPolicy") != NULL) {
            return true;
        }
    }
    return false;
}

static void read_workload(struct manifest *of)
{
    const struct sim__yaml *yaml = of->yaml;
    const struct sim__node *metadata = sim__yaml_get(of->map, "metadata");
    of->name = word_of(yaml, metadata, "name", &of->spot);
    if (of->name == NULL) {
        of->name = word_of(yaml, metadata, "generateName", &of->spot);
    }
    if (of->name == NULL) {
        sim__import_refuse(yaml->import, of->spot, "%s: no `metadata.name`", of->kind);
        return;
    }
    of->spec = sim__yaml_get(of->map, "spec");
    of->pod = strcmp(of->kind, "Pod") == 0 ? of->spec : path_get(of->spec, "template", "spec");
    of->job = strcmp(of->kind, "Job") == 0;
    take_count(of);
    warn_of_key(of, of->pod, "initContainers",
                has_sidecars(of) ? "they are left out, sidecars among them" : "they are left out");
    warn_of_workload(of);
    read_containers(of);
}

/* What a node says of the waits of all its containers. */
static void read_kubelet(const struct manifest *of)
{
    static const char key[] = "maxContainerRestartPeriod";
    struct sim__spot spot;
    const struct sim__node *value =
        sim__yaml_find(of->yaml, sim__yaml_get(of->map, "crashLoopBackOff"), key, &spot);
    if (value != NULL) {
        sim__import_warn(of->yaml->import, NULL, spot,
                         "%s: of which containers a node has is not known; `--set max=%s` sets it "
                         "for all",
                         key, sim__yaml_shown(of->yaml, value));
    }
}

enum level { DOCUMENT, ITEM };

static void read_manifest(const struct sim__yaml *yaml, const struct sim__node *map,
                          struct sim__spot spot, enum level level)
{
    static const char *const workloads[] = {"Pod",       "Deployment", "StatefulSet",
                                            "DaemonSet", "ReplicaSet", "Job"};
    struct manifest manifest = {.yaml = yaml, .map = map, .spot = spot};
    manifest.kind = word_of(yaml, map, "kind", &manifest.spot);
    if (manifest.kind == NULL) {
        sim__import_refuse(yaml->import, spot, "no manifest: it has no `kind`");
        return;
    }
    for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
        if (strcmp(manifest.kind, workloads[i]) == 0) {
            read_workload(&manifest);
            return;
        }
    }
    const struct sim__node *items = sim__yaml_get(map, "items");
    if (sim__import_ends(manifest.kind, "List") && items != NULL && items->kind == SIM__LIST &&
        level == DOCUMENT) {
        for (uint32_t i = 0; i < items->count; i++) {
            read_manifest(yaml, items->entries[i].value,
                          sim__yaml_spot(yaml, items->entries[i].place), ITEM);
        }
    } else if (strcmp(manifest.kind, "KubeletConfiguration") == 0) {
        read_kubelet(&manifest);
    } else if (strcmp(manifest.kind, "PodDisruptionBudget") == 0 ||
               strcmp(manifest.kind, "CronJob") == 0) {
        sim__import_warn(yaml->import, NULL, manifest.spot, "%s: it is not modelled",
                         manifest.kind);
    }
}

void sim__import_kubernetes(struct sim__import *import, const char *path, const char *bytes,
                            size_t length)
{
    for (const struct sim__yaml *yaml = sim__yaml_read(import, path, bytes, length);
         yaml != NULL && import->imported->errors < SIM__IMPORT_SAID_MAX &&
         !sim__arena_failed(import->arena);
         yaml = yaml->next) {
        read_manifest(yaml, yaml->root, sim__yaml_spot(yaml, yaml->root->place), DOCUMENT);
    }
}

/* compose.yaml: services under docker's restart policy, or swarm's. */
#include <inttypes.h>
#include <string.h>

#include "sim/duration.h"
#include "sim/scenario.h"
#include "systemd.h"
#include "yaml.h"

#define COUNT_MAX 10000u

#define EXTENDS_MAX 16u

/* A service of the file, and the others that it extends, from the nearest on. */
struct composed {
    const struct sim__yaml *yaml;
    const struct sim__node *services;
    const struct sim__node *maps[EXTENDS_MAX];
    uint32_t map_count;
    struct sim__imported_service *service;
};

/* A key of the service, of a map in it where `within` is one, or of the nearest that it extends. */
static const struct sim__node *find(const struct composed *one, const char *within, const char *key,
                                    struct sim__spot *ret_spot)
{
    const struct sim__node *found = NULL;
    for (uint32_t i = 0; i < one->map_count && found == NULL; i++) {
        const struct sim__node *map = one->maps[i];
        found = sim__yaml_find(one->yaml, within == NULL ? map : sim__yaml_get(map, within), key,
                               ret_spot);
    }
    return found;
}

static void refuse(const struct composed *one, struct sim__spot spot, const char *key,
                   const struct sim__node *value, const char *why)
{
    sim__import_refuse(one->yaml->import, spot, "%s: %s: %s", key,
                       sim__yaml_shown(one->yaml, value), why);
}

/* ---- variables ---- */

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* `${NAME:-text}` and `${NAME-text}` are the text, `$$` is a dollar sign. False where something
 * else stands. */
static bool expand(const char *text, struct sim__text *into)
{
    while (*text != '\0') {
        if (*text != '$') {
            sim__text_char(into, *text++);
        } else if (text[1] == '$') {
            sim__text_char(into, '$');
            text += 2;
        } else {
            const char *at = text + 2;
            while (text[1] == '{' && is_name(*at)) {
                at++;
            }
            at += text[1] == '{' && *at == ':' ? 1 : 0;
            const char *end = strchr(at, '}');
            if (text[1] != '{' || *at != '-' || end == NULL ||
                memchr(at, '$', (size_t)(end - at)) != NULL) {
                return false;
            }
            sim__text_putn(into, at + 1, (size_t)(end - at - 1));
            text = end + 1;
        }
    }
    return true;
}

/* A word with its variables in their places; NULL when it is none, which has been said. */
static const char *word_of(const struct composed *one, const char *key,
                           const struct sim__node *value, struct sim__spot spot)
{
    struct sim__import *import = one->yaml->import;
    struct sim__text text = {0};
    const char *word = NULL;
    if (value->kind != SIM__SCALAR || sim__yaml_is_null(value)) {
        refuse(one, spot, key, value, "a word is wanted");
    } else if (!expand(value->text, &text)) {
        refuse(one, spot, key, value, "a variable without a default: `${NAME:-default}` has one");
    } else if (text.failed) {
        sim__arena_fail(import->arena);
    } else {
        word = sim__arena_text(import->arena, sim__text_string(&text), text.length);
    }
    sim__text_release(&text);
    return word;
}

/* ---- values ---- */

static bool read_time(const struct composed *one, const char *key, const struct sim__node *value,
                      struct sim__spot spot, struct sup_duration *ret_length)
{
    const char *word = word_of(one, key, value, spot), *why = NULL;
    if (word == NULL) {
        return false;
    }
    if (sim_duration_parse(word, &ret_length->ns, &why) != SUP_OK) {
        refuse(one, spot, key, value, why);
        return false;
    }
    if (ret_length->ns == SUP_NEVER_NS) {
        refuse(one, spot, key, value, "a duration, like 1m30s");
        return false;
    }
    return true;
}

static bool read_number(const struct composed *one, const char *key, const struct sim__node *value,
                        struct sim__spot spot, uint64_t *ret_number)
{
    const char *word = word_of(one, key, value, spot);
    if (word == NULL) {
        return false;
    }
    bool good = word[0] != '\0' && strspn(word, "0123456789") == strlen(word) &&
                (word[0] != '0' || word[1] == '\0') &&
                sim__unit_number(word, UINT32_MAX - 1, ret_number);
    if (!good) {
        refuse(one, spot, key, value, "a whole number");
    }
    return good;
}

static void put(const struct composed *one, const char *key, const char *value,
                struct sim__spot spot)
{
    sim__import_put(one->yaml->import, &one->service->preset, key, value, spot);
}

/* ---- keys of a service ---- */

static const char no_restart[] = "it is no, always, unless-stopped, on-failure or on-failure:N";

/* Of "on-failure:N" what stands behind the colon, a decimal number. */
static const char *retries_of(const struct composed *one, const struct sim__node *value,
                              struct sim__spot spot, const char *digits)
{
    uint64_t count;
    bool decimal = *digits != '\0' && strspn(digits, "0123456789") == strlen(digits);
    while (decimal && digits[0] == '0' && digits[1] != '\0') {
        digits++;
    }
    if (!decimal || !sim__unit_number(digits, INT32_MAX, &count)) {
        refuse(one, spot, "restart", value, no_restart);
        return NULL;
    }
    return sim__import_text(one->yaml->import, "\"on-failure:%" PRIu64 "\"", count);
}

/* "always", "no", "unless-stopped", "on-failure", "on-failure:N" */
static const char *restart_of(const struct composed *one, const struct sim__node *value,
                              struct sim__spot spot)
{
    static const char *const words[] = {"always", "unless-stopped", "on-failure"};
    const char *word = word_of(one, "restart", value, spot);
    if (word == NULL) {
        return NULL;
    }
    if (strncmp(word, "on-failure:", 11) == 0) {
        return retries_of(one, value, spot, word + 11);
    }
    if (strcmp(word, "no") == 0 || strcmp(word, "false") == 0) {
        return "\"no\"";
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            return word;
        }
    }
    refuse(one, spot, "restart", value, no_restart);
    return NULL;
}

static void take_policy(const struct composed *one, const struct sim__node *policy)
{
    static const char *const conditions[] = {"none", "on-failure", "any"};
    static const char *const times[] = {"delay", "window"};
    struct sim__spot spot;
    const struct sim__node *value = sim__yaml_find(one->yaml, policy, "condition", &spot);
    const char *word = value == NULL ? NULL : word_of(one, "condition", value, spot);
    for (size_t i = 0; word != NULL && i < 3; i++) {
        if (strcmp(word, conditions[i]) == 0) {
            put(one, "condition", conditions[i], spot);
            word = NULL;
        }
    }
    if (word != NULL) {
        refuse(one, spot, "condition", value, "it is none, on-failure or any");
    }
    for (size_t i = 0; i < 2; i++) {
        struct sup_duration length;
        value = sim__yaml_find(one->yaml, policy, times[i], &spot);
        if (value != NULL && read_time(one, times[i], value, spot, &length)) {
            put(one, times[i], sim__import_duration(one->yaml->import, length), spot);
        }
    }
    uint64_t number;
    value = sim__yaml_find(one->yaml, policy, "max_attempts", &spot);
    if (value != NULL && read_number(one, "max_attempts", value, spot, &number)) {
        put(one, "max_attempts", sim__import_text(one->yaml->import, "%" PRIu64, number), spot);
    }
}

static void take_stop(const struct composed *one)
{
    struct sim__import *import = one->yaml->import;
    struct sim__spot spot;
    struct sup_duration length;
    const struct sim__node *value = find(one, NULL, "stop_grace_period", &spot);
    if (value != NULL && read_time(one, "stop_grace_period", value, spot, &length)) {
        if (length.ns % 1000000000 != 0) {
            sim__import_warn(import, one->service, spot,
                             "stop_grace_period: docker cuts it to whole seconds");
        }
        put(one, "stop-timeout", sim__import_text(import, "%" PRIu64, length.ns / 1000000000),
            spot);
    }
    value = find(one, NULL, "stop_signal", &spot);
    const char *word = value == NULL ? NULL : word_of(one, "stop_signal", value, spot);
    int32_t signal = 0;
    if (word != NULL && (!sim__unit_signal(word, &signal) || sim_signal_name(signal) == NULL)) {
        refuse(one, spot, "stop_signal", value, "no signal that a scenario has a name for");
    } else if (word != NULL) {
        put(one, "stop-signal", sim__import_text(import, "SIG%s", sim_signal_name(signal)), spot);
    }
}

static void take_count(const struct composed *one)
{
    struct sim__spot spot;
    uint64_t count;
    const struct sim__node *value = find(one, "deploy", "replicas", &spot);
    if (value == NULL) {
        value = find(one, NULL, "scale", &spot);
    }
    if (value == NULL || !read_number(one, "replicas", value, spot, &count) || count == 1) {
        return;
    }
    if (count > COUNT_MAX) {
        refuse(one, spot, "replicas", value, "at most 10000");
    } else if (count == 0) {
        sim__import_put(one->yaml->import, &one->service->beside, "paused", "true", spot);
    } else {
        one->service->count = (uint32_t)count;
    }
}

static void warn_of(const struct composed *one)
{
    static const struct {
        const char *key;
        const char *why;
    } told[] = {
        {"healthcheck", "docker does not restart unhealthy containers; it is left out"},
        {"depends_on", "all start at 0, in the order of the file"},
        {"profiles", "it is taken to be started, whatever profile is"},
    };
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        struct sim__spot spot;
        const struct sim__node *value = find(one, NULL, told[i].key, &spot);
        if (value != NULL && !sim__yaml_is_null(value)) {
            sim__import_warn(one->yaml->import, one->service, spot, "%s: %s", told[i].key,
                             told[i].why);
        }
    }
}

/* The services of this file that it extends, `extends: NAME` or `extends: {service: NAME}`. What
 * is left out, or NULL; what is wrong is said. */
static const char *follow(struct composed *one, struct sim__spot *ret_spot)
{
    for (;;) {
        const struct sim__node *map = one->maps[one->map_count - 1];
        const struct sim__node *extends = sim__yaml_find(one->yaml, map, "extends", ret_spot);
        const struct sim__node *named = extends != NULL && extends->kind == SIM__MAP
                                            ? sim__yaml_get(extends, "service")
                                            : extends;
        if (extends == NULL || sim__yaml_is_null(extends)) {
            return NULL;
        }
        if (sim__yaml_get(extends, "file") != NULL) {
            return "what it takes from another file is not known; it is left out";
        }
        const struct sim__node *next = named != NULL && named->kind == SIM__SCALAR
                                           ? sim__yaml_get(one->services, named->text)
                                           : NULL;
        if (next == NULL || next->kind != SIM__MAP || one->map_count == EXTENDS_MAX) {
            refuse(one, *ret_spot, "extends", named == NULL ? extends : named,
                   next == NULL || next->kind != SIM__MAP
                       ? "no service of this file"
                       : "services that extend each other in a circle, or more than 16 deep");
            return NULL;
        }
        one->maps[one->map_count++] = next;
    }
}

static void read_service(const struct sim__yaml *yaml, const struct sim__node *services,
                         const struct sim__entry *entry)
{
    struct composed one = {
        .yaml = yaml, .services = services, .maps = {entry->value}, .map_count = 1};
    struct sim__spot spot = sim__yaml_spot(yaml, entry->place), restart_at, policy_at = spot;
    if (entry->value->kind != SIM__MAP) {
        sim__import_refuse(yaml->import, spot, "a service is a map");
        return;
    }
    struct sim__spot beyond = spot;
    const char *unknown = follow(&one, &beyond);
    const struct sim__node *policy = find(&one, "deploy", "restart_policy", &policy_at);
    const struct sim__node *restart = find(&one, NULL, "restart", &restart_at);
    bool swarm = policy != NULL && !sim__yaml_is_null(policy);
    one.service = sim__import_add(yaml->import, swarm ? "swarm" : "docker", entry->key, spot);
    if (one.service == NULL) {
        return;
    }
    if (unknown != NULL) {
        sim__import_warn(yaml->import, one.service, beyond, "extends: %s", unknown);
    }
    if (swarm && policy->kind != SIM__MAP) {
        refuse(&one, policy_at, "restart_policy", policy, "a map is wanted");
    } else if (swarm) {
        take_policy(&one, policy);
    }
    if (swarm && restart != NULL) {
        sim__import_warn(yaml->import, one.service, restart_at,
                         "restart: with `deploy.restart_policy` swarm is taken, which ignores it");
    } else if (restart != NULL) {
        const char *word = restart_of(&one, restart, restart_at);
        if (word != NULL) {
            put(&one, "restart", word, restart_at);
        }
    }
    take_stop(&one);
    take_count(&one);
    warn_of(&one);
}

void sim__import_compose(struct sim__import *import, const char *path, const char *bytes,
                         size_t length)
{
    const struct sim__yaml *yaml = sim__yaml_read(import, path, bytes, length);
    struct sim__spot spot = {.file = path};
    if (yaml == NULL) {
        return;
    }
    const struct sim__node *services = sim__yaml_find(yaml, yaml->root, "services", &spot);
    if (services == NULL || services->kind != SIM__MAP || yaml->next != NULL) {
        sim__import_refuse(import, spot,
                           services == NULL             ? "no `services` in this file"
                           : services->kind != SIM__MAP ? "`services` is no map"
                                                        : "a second document in a compose file");
        return;
    }
    if (sim__yaml_find(yaml, yaml->root, "include", &spot) != NULL) {
        sim__import_warn(import, NULL, spot, "include: it is not followed; name those files, too");
    }
    for (uint32_t i = 0; i < services->count && !sim__arena_failed(import->arena); i++) {
        if (strcmp(services->entries[i].key, "<<") != 0 &&
            import->imported->errors < SIM__IMPORT_SAID_MAX) {
            read_service(yaml, services, &services->entries[i]);
        }
    }
}

/* --set: parameters of presets, from outside. */
#include <string.h>

#include "model.h"
#include "sim/scenario/diagnostic.h"

/* The parameters that each preset has; `mode` is one of all of them. */
static const struct {
    const char *system;
    const char *keys; /* parted by spaces */
} presets[] = {
    {"systemd",
     "version Type Restart RestartSec RestartSteps RestartMaxDelaySec RestartRandomizedDelaySec "
     "StartLimitIntervalSec StartLimitBurst TimeoutStartSec TimeoutStopSec TimeoutAbortSec "
     "TimeoutSec WatchdogSec RuntimeMaxSec SuccessExitStatus RestartPreventExitStatus "
     "RestartForceExitStatus "
     "KillSignal SendSIGKILL RemainAfterExit referenced"},
    {"supervisord", "startsecs startretries autorestart exitcodes stopwaitsecs stopsignal "
                    "autostart"},
    {"docker", "restart stop-timeout stop-signal"},
    {"swarm", "condition delay max_attempts window stop-timeout stop-signal"},
    {"kubernetes", "version restartPolicy base max job backoffLimit terminationGracePeriodSeconds"},
    {"s6", "version notification-fd timeout-kill timeout-finish permafailon max-death-tally "
           "down-signal"},
    {"runit", "sv-wait"},
    {"otp", "restart shutdown type significant intensity period strategy auto_shutdown"},
};
#define PRESETS (sizeof(presets) / sizeof(presets[0]))

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && (at = strstr(at, word)) != NULL; at++) {
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool has_key(size_t preset, const char *key)
{
    return strcmp(key, "mode") == 0 || has_word(presets[preset].keys, key);
}

static bool is_tame(const char *text)
{
    return text[0] != '\0' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-") ==
               strlen(text);
}

/* A word as it is, a list of words likewise, anything else between quotes. */
static const char *as_yaml(struct sim__import *import, const char *text)
{
    size_t length = strlen(text);
    bool list =
        length >= 2 && text[0] == '[' && text[length - 1] == ']' &&
        strspn(text + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-, ") ==
            length - 2;
    if (is_tame(text) || list) {
        return text;
    }
    char *quoted = sim__arena_alloc(import->arena, length * 2 + 3, 1);
    char *at = quoted;
    if (quoted == NULL) {
        return "";
    }
    *at++ = '\'';
    for (; *text != '\0'; text++) {
        *at++ = *text;
        if (*text == '\'') {
            *at++ = '\'';
        }
    }
    *at++ = '\'';
    return quoted;
}

/* "SYSTEM.KEY" or "KEY", whose preset has such a key; false: none has. */
static bool find_parameter(const char *path, const char **ret_system, const char **ret_key)
{
    const char *dot = strchr(path, '.');
    bool known = false;
    *ret_system = NULL;
    *ret_key = dot == NULL ? path : dot + 1;
    for (size_t i = 0; i < PRESETS; i++) {
        bool named = dot == NULL || (strlen(presets[i].system) == (size_t)(dot - path) &&
                                     strncmp(presets[i].system, path, (size_t)(dot - path)) == 0);
        if (named && has_key(i, *ret_key)) {
            *ret_system = dot == NULL ? NULL : presets[i].system;
            known = true;
        }
    }
    return known;
}

bool sim__import_sets_parameter(const char *path)
{
    const char *system, *key;
    return find_parameter(path, &system, &key);
}

static bool read_one(struct sim__import *import, const struct sim__set *given,
                     struct sim__import_set *ret_set)
{
    static const struct sim__spot nowhere = {.file = NULL};
    bool known = find_parameter(given->path, &ret_set->system, &ret_set->key);
    ret_set->value = as_yaml(import, given->value);
    for (const char *c = given->value; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            sim__import_refuse(import, nowhere, "--set %s: a control character in its value",
                               given->path);
            return false;
        }
    }
    if (!known) {
        sim__import_refuse(import, nowhere, "--set %s: no preset has such a parameter",
                           given->path);
    }
    return known;
}

void sim__import_sets_read(struct sim__import *import)
{
    const struct sim__import_request *request = import->request;
    import->sets =
        sim__arena_alloc(import->arena, (size_t)request->set_count + 1, sizeof(*import->sets));
    for (uint32_t i = 0; import->sets != NULL && i < request->set_count; i++) {
        if (read_one(import, &request->sets[i], &import->sets[import->set_count])) {
            import->set_count++;
        }
    }
}

static bool is_for(const struct sim__import_set *set, const char *system, const char *key)
{
    if (strcmp(set->key, key) != 0) {
        return false;
    }
    for (size_t i = 0; i < PRESETS; i++) {
        if (strcmp(presets[i].system, system) == 0) {
            return has_key(i, key) && (set->system == NULL || set->system == presets[i].system);
        }
    }
    return false;
}

const char *sim__import_set_for(const struct sim__import *import, const char *system,
                                const char *key)
{
    const char *value = NULL;
    for (uint32_t i = 0; i < import->set_count; i++) {
        value = is_for(&import->sets[i], system, key) ? import->sets[i].value : value;
    }
    return value;
}

/* What is said of a supervisor of OTP, not of its children. */
static void apply_to_groups(struct sim__import *import, const struct sim__import_set *set)
{
    static const struct sim__spot outside = {.file = "--set"};
    if (import->root != NULL) {
        sim__import_put(import, &import->root->preset, set->key, set->value, outside);
    }
    for (struct sim__imported_group *group = import->groups; group != NULL; group = group->next) {
        sim__import_put(import, &group->preset, set->key, set->value, outside);
    }
}

static bool is_of_groups(const char *key)
{
    return has_word("intensity period strategy auto_shutdown", key);
}

/* In how many of the systems that were imported it would be set. */
static uint32_t apply(struct sim__import *import, const struct sim__import_set *set)
{
    static const struct sim__spot outside = {.file = "--set"};
    bool used[PRESETS] = {false};
    uint32_t systems = 0;
    for (struct sim__imported_service *service = import->services; service != NULL;
         service = service->next) {
        if (!is_for(set, service->system, set->key)) {
            continue;
        }
        if (!is_of_groups(set->key)) {
            sim__import_put(import, &service->preset, set->key, set->value, outside);
        }
        for (size_t i = 0; i < PRESETS; i++) {
            used[i] |= strcmp(presets[i].system, service->system) == 0;
        }
    }
    for (size_t i = 0; i < PRESETS; i++) {
        systems += used[i];
    }
    if (systems > 0 && is_of_groups(set->key)) {
        apply_to_groups(import, set);
    }
    return systems;
}

void sim__import_sets_apply(struct sim__import *import)
{
    static const struct sim__spot nowhere = {.file = NULL};
    for (uint32_t i = 0; i < import->set_count; i++) {
        const struct sim__import_set *set = &import->sets[i];
        uint32_t systems = apply(import, set);
        if (systems == 0) {
            sim__import_refuse(import, nowhere, "--set %s: nothing that is imported has it",
                               set->key);
        } else if (systems > 1 && strcmp(set->key, "mode") != 0) {
            sim__import_refuse(import, nowhere,
                               "--set %s: several systems have it; name one: SYSTEM.%s", set->key,
                               set->key);
        }
    }
}

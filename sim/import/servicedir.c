/* Service directories of s6 and runit, and directories of them. */
#include <inttypes.h>
#include <string.h>

#include "sim/scenario.h"
#include "sim/scenario/diagnostic.h"
#include "servicedir.h"
#include "systemd.h"

static const char s6[] = "s6";
static const char runit[] = "runit";

/* A service directory. */
struct servicedir {
    struct sim__import *import;
    const char *path;
    const char *system;
    struct sim__spot spot;
    struct sim__imported_service *service;
};

static enum sim__import_found look(struct sim__import *import, const char *path)
{
    const struct sim__import_world *world = import->request->world;
    return world->look(world->context, path);
}

static bool has(struct sim__import *import, const char *directory, const char *name)
{
    return look(import, sim__import_join(import, directory, name)) != SIM__FOUND_NOTHING;
}

static bool is_service(struct sim__import *import, const char *path)
{
    return look(import, sim__import_join(import, path, "run")) == SIM__FOUND_FILE;
}

/* NULL when there is none, or it cannot be read, which has been said. */
static const char *text_of(struct sim__import *import, const char *directory, const char *name)
{
    size_t length;
    const char *path = sim__import_join(import, directory, name);
    return look(import, path) != SIM__FOUND_FILE
               ? NULL
               : sim__import_read(import, path, (struct sim__spot){.file = directory}, &length);
}

/* ---- whose it is ---- */

static bool mentions(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (strstr(text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* NULL where nothing tells. */
static const char *system_of(struct sim__import *import, const char *path)
{
    static const char *const of_s6[] = {"notification-fd", "timeout-kill",    "timeout-finish",
                                        "timeout-up",      "max-death-tally", "down-signal",
                                        "producer-for",    "consumer-for",    "dependencies.d"};
    static const char *const of_runit[] = {"conf", "check", "control", "supervise/stat"};
    static const char *const words_of_s6[] = {"execlineb", "s6-"};
    static const char *const words_of_runit[] = {"chpst", "svlogd", "runsv", "runit", "\nsv "};
    const enum sim__import_kind from = import->request->from;
    if (from != SIM__IMPORT_KIND_COUNT) {
        return from == SIM__IMPORT_S6 ? s6 : runit;
    }
    for (size_t i = 0; i < sizeof(of_s6) / sizeof(of_s6[0]); i++) {
        if (has(import, path, of_s6[i])) {
            return s6;
        }
    }
    static const char *const scripts[] = {"run", "finish", "log/run"};
    for (size_t i = 0; i < 3; i++) {
        const char *script = text_of(import, path, scripts[i]);
        if (mentions(script, words_of_s6, 2)) {
            return s6;
        }
        if (mentions(script, words_of_runit, 5)) {
            return runit;
        }
    }
    for (size_t i = 0; i < sizeof(of_runit) / sizeof(of_runit[0]); i++) {
        if (has(import, path, of_runit[i])) {
            return runit;
        }
    }
    return NULL;
}

/* ---- its files ---- */

/* A number alone in a file. */
static void take_number(struct servicedir *dir, const char *name)
{
    const char *text = text_of(dir->import, dir->path, name);
    struct sim__spot spot = {sim__import_join(dir->import, dir->path, name), 1, 1};
    uint64_t number;
    if (text == NULL) {
        return;
    }
    size_t digits = strspn(text, "0123456789");
    size_t rest = digits + strspn(text + digits, " \t\r\n");
    const char *alone = sim__arena_text(dir->import->arena, text, digits);
    if (alone == NULL) {
        return;
    }
    if (text[rest] != '\0' || (alone[0] == '0' && digits > 1) ||
        !sim__unit_number(alone, UINT32_MAX - 1, &number)) {
        sim__import_refuse(dir->import, spot, "%s: a number below 4294967295 is wanted", name);
        return;
    }
    sim__import_put(dir->import, &dir->service->preset, name,
                    sim__import_text(dir->import, "%" PRIu64, number), spot);
    dir->service->reports |= strcmp(name, "notification-fd") == 0;
}

static void take_signal(struct servicedir *dir)
{
    const char *text = text_of(dir->import, dir->path, "down-signal");
    struct sim__spot spot = {sim__import_join(dir->import, dir->path, "down-signal"), 1, 1};
    int32_t signal = 0;
    if (text == NULL) {
        return;
    }
    const char *word = sim__arena_text(dir->import->arena, text, strcspn(text, " \t\r\n"));
    if (word == NULL || !sim__unit_signal(word, &signal) || sim_signal_name(signal) == NULL) {
        sim__import_refuse(dir->import, spot,
                           "down-signal: no signal that a scenario has a name "
                           "for");
        return;
    }
    sim__import_put(dir->import, &dir->service->preset, "down-signal",
                    sim__import_text(dir->import, "SIG%s", sim_signal_name(signal)), spot);
}

static void take_down(struct servicedir *dir)
{
    if (has(dir->import, dir->path, "down")) {
        sim__import_put(
            dir->import, &dir->service->beside, "paused", "true",
            (struct sim__spot){.file = sim__import_join(dir->import, dir->path, "down")});
    }
}

static void take_finish(struct servicedir *dir)
{
    const char *text = text_of(dir->import, dir->path, "finish");
    struct sim__spot spot = {.file = sim__import_join(dir->import, dir->path, "finish")};
    if (text == NULL) {
        return;
    }
    const char *permafail = NULL;
    switch (sim__finish_read(dir->import, text, &spot.line, &permafail)) {
    case SIM__FINISH_NOTHING:
        break;
    case SIM__FINISH_PERMANENT:
        dir->service->finishes = true;
        dir->service->finish_code = 125;
        sim__import_remark(dir->import, dir->service, "%s: exit 125, after every end",
                           sim__import_at(dir->import, spot));
        break;
    case SIM__FINISH_PERMAFAIL:
        if (dir->system == s6) {
            spot.column = 1;
            sim__import_put(dir->import, &dir->service->preset, "permafailon", permafail, spot);
            break;
        }
        /* runit has no such thing. */
        __attribute__((fallthrough));
    case SIM__FINISH_OTHER:
        sim__import_warn(dir->import, dir->service, (struct sim__spot){.file = spot.file},
                         "a finish script is taken to need no time and to exit 0");
        break;
    }
}

/* ---- directories ---- */

/* A directory with a `run`, and what stands beside it; false when there can be no such service,
 * which has been said. */
static bool read_one(struct sim__import *import, const char *path, const char *system,
                     const char *name)
{
    static const char *const numbers[] = {"notification-fd", "timeout-kill", "timeout-finish",
                                          "max-death-tally"};
    struct servicedir dir = {import, path, system, {.file = path}, NULL};
    dir.service = sim__import_add(import, system, name, dir.spot);
    if (dir.service == NULL) {
        return false;
    }
    for (size_t i = 0; system == s6 && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        take_number(&dir, numbers[i]);
    }
    if (system == s6) {
        take_signal(&dir);
    }
    take_finish(&dir);
    take_down(&dir);
    return true;
}

/* With its logger, which is a service like another. */
static void read_service(struct sim__import *import, const char *path, const char *system,
                         const char *name)
{
    const char *log = sim__import_join(import, path, "log");
    if (!read_one(import, path, system, name) || look(import, log) != SIM__FOUND_DIRECTORY) {
        return;
    }
    if (!is_service(import, log)) {
        sim__import_refuse(import, (struct sim__spot){.file = log}, "there is no `run` in it");
        return;
    }
    (void)read_one(import, log, system, sim__import_text(import, "%s-log", name));
}

/* The last part of a path, which may end in a slash. */
static const char *name_of(struct sim__import *import, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    const char *copy = sim__arena_text(import->arena, path, length);
    return copy == NULL ? "" : sim__import_base(copy);
}

static void read_directory(struct sim__import *import, const char *path, const char *name)
{
    const char *system = system_of(import, path);
    if (system == NULL) {
        sim__import_refuse(import, (struct sim__spot){.file = path},
                           "a service directory of s6 or of runit? say it with --from s6 or "
                           "--from runit");
        return;
    }
    read_service(import, path, system, name);
}

bool sim__import_has_services(struct sim__import *import, const char *path,
                              const struct sim__import_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].found == SIM__FOUND_FILE && strcmp(entries[i].name, "run") == 0) {
            return true;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].found == SIM__FOUND_DIRECTORY &&
            is_service(import, sim__import_join(import, path, entries[i].name))) {
            return true;
        }
    }
    return false;
}

void sim__import_services(struct sim__import *import, const char *path,
                          const struct sim__import_entry *entries, uint32_t count)
{
    bool some = false;
    if (is_service(import, path)) {
        read_directory(import, path, name_of(import, path));
        return;
    }
    for (uint32_t i = 0; i < count && !sim__arena_failed(import->arena); i++) {
        const char *below = sim__import_join(import, path, entries[i].name);
        if (entries[i].found == SIM__FOUND_DIRECTORY && is_service(import, below)) {
            read_directory(import, below, entries[i].name);
            some = true;
        }
    }
    if (!some) {
        sim__import_refuse(import, (struct sim__spot){.file = path}, "there is no `run` in it");
    }
}

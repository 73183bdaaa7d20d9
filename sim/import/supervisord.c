/* supervisord.conf: programs, groups, and the files that it includes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ini.h"
#include "sim/scenario.h"
#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define PRIORITY 999
#define COUNT_MAX 10000

struct program {
    struct sim__import *import;
    const struct sim__ini_section *section;
    const char *name;
    const struct sim__ini_section *group; /* that lists it; NULL: none */
    const char *group_name;
    int64_t group_priority;
    int64_t priority;
    struct sim__imported_service *service;
    struct program *next;
};

struct configuration {
    struct sim__import *import;
    struct sim__ini ini;
    struct sim__table programs; /* by name */
    struct program *list;
    struct program **last;
    uint32_t count;
};

/* ---- values ---- */

static void refuse(struct sim__import *import, const struct sim__ini_option *option,
                   const char *why)
{
    sim__import_refuse(import, option->value_at, "%s=%s: %s", option->name,
                       sim__quotable(import->arena, option->value, strlen(option->value)), why);
}

/* Stands for what is known where supervisord runs; `service` may be NULL. */
static bool is_open(struct sim__import *import, struct sim__imported_service *service,
                    const struct sim__ini_option *option)
{
    if (strstr(option->value, "%(") == NULL) {
        return false;
    }
    sim__import_warn(import, service, option->value_at,
                     "%s=%s: what stands for something else is not resolved; it is left out",
                     option->name,
                     sim__quotable(import->arena, option->value, strlen(option->value)));
    return true;
}

/* As Python's int() reads it, but for underscores. */
static bool read_int(const char *text, int64_t *ret_number)
{
    uint64_t number;
    text += strspn(text, " \t\n");
    bool negative = *text == '-';
    text += *text == '-' || *text == '+' ? 1 : 0;
    size_t digits = strspn(text, "0123456789");
    char copy[24];
    if (digits == 0 || digits > 18 || text[digits + strspn(text + digits, " \t\n")] != '\0') {
        return false;
    }
    size_t zeros = strspn(text, "0");
    zeros -= zeros == digits ? 1 : 0;
    memcpy(copy, text + zeros, digits - zeros);
    copy[digits - zeros] = '\0';
    if (!sim__unit_number(copy, INT64_MAX, &number)) {
        return false;
    }
    *ret_number = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

static bool is_one_of(const char *text, const char *words)
{
    char word[16];
    size_t length = 0;
    for (; text[length] != '\0'; length++) {
        if (length >= sizeof(word) - 3) {
            return false;
        }
        char c = text[length];
        word[length + 1] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    word[0] = ' ';
    word[length + 1] = ' ';
    word[length + 2] = '\0';
    return length > 0 && strchr(text, ' ') == NULL && strstr(words, word) != NULL;
}

#define YES " yes true on 1 "
#define NO " no false off 0 "

/* The option's number, or the one that is built in; what is none is said. */
static int64_t number_of(struct sim__import *import, const struct sim__ini_section *section,
                         const char *name, int64_t built_in)
{
    const struct sim__ini_option *option = sim__ini_option(section, name);
    int64_t number = built_in;
    if (option == NULL || is_open(import, NULL, option)) {
        return built_in;
    }
    if (!read_int(option->value, &number)) {
        refuse(import, option, "it is a whole number");
        return built_in;
    }
    return number;
}

/* ---- a program's options ---- */

static void put(struct program *program, const struct sim__ini_option *option, const char *value)
{
    sim__import_put(program->import, &program->service->preset, option->name, value, option->spot);
}

static void take_number(struct program *program, const struct sim__ini_option *option)
{
    int64_t number;
    if (!read_int(option->value, &number)) {
        refuse(program->import, option, "it is a whole number");
    } else if (number < 0 || number > 1000000000) {
        refuse(program->import, option, "a number from 0 to 1000000000");
    } else {
        put(program, option, sim__import_text(program->import, "%" PRId64, number));
    }
}

static void take_restart(struct program *program, const struct sim__ini_option *option)
{
    const char *word = is_one_of(option->value, YES)              ? "true"
                       : is_one_of(option->value, NO)             ? "false"
                       : is_one_of(option->value, " unexpected ") ? "unexpected"
                                                                  : NULL;
    if (word == NULL) {
        refuse(program->import, option, "it is true, false or unexpected");
    } else {
        put(program, option, word);
    }
}

static void take_start(struct program *program, const struct sim__ini_option *option)
{
    if (is_one_of(option->value, NO)) {
        sim__import_put(program->import, &program->service->beside, "paused", "true", option->spot);
        program->service->beside.first->remark = "which is not started";
    } else if (!is_one_of(option->value, YES)) {
        refuse(program->import, option, "it is true or false");
    }
}

static void take_codes(struct program *program, const struct sim__ini_option *option)
{
    struct sim__exit_statuses codes = {0};
    if (option->value[0] == '\0') {
        put(program, option, "[]"); /* none is expected */
        return;
    }
    for (const char *at = option->value;; at++) {
        size_t length = strcspn(at, ",");
        int64_t code = -1;
        const char *one = sim__arena_text(program->import->arena, at, length);
        if (one == NULL || !read_int(one, &code) || code < 0 || code > 255) {
            refuse(program->import, option, "codes from 0 to 255, parted by commas");
            return;
        }
        codes.codes[code] = true;
        at += length;
        if (*at == '\0') {
            break;
        }
    }
    const char *yaml = sim__unit_statuses_yaml(program->import, &codes);
    put(program, option, yaml == NULL ? "[]" : yaml);
}

static void take_signal(struct program *program, const struct sim__ini_option *option)
{
    char name[16];
    size_t length = strlen(option->value);
    int32_t signal = 0;
    for (size_t i = 0; i <= length && length < sizeof(name); i++) {
        char c = option->value[i];
        name[i] = c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
    }
    if (length >= sizeof(name) || !sim__unit_signal(name, &signal)) {
        refuse(program->import, option, "no such signal");
    } else if (sim_signal_name(signal) == NULL) {
        refuse(program->import, option, "real-time signals have no name in a scenario");
    } else {
        put(program, option, sim_signal_name(signal));
    }
}

static void take_group_kill(struct program *program, const struct sim__ini_option *option)
{
    if (is_one_of(option->value, YES)) {
        sim__import_warn(program->import, program->service, option->spot,
                         "%s: signals to the children of a process are not modelled", option->name);
    }
}

static const struct {
    const char *name;
    void (*take)(struct program *program, const struct sim__ini_option *option);
} options[] = {
    {"autostart", take_start},        {"autorestart", take_restart},
    {"startsecs", take_number},       {"startretries", take_number},
    {"exitcodes", take_codes},        {"stopwaitsecs", take_number},
    {"stopsignal", take_signal},      {"stopasgroup", take_group_kill},
    {"killasgroup", take_group_kill},
};

static void take_count(struct program *program)
{
    struct sim__import *import = program->import;
    const struct sim__ini_option *option = sim__ini_option(program->section, "numprocs");
    const struct sim__ini_option *name = sim__ini_option(program->section, "process_name");
    int64_t count = number_of(import, program->section, "numprocs", 1);
    if (option == NULL || count == 1) {
        return;
    }
    if (count < 1 || count > COUNT_MAX) {
        refuse(import, option, "a number from 1 to 10000");
    } else if (name == NULL || strstr(name->value, "%(process_num)") == NULL) {
        refuse(import, option,
               "process_name must have %(process_num) in it, or supervisord does "
               "not start");
    } else {
        program->service->count = (uint32_t)count;
    }
}

static void put_group(struct program *program)
{
    struct sim__import *import = program->import;
    if (program->group == NULL) {
        return;
    }
    sim__import_put(import, &program->service->beside, "group",
                    sim__import_group_part(import, program->group_name), program->group->spot);
}

static void write_program(struct program *program)
{
    struct sim__import *import = program->import;
    program->service =
        sim__import_add(import, "supervisord", program->name, program->section->spot);
    if (program->service == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const struct sim__ini_option *option = sim__ini_option(program->section, options[i].name);
        if (option != NULL && !is_open(import, program->service, option)) {
            options[i].take(program, option);
        }
    }
    take_count(program);
    put_group(program);
    if (strncmp(program->section->name, "fcgi-", 5) == 0) {
        sim__import_warn(import, program->service, program->section->spot,
                         "fcgi-program: the socket that its processes share is not modelled");
    }
}

/* ---- sections ---- */

/* The name behind the colon, without blanks; NULL: it is no section of this kind. */
static const char *name_behind(struct sim__import *import, const struct sim__ini_section *section,
                               const char *kind)
{
    size_t length = strlen(kind);
    if (strncmp(section->name, kind, length) != 0 || section->name[length] != ':') {
        return NULL;
    }
    const char *name = section->name + length + 1;
    name += strspn(name, " \t");
    size_t end = strlen(name);
    while (end > 0 && strchr(" \t", name[end - 1]) != NULL) {
        end--;
    }
    return sim__arena_text(import->arena, name, end);
}

static void add_program(struct configuration *all, const struct sim__ini_section *section,
                        const char *name)
{
    bool is_new = false;
    struct sim__slot *slot =
        sim__table_add(&all->programs, 0, name, (uint32_t)strlen(name), &is_new);
    struct program *program =
        slot == NULL ? NULL : sim__arena_alloc(all->import->arena, 1, sizeof(*program));
    if (program == NULL) {
        return;
    }
    if (!is_new) {
        sim__import_refuse(all->import, section->spot, "a second program of the name `%s`",
                           sim__quotable(all->import->arena, name, strlen(name)));
        return;
    }
    slot->value = program;
    *program = (struct program){
        .import = all->import,
        .section = section,
        .name = name,
        .group_name = name,
        .priority = number_of(all->import, section, "priority", PRIORITY),
    };
    program->group_priority = program->priority;
    *all->last = program;
    all->last = &program->next;
    all->count++;
}

static void find_programs(struct configuration *all)
{
    struct sim__import *import = all->import;
    for (const struct sim__ini_section *section = all->ini.sections; section != NULL;
         section = section->next) {
        const char *name = name_behind(import, section, "program");
        name = name != NULL ? name : name_behind(import, section, "fcgi-program");
        if (name != NULL) {
            add_program(all, section, name);
        } else if (name_behind(import, section, "eventlistener") != NULL) {
            sim__import_warn(import, NULL, section->spot,
                             "event listeners are not modelled; [%s] is left out",
                             sim__quotable(import->arena, section->name, strlen(section->name)));
        }
    }
}

static void join_group(struct configuration *all, const struct sim__ini_section *section,
                       const char *group, const struct sim__ini_option *programs)
{
    struct sim__import *import = all->import;
    int64_t priority = number_of(import, section, "priority", PRIORITY);
    const char *at = programs->value;
    for (uint32_t words = 0; *at != '\0'; words++) {
        at += strspn(at, " \t\n,");
        size_t length = strcspn(at, ",\n");
        while (length > 0 && strchr(" \t", at[length - 1]) != NULL) {
            length--;
        }
        if (length == 0) {
            continue;
        }
        struct sim__slot *slot = sim__table_find(&all->programs, 0, at, (uint32_t)length);
        if (slot == NULL || words >= SIM__IMPORT_WORDS_MAX) {
            sim__import_refuse(import, programs->value_at,
                               slot == NULL ? "[group:%s] has a program `%s`, for which there is "
                                              "no section"
                                            : "[group:%s]: too many programs at `%s`",
                               sim__quotable(import->arena, group, strlen(group)),
                               sim__quotable(import->arena, at, length));
            return;
        }
        struct program *program = slot->value;
        program->group = section;
        program->group_name = group;
        program->group_priority = priority;
        at += length;
    }
}

static void find_groups(struct configuration *all)
{
    for (const struct sim__ini_section *section = all->ini.sections; section != NULL;
         section = section->next) {
        const char *name = name_behind(all->import, section, "group");
        const struct sim__ini_option *programs =
            name == NULL ? NULL : sim__ini_option(section, "programs");
        if (programs != NULL) {
            join_group(all, section, name, programs);
        } else if (name != NULL) {
            sim__import_refuse(all->import, section->spot, "a group without `programs`");
        }
    }
}

/* ---- the order in which they are started ---- */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_priority(const void *a, const void *b)
{
    const struct program *const *left = a, *const *right = b;
    int order = compare((*left)->group_priority, (*right)->group_priority);
    order = order != 0 ? order : strcmp((*left)->group_name, (*right)->group_name);
    order = order != 0 ? order : compare((*left)->priority, (*right)->priority);
    return order != 0 ? order : strcmp((*left)->name, (*right)->name);
}

static void write_programs(struct configuration *all)
{
    struct program **sorted =
        sim__arena_alloc(all->import->arena, (size_t)all->count + 1, sizeof(struct program *));
    uint32_t count = 0;
    for (struct program *program = all->list; sorted != NULL && program != NULL;
         program = program->next) {
        sorted[count++] = program;
    }
    if (count > 1) {
        qsort(sorted, count, sizeof(struct program *), by_priority);
    }
    for (uint32_t i = 0; i < count && !sim__arena_failed(all->import->arena); i++) {
        write_program(sorted[i]);
    }
}

void sim__import_supervisord(struct sim__import *import, const char *path, const char *bytes,
                             size_t length)
{
    struct configuration all = {.import = import};
    all.last = &all.list;
    sim__ini_init(&all.ini, import);
    sim__table_init(&all.programs, import->arena, 2);
    sim__ini_read(&all.ini, path, bytes, length);
    sim__supervisord_include(&all.ini, path);
    find_programs(&all);
    find_groups(&all);
    write_programs(&all);
}

/* Files of sections and options; see ini.h. */
#include "ini.h"

#include <string.h>

#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define BLANK " \t\r\f\v"

void sim__ini_init(struct sim__ini *ini, struct sim__import *import)
{
    *ini = (struct sim__ini){.import = import};
    ini->last = &ini->sections;
    sim__table_init(&ini->names, import->arena, 1);
}

/* What is being read of a file. */
struct reading {
    struct sim__ini *ini;
    const char *path;
    uint32_t line;
    uint32_t indent; /* of the option that may go on */
    struct sim__ini_section *section;
    struct sim__ini_option *option; /* that may go on */
    struct sim__text value;         /* of it */
};

static bool is_blank(char c)
{
    return c != '\0' && strchr(BLANK, c) != NULL;
}

/* Without its comment and the blanks at its end. */
static size_t cut(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((line[i] == ';' || line[i] == '#') && (i == 0 || is_blank(line[i - 1]))) {
            length = i;
        }
    }
    while (length > 0 && is_blank(line[length - 1])) {
        length--;
    }
    return length;
}

/* The option's value is whole. */
static void settle(struct reading *in)
{
    if (in->option != NULL) {
        in->option->value =
            sim__arena_text(in->ini->import->arena, sim__text_string(&in->value), in->value.length);
        if (in->option->value == NULL || in->value.failed) {
            sim__arena_fail(in->ini->import->arena);
            in->option->value = "";
        }
    }
    in->option = NULL;
    sim__text_clear(&in->value);
}

static void enter(struct reading *in, const char *line, size_t length, struct sim__spot spot)
{
    struct sim__ini *ini = in->ini;
    bool is_new = false;
    const char *name = sim__arena_text(ini->import->arena, line, length);
    struct sim__slot *slot =
        name == NULL ? NULL : sim__table_add(&ini->names, 0, name, (uint32_t)length, &is_new);
    in->section = slot == NULL ? NULL : slot->value;
    if (slot == NULL || !is_new) {
        return;
    }
    struct sim__ini_section *section = sim__arena_alloc(ini->import->arena, 1, sizeof(*section));
    if (section == NULL) {
        return;
    }
    section->name = name;
    section->spot = spot;
    section->last = &section->options;
    *ini->last = section;
    ini->last = &section->next;
    slot->value = section;
    in->section = section;
}

static void take_section(struct reading *in, const char *line, size_t length, struct sim__spot spot)
{
    size_t end = length;
    while (end > 1 && line[end - 1] != ']') {
        end--;
    }
    if (end <= 2) {
        sim__import_refuse(in->ini->import, spot, "the section's name is not closed by `]`");
        return;
    }
    enter(in, line + 1, end - 2, spot);
}

static void take_option(struct reading *in, const char *line, size_t length, struct sim__spot spot)
{
    struct sim__import *import = in->ini->import;
    size_t sign = 0;
    while (sign < length && line[sign] != '=' && line[sign] != ':') {
        sign++;
    }
    size_t name = cut(line, sign);
    if (sign == length || name == 0) {
        sim__import_refuse(import, spot, "neither a section nor `option = value`: %s",
                           sim__quotable(import->arena, line, length));
        return;
    }
    if (in->section == NULL) {
        sim__import_refuse(import, spot, "an option before the first section");
        return;
    }
    struct sim__ini_option *option = sim__arena_alloc(import->arena, 1, sizeof(*option));
    char *copy = sim__arena_text(import->arena, line, name);
    if (option == NULL || copy == NULL) {
        return;
    }
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    }
    size_t value = sign + 1;
    while (value < length && is_blank(line[value])) {
        value++;
    }
    *option = (struct sim__ini_option){.name = copy, .value = "", .spot = spot, .value_at = spot};
    option->value_at.column += (uint32_t)value;
    *in->section->last = option;
    in->section->last = &option->next;
    in->option = option;
    sim__text_putn(&in->value, line + value, length - value);
}

static void take_line(struct reading *in, const char *line, size_t length)
{
    size_t indent = 0;
    length = cut(line, length);
    while (indent < length && is_blank(line[indent])) {
        indent++;
    }
    if (indent == length) {
        return;
    }
    if (in->option != NULL && indent > in->indent) {
        sim__text_char(&in->value, '\n');
        sim__text_putn(&in->value, line + indent, length - indent);
        return;
    }
    struct sim__spot spot = {in->path, in->line, (uint32_t)indent + 1};
    settle(in);
    in->indent = (uint32_t)indent;
    if (line[indent] == '[') {
        take_section(in, line + indent, length - indent, spot);
    } else {
        take_option(in, line + indent, length - indent, spot);
    }
}

void sim__ini_read(struct sim__ini *ini, const char *path, const char *bytes, size_t length)
{
    struct reading in = {.ini = ini, .path = path};
    const char *line;
    size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, size;
    while (ini->import->imported->errors < SIM__IMPORT_SAID_MAX &&
           sim__import_line(bytes, length, &at, &line, &size)) {
        in.line++;
        take_line(&in, line, size);
    }
    settle(&in);
    sim__text_release(&in.value);
}

const struct sim__ini_section *sim__ini_section(const struct sim__ini *ini, const char *name)
{
    const struct sim__slot *slot = sim__table_find(&ini->names, 0, name, (uint32_t)strlen(name));
    return slot == NULL ? NULL : slot->value;
}

const struct sim__ini_option *sim__ini_option(const struct sim__ini_section *section,
                                              const char *name)
{
    const struct sim__ini_option *found = NULL;
    for (const struct sim__ini_option *option = section->options; option != NULL;
         option = option->next) {
        found = strcmp(option->name, name) == 0 ? option : found;
    }
    return found;
}

/* What `systemctl show` prints of services: their effective values. */
#include <string.h>

#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define START_NS UINT64_C(90000000000)

/* Properties of another name than the setting. */
static const struct {
    const char *name;
    enum sim__unit_key key;
} properties[] = {
    {"RestartUSec", SIM__UNIT_RESTART_SEC},
    {"RestartMaxDelayUSec", SIM__UNIT_RESTART_MAX_DELAY},
    {"RestartRandomizedDelayUSec", SIM__UNIT_RESTART_RANDOM},
    {"StartLimitIntervalUSec", SIM__UNIT_LIMIT_INTERVAL},
    {"StartLimitIntervalSec", SIM__UNIT_LIMIT_INTERVAL},
    {"TimeoutStartUSec", SIM__UNIT_TIMEOUT_START},
    {"TimeoutStopUSec", SIM__UNIT_TIMEOUT_STOP},
    {"TimeoutAbortUSec", SIM__UNIT_TIMEOUT_ABORT},
    {"WatchdogUSec", SIM__UNIT_WATCHDOG},
    {"RuntimeMaxUSec", SIM__UNIT_RUNTIME_MAX},
    {"RuntimeRandomizedExtraUSec", SIM__UNIT_RUNTIME_EXTRA},
};

/* What is built in, and so not spelled out. */
static const struct {
    enum sim__unit_key key;
    const char *value;
} built_in[] = {
    {SIM__UNIT_RESTART, "no"},
    {SIM__UNIT_RESTART_SEC, "100ms"},
    {SIM__UNIT_RESTART_STEPS, "0"},
    {SIM__UNIT_RESTART_MAX_DELAY, "infinity"},
    {SIM__UNIT_RESTART_RANDOM, "0"},
    {SIM__UNIT_LIMIT_INTERVAL, "10s"},
    {SIM__UNIT_LIMIT_BURST, "5"},
    {SIM__UNIT_TIMEOUT_STOP, "1min 30s"},
    {SIM__UNIT_TIMEOUT_ABORT, "1min 30s"},
    {SIM__UNIT_WATCHDOG, "0"},
    {SIM__UNIT_WATCHDOG, "infinity"},
    {SIM__UNIT_RUNTIME_MAX, "infinity"},
    {SIM__UNIT_RUNTIME_EXTRA, "0"},
    {SIM__UNIT_KILL_SIGNAL, "15"},
    {SIM__UNIT_SEND_SIGKILL, "yes"},
    {SIM__UNIT_REMAIN, "no"},
    {SIM__UNIT_OOM_POLICY, "stop"},
};

/* A property of a block, as a line. */
struct property {
    char *name;
    const char *value;
    struct sim__spot spot;
    struct sim__spot value_at;
};

static bool is_built_in(enum sim__unit_key key, const char *value)
{
    for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
        if (built_in[i].key == key && strcmp(built_in[i].value, value) == 0) {
            return true;
        }
    }
    return false;
}

static enum sim__unit_key key_of(const char *name)
{
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (strcmp(properties[i].name, name) == 0) {
            return properties[i].key;
        }
    }
    for (int key = 0; key < SIM__UNIT_KEY_COUNT; key++) {
        const char *known = sim__unit_key_name((enum sim__unit_key)key);
        if (strcmp(known, name) == 0 && !sim__import_ends(known, "Sec")) {
            return (enum sim__unit_key)key;
        }
    }
    return SIM__UNIT_KEY_COUNT;
}

/* The lines up to an empty one, `line` the number of the first. */
struct block {
    struct sim__import *import;
    const char *path;
    const char *bytes;
    size_t length;
    uint32_t line;
};

static bool split(const struct block *block, uint32_t line, const char *text, size_t length,
                  struct property *ret_property)
{
    struct sim__import *import = block->import;
    const struct sim__spot spot = {block->path, line, 1};
    length -= length > 0 && text[length - 1] == '\r' ? 1 : 0;
    char *copy = sim__arena_text(import->arena, text, length);
    char *sign = copy == NULL ? NULL : strchr(copy, '=');
    if (copy != NULL && (sign == NULL || sign == copy)) {
        sim__import_refuse(import, spot, "no property, as `systemctl show` prints them: %s",
                           sim__quotable(import->arena, text, length));
    }
    if (sign == NULL || sign == copy) {
        return false;
    }
    *sign = '\0';
    *ret_property = (struct property){copy, sign + 1, spot, spot};
    ret_property->value_at.column += (uint32_t)(sign + 1 - copy);
    return true;
}

/* Gives each property to the unit; without a unit, finds the one of that name. */
static bool walk(const struct block *block, struct sim__unit *unit, const char *wanted,
                 struct property *ret_property)
{
    const char *line;
    size_t at = 0, length;
    struct property property;
    for (uint32_t number = block->line;
         sim__import_line(block->bytes, block->length, &at, &line, &length); number++) {
        bool looks = wanted == NULL || strncmp(line, wanted, strlen(wanted)) == 0;
        if (!looks || !split(block, number, line, length, &property)) {
            continue;
        }
        if (wanted != NULL) {
            *ret_property = property;
            return true;
        }
        enum sim__unit_key key = key_of(property.name);
        if (key < SIM__UNIT_ID && property.value[0] != '\0' && !is_built_in(key, property.value)) {
            sim__unit_take(unit, key, property.value, property.spot, property.value_at);
        }
    }
    return false;
}

/* What is built in for a start depends on the type. */
static void drop_built_in_start(struct sim__unit *unit)
{
    const char *type = unit->values[SIM__UNIT_TYPE].text;
    struct sim__unit_value *start = &unit->values[SIM__UNIT_TIMEOUT_START];
    bool oneshot = type != NULL && strcmp(type, "oneshot") == 0;
    if (start->text != NULL && start->length.ns == (oneshot ? SUP_NEVER_NS : START_NS)) {
        start->text = NULL;
    }
}

static void read_block(const struct block *block)
{
    struct property id;
    const struct sim__spot spot = {block->path, block->line, 1};
    if (!walk(block, NULL, "Id=", &id)) {
        sim__import_refuse(
            block->import, spot,
            "no `Id=` among these properties: print them with `systemctl show UNIT`");
        return;
    }
    if (!sim__import_ends(id.value, ".service")) {
        sim__import_warn(block->import, NULL, id.spot, "%s is no service; it is left out",
                         sim__quotable(block->import->arena, id.value, strlen(id.value)));
        return;
    }
    struct sim__unit *unit = sim__unit_new(block->import, id.value, id.spot);
    if (unit == NULL) {
        return;
    }
    (void)walk(block, unit, NULL, NULL);
    drop_built_in_start(unit);
    struct sim__unit_value *abort = &unit->values[SIM__UNIT_TIMEOUT_ABORT];
    const struct sim__unit_value *stop = &unit->values[SIM__UNIT_TIMEOUT_STOP];
    if (abort->text != NULL && stop->text != NULL && abort->length.ns == stop->length.ns) {
        abort->text = NULL;
    }
    /* What is printed may be a choice of properties. */
    if (unit->values[SIM__UNIT_EXEC_START].text == NULL) {
        unit->values[SIM__UNIT_EXEC_START] = (struct sim__unit_value){.text = "", .spot = id.spot};
    }
}

void sim__unit_shown(struct sim__import *import, const char *path, const char *bytes, size_t length)
{
    struct block block = {import, path, bytes, 0, 1};
    const char *line;
    size_t at = 0, size;
    uint32_t number = 1;
    for (bool more = true; more && import->imported->errors < SIM__IMPORT_SAID_MAX; number++) {
        more = sim__import_line(bytes, length, &at, &line, &size);
        bool empty = !more || size == 0 || (size == 1 && line[0] == '\r');
        if (empty && block.length > 0) {
            read_block(&block);
            block.length = 0;
        } else if (!empty) {
            block.line = block.length == 0 ? number : block.line;
            block.bytes = block.length == 0 ? line : block.bytes;
            block.length = (size_t)(line + size - block.bytes);
        }
    }
}

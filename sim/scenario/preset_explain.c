/* What a service is kept going by, and what its groups and the supervisor do, in plain keys, each
 * with where it comes from: as it may stand in the file in the place of their presets.
 */
#include <inttypes.h>
#include <string.h>

#include "preset.h"
#include "sim/base/escape.h"
#include "sup/assert.h"

/* Keys that are not how it is kept going, and those that the others are made of. */
static const char *const left_out[] = {"script", "exec",   "task", "policy",
                                       "needs",  "preset", "name", "groups"};

static bool is_left_out(const char *key)
{
    for (size_t i = 0; i < SIM__COUNT(left_out); i++) {
        if (sim__same(left_out[i], key)) {
            return true;
        }
    }
    return false;
}

/* Nodes of presets bear the setting's name, or the system's, instead of their key's, though it may
 * be the same word. */
static void put_source(struct sim__reader *r, const struct sim__entry *entry, const char *system,
                       struct sim__text *text)
{
    const struct sim__node *value = entry->value;
    const char *file = r->scenario->sources[value->at.file].name;
    sim__text_put(text, "  # ");
    if (value->name != NULL && value->name != entry->key) {
        sim__text_put(text, system);
        if (!sim__same(value->name, system)) {
            sim__text_char(text, ' ');
            sim__text_put(text, value->name);
        }
        sim__text_put(text, ", ");
    }
    sim__text_show(text, file);
    sim__text_format(text, ":%" PRIu32 "\n", value->at.line);
}

/* In one line: a map that stands in another one is. */
static void put_line(struct sim__reader *r, const struct sim__entry *entry, const char *system,
                     size_t indent, struct sim__text *text)
{
    struct sim__text line = {0};
    struct sim__node *inner = sim__tree_pair(r->scratch, entry->key, entry->value);
    struct sim__node *outer = sim__tree_pair(r->scratch, "x", inner);
    if (outer == NULL || inner == NULL) {
        return;
    }
    sim__tree_write(outer, &line);
    static const char before[] = "x: {", behind[] = "}\n";
    const size_t around = strlen(before) + strlen(behind);
    sim__text_pad(text, indent);
    if (!line.failed) {
        SUP_ASSERT(line.length > around);
        sim__text_putn(text, line.bytes + strlen(before), line.length - around);
    }
    put_source(r, entry, system, text);
    sim__text_release(&line);
}

static void put_key(struct sim__reader *r, const struct sim__entry *entry, const char *system,
                    size_t indent, struct sim__text *text)
{
    const struct sim__node *value = entry->value;
    if (value->kind != SIM__MAP || value->count == 0) {
        put_line(r, entry, system, indent, text);
        return;
    }
    sim__text_pad(text, indent);
    sim__text_format(text, "%s:\n", entry->key);
    for (uint32_t i = 0; i < value->count; i++) {
        put_line(r, &value->entries[i], system, indent + 2, text);
    }
}

static const char *name_of_system(const struct sim__node *preset)
{
    const char *name = preset == NULL                                  ? NULL
                       : preset->kind == SIM__MAP && preset->count > 0 ? preset->entries[0].key
                                                                       : preset->text;
    return name == NULL ? "" : name;
}

const char *sim__preset_wait_word(struct sim__reader *r, const struct sim__node *merged)
{
    const struct sim__node *backoff = sim__node_at(merged, SIM__KEY_BACKOFF);
    if (backoff == NULL || backoff->kind != SIM__MAP) {
        return NULL;
    }
    const char *system = name_of_system(sim__node_at(merged, SIM__KEY_PRESET));
    for (uint32_t i = 0; i < backoff->count; i++) {
        const struct sim__entry *entry = &backoff->entries[i];
        const char *name = entry->value->name;
        bool first = sim__same(entry->key, "waits") || sim__same(entry->key, "base");
        if (first && name != NULL && name != entry->key && !sim__same(name, system)) {
            return sim__arena_text(r->arena, name, strlen(name));
        }
    }
    return NULL;
}

static void put_keys(struct sim__reader *r, const struct sim__node *merged, size_t indent,
                     struct sim__text *text)
{
    const char *system = name_of_system(sim__node_at(merged, SIM__KEY_PRESET));
    for (uint32_t i = 0; i < merged->count; i++) {
        if (!is_left_out(merged->entries[i].key)) {
            put_key(r, &merged->entries[i], system, indent, text);
        }
    }
}

/* The text in the arena of the model. */
static const char *keep(struct sim__reader *r, struct sim__text *text)
{
    const char *said = sim__text_string(text);
    const char *kept = text->failed ? NULL : sim__arena_text(r->arena, said, strlen(said));
    if (text->failed) {
        sim__arena_fail(r->arena);
    }
    sim__text_release(text);
    return kept;
}

const char *sim__preset_explain(struct sim__reader *r, const struct sim__node *merged,
                                const char *name)
{
    struct sim__text text = {0};
    sim__text_format(&text, "  - name: %s\n", name);
    put_keys(r, merged, 4, &text);
    return keep(r, &text);
}

static void put_description(struct sim__reader *r, const struct sim__node *preset, size_t indent,
                            struct sim__text *text)
{
    const char *described = preset == NULL ? NULL : sim__preset_describe(r, preset);
    if (described != NULL) {
        sim__text_pad(text, indent);
        sim__text_put(text, "# ");
        sim__text_show(text, described);
        sim__text_char(text, '\n');
    }
}

const char *sim__preset_explain_group(struct sim__reader *r, const struct sim__node *merged,
                                      const char *path)
{
    struct sim__text text = {0};
    const struct sim__node *preset = sim__node_at(merged, SIM__KEY_PRESET);
    put_description(r, preset, path == NULL ? 2 : 4, &text);
    if (path != NULL) {
        sim__text_format(&text, "    - name: %s\n", path);
    }
    put_keys(r, merged, path == NULL ? 2 : 6, &text);
    return keep(r, &text);
}

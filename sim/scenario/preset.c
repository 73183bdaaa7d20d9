/* Presets: which there are, and the tree that one comes to; see preset.h. */
#include "preset.h"

#include <stdlib.h>
#include <string.h>

#include "sup/assert.h"

static const struct sim__system *const systems[] = {
    &sim__system_daemontools, &sim__system_docker,   &sim__system_grpc,    &sim__system_kubernetes,
    &sim__system_monit,       &sim__system_nomad,    &sim__system_otp,     &sim__system_pebble,
    &sim__system_pekko,       &sim__system_pm2,      &sim__system_podman,  &sim__system_runit,
    &sim__system_rust_tokio,  &sim__system_rustrade, &sim__system_s6,      &sim__system_supervisord,
    &sim__system_suture,      &sim__system_swarm,    &sim__system_systemd, &sim__system_zeph,
};

static const struct sim__word modes[] = {
    {"ideal", SIM__IDEAL}, {"realistic", SIM__REALISTIC}, {"busy", SIM__BUSY}};

/* ---- which one ---- */

bool sim__preset_is(const char *name)
{
    bool is = false;
    for (size_t i = 0; i < SIM__COUNT(systems); i++) {
        is = is || strcmp(systems[i]->name, name) == 0;
    }
    return is;
}

static const struct sim__system *find(struct sim__reader *r, const struct sim__node *named,
                                      const char *name, uint32_t length)
{
    const char *names[SIM__COUNT(systems)];
    for (size_t i = 0; i < SIM__COUNT(systems); i++) {
        names[i] = systems[i]->name;
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
            return systems[i];
        }
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_NAME, named->at, "no preset is called `%s`%s",
                  sim__quotable(r->scratch, name, length),
                  sim__hint(r, name, names, SIM__COUNT(names)));
    return NULL;
}

/* Its name alone, or a map of it and its settings. */
static const struct sim__system *which(struct sim__reader *r, const struct sim__node *preset,
                                       const struct sim__node **ret_given)
{
    *ret_given = NULL;
    if (preset->kind == SIM__SCALAR && preset->length > 0) {
        return find(r, preset, preset->text, preset->length);
    }
    if (preset->kind != SIM__MAP || preset->count == 0) {
        sim__wrong_type(r, preset, "the name of a preset, or a map of it and its settings");
        return NULL;
    }
    if (preset->count > 1) {
        sim__error(r, preset->entries[1].value->at,
                   "`preset` names one system; its settings stand under its name, as in "
                   "`{docker: {restart: always}}`");
        return NULL;
    }
    const struct sim__entry *entry = &preset->entries[0];
    const struct sim__system *system = find(r, entry->value, entry->key, entry->key_length);
    *ret_given = sim__is_nothing(entry->value) ? NULL : entry->value;
    return system;
}

/* ---- versions ---- */

/* Of numbers separated by points; what is missing is 0. */
static int compare(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        char *after_a, *after_b;
        unsigned long long one = strtoull(a, &after_a, 10), other = strtoull(b, &after_b, 10);
        if (one != other) {
            return one < other ? -1 : 1;
        }
        a = *after_a == '.' ? after_a + 1 : after_a;
        b = *after_b == '.' ? after_b + 1 : after_b;
    }
    return 0;
}

bool sim__preset_is_since(const struct sim__expansion *x, const char *version)
{
    return compare(x->version, version) >= 0;
}

/* Whether it is 1 to 3 numbers of up to 6 digits with points between them. */
static bool is_numbers(const char *text)
{
    for (int parts = 1;; parts++) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 6 || parts > 3) {
            return false;
        }
        text += digits;
        if (*text == '\0') {
            return true;
        }
        if (*text++ != '.') {
            return false;
        }
    }
}

/* The words of the list, each ended, and how many. */
#define VERSIONS_MAX 8u
static uint32_t split(struct sim__reader *r, const char *list, const char **ret_words)
{
    uint32_t count = 0;
    while (*list != '\0' && count < VERSIONS_MAX) {
        size_t length = strcspn(list, " ");
        ret_words[count] = sim__arena_text(r->scratch, list, length);
        if (ret_words[count] == NULL) {
            return 0;
        }
        count++;
        list += length + strspn(list + length, " ");
    }
    return count;
}

/* Where versions are numbers, those between and after the known ones are as the known one
 * before them. */
static bool take_version(struct sim__expansion *x, const struct sim__node *node)
{
    struct sim__reader *r = x->reader;
    const char *known[VERSIONS_MAX];
    uint32_t count = x->system->versions == NULL ? 0 : split(r, x->system->versions, known);
    x->version = count > 0 ? known[0] : NULL;
    if (node == NULL) {
        return true;
    }
    if (count == 0) {
        sim__error(r, node->at, "`version`: %s is the same in all versions known here",
                   x->system->name);
        return false;
    }
    if (node->kind != SIM__SCALAR || node->length == 0) {
        sim__wrong_type(r, node, "a version");
        return false;
    }
    const char *oldest = known[0];
    for (uint32_t i = 0; i < count; i++) {
        if (sim__same(known[i], node->text)) {
            x->version = known[i];
            return true;
        }
        oldest = is_numbers(known[i]) && compare(known[i], oldest) < 0 ? known[i] : oldest;
    }
    if (is_numbers(oldest) && is_numbers(node->text)) {
        x->version = node->text;
        if (compare(node->text, oldest) >= 0) {
            return true;
        }
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                      "`version`: what %s did before %s is not known here", x->system->name,
                      oldest);
        return false;
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_WORD, node->at, "unknown version `%s` of %s%s",
                  sim__quotable(r->scratch, node->text, node->length), x->system->name,
                  sim__hint(r, node->text, known, count));
    return false;
}

static bool take_mode(struct sim__expansion *x, const struct sim__node *node)
{
    int mode = SIM__IDEAL;
    if (node != NULL && !sim__word(x->reader, node, SIM__WORDS("mode", modes), &mode)) {
        return false;
    }
    if (x->reader->preset_mode != NULL) {
        for (size_t i = 0; i < SIM__COUNT(modes); i++) {
            mode = sim__same(modes[i].name, x->reader->preset_mode) ? modes[i].value : mode;
        }
        mode = mode > (int)x->system->modes ? (int)x->system->modes : mode;
    } else if (mode == SIM__BUSY && x->system->modes < SIM__BUSY) {
        sim__error(x->reader, node->at, "`mode`: of %s there is no second figure; it is %s",
                   x->system->name, x->system->modes == SIM__IDEAL ? "`ideal`" : "`realistic`");
        return false;
    }
    x->mode = (enum sim__mode)mode;
    return true;
}

/* ---- settings ---- */

/* A setting of the other half was looked for in the wrong place. */
static void tell_half(struct sim__expansion *x, const struct sim__node *given, enum sim__half half)
{
    for (uint32_t i = 0; given != NULL && given->kind == SIM__MAP && i < given->count; i++) {
        for (uint32_t k = 0; k < x->system->setting_count; k++) {
            const struct sim__setting *setting = &x->system->settings[k];
            if ((setting->half & half) == 0 && sim__same(setting->name, given->entries[i].key)) {
                sim__error(x->reader, given->entries[i].value->at,
                           half == SIM__OF_SERVICE
                               ? "`%s` is said of a supervisor: in the preset of a group or of "
                                 "`supervisor`"
                               : "`%s` is said of a child: in the preset of a service",
                           setting->name);
            }
        }
    }
}

static bool is_of_half(const struct sim__system *system, const char *key, enum sim__half half)
{
    for (uint32_t k = 0; k < system->setting_count; k++) {
        if (sim__same(system->settings[k].name, key)) {
            return (system->settings[k].half & half) != 0;
        }
    }
    return true;
}

/* The map without what belongs to the other half, which has been told. */
static struct sim__node *own_half(struct sim__expansion *x, const struct sim__node *given,
                                  enum sim__half half)
{
    struct sim_arena *arena = x->reader->scratch;
    struct sim__node *own = sim__arena_alloc(arena, 1, sizeof(*own));
    struct sim__entry *entries =
        sim__arena_alloc(arena, (size_t)given->count + 1, sizeof(*entries));
    if (own == NULL || entries == NULL) {
        return NULL;
    }
    *own = *given;
    own->entries = entries;
    own->count = 0;
    for (uint32_t i = 0; i < given->count; i++) {
        if (is_of_half(x->system, given->entries[i].key, half)) {
            entries[own->count++] = given->entries[i];
        }
    }
    return own;
}

static bool is_in_time(struct sim__expansion *x)
{
    bool good = true;
    for (uint32_t i = 0; i < x->system->setting_count; i++) {
        const struct sim__setting *setting = &x->system->settings[i];
        char since[16];
        struct sim__text text;
        if (setting->since == 0 || x->values[i].node == NULL) {
            continue;
        }
        sim__text_init_fixed(&text, since, sizeof(since));
        sim__text_u64(&text, setting->since);
        if (!sim__preset_is_since(x, sim__text_string(&text))) {
            sim__error(x->reader, x->values[i].node->at, "%s needs %s %u", setting->name,
                       x->system->name, setting->since);
            good = false;
        }
    }
    return good;
}

/* The settings with `version` and `mode`, which every system has. */
static bool read_settings(struct sim__expansion *x, const struct sim__node *given,
                          enum sim__half half)
{
    enum { VERSION = SIM__SETTINGS_MAX, MODE, ALL };
    struct sim__reader *r = x->reader;
    const char *keys[ALL];
    struct sim__node *v[ALL] = {0};
    uint32_t count = 0;
    SUP_ASSERT(x->system->setting_count <= SIM__SETTINGS_MAX);
    for (uint32_t i = 0; i < x->system->setting_count; i++) {
        if ((x->system->settings[i].half & half) != 0) {
            keys[count++] = x->system->settings[i].name;
        }
    }
    keys[count] = "version";
    keys[count + 1] = "mode";
    if (given != NULL && given->kind == SIM__MAP) {
        tell_half(x, given, half);
        given = own_half(x, given, half);
    }
    if (given != NULL && !sim__map_named(r, given, keys, count + 2, v)) {
        return false;
    }
    const uint64_t before = r->diagnosis.total;
    bool good = take_version(x, v[count]) && take_mode(x, v[count + 1]);
    good = sim__settings_take(r, given, x->system->settings, x->system->setting_count, x->values) &&
           good;
    return good && is_in_time(x) && r->diagnosis.total == before;
}

/* ---- the tree ---- */

static const char *name_of(const struct sim__expansion *x, const struct sim__value *from)
{
    return from != NULL && from->node != NULL && from->node->name != NULL ? from->node->name
                                                                          : x->system->name;
}

static struct sim_place place_of(const struct sim__expansion *x, const struct sim__value *from)
{
    return from != NULL && from->node != NULL ? from->node->at : x->at->at;
}

void sim__preset_put(struct sim__expansion *x, const char *key, struct sim__node *value,
                     const struct sim__value *from)
{
    if (value != NULL && x->made != NULL) {
        sim__tree_place(value, name_of(x, from), place_of(x, from));
        sim__tree_put(x->reader->scratch, x->made, key, value);
    }
}

void sim__preset_put_in(struct sim__expansion *x, const char *map, const char *key,
                        struct sim__node *value, const struct sim__value *from)
{
    struct sim__node *in = x->made == NULL ? NULL : sim__node_get(x->made, map);
    if (value == NULL || x->made == NULL) {
        return;
    }
    if (in == NULL) {
        in = sim__tree_map(x->reader->scratch);
        sim__preset_put(x, map, in, NULL);
    }
    if (in != NULL) {
        sim__tree_place(value, name_of(x, from), place_of(x, from));
        sim__tree_put(x->reader->scratch, in, key, value);
    }
}

struct sim__node *sim__preset_expand(struct sim__reader *r, const struct sim__node *preset,
                                     enum sim__stands stands, enum sim__half wanted)
{
    struct sim__expansion *x = sim__arena_alloc(r->scratch, 1, sizeof(*x));
    const struct sim__node *given = NULL;
    const struct sim__system *system = which(r, preset, &given);
    if (system == NULL || x == NULL) {
        return NULL;
    }
    *x = (struct sim__expansion){.reader = r, .system = system, .at = preset, .stands = stands};
    /* A system that has one half takes its settings wherever it is named. */
    enum sim__half written = stands == SIM__IN_SERVICE ? SIM__OF_SERVICE : SIM__OF_GROUP;
    enum sim__half half = system->group == NULL ? SIM__OF_BOTH : written;
    if (!read_settings(x, given, half)) {
        return NULL;
    }
    x->made = sim__tree_map(r->scratch);
    void (*make)(struct sim__expansion *) =
        wanted == SIM__OF_GROUP ? system->group : system->service;
    if (make != NULL && x->made != NULL) {
        make(x);
    }
    if (x->made == NULL || sim__arena_failed(r->scratch)) {
        return NULL;
    }
    if (wanted == SIM__OF_SERVICE) {
        /* So that who lies over it knows what it is made of. */
        sim__tree_put(r->scratch, x->made, "preset", (struct sim__node *)(uintptr_t)preset);
    }
    x->made->place = x->made->at = preset->at;
    x->made->name = preset->name;
    return x->made;
}

static void put_value(struct sim__text *text, const struct sim__node *node)
{
    if (node->kind == SIM__SCALAR) {
        sim__text_putn(text, node->text, node->length);
        return;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        sim__text_put(text, i == 0 ? "" : ",");
        if (node->kind == SIM__MAP) {
            sim__text_putn(text, node->entries[i].key, node->entries[i].key_length);
            sim__text_char(text, '=');
        }
        put_value(text, node->entries[i].value);
    }
}

#define DESCRIPTION_BYTES 1024u

const char *sim__preset_describe(struct sim__reader *r, const struct sim__node *preset)
{
    char buffer[DESCRIPTION_BYTES];
    struct sim__text text;
    const struct sim__node *given = NULL, *version = NULL;
    const struct sim__system *system = which(r, preset, &given);
    if (system == NULL) {
        return NULL;
    }
    sim__text_init_fixed(&text, buffer, sizeof(buffer));
    sim__text_format(&text, "preset %s", system->name);
    version = given == NULL || given->kind != SIM__MAP ? NULL : sim__node_get(given, "version");
    if (version != NULL && version->kind == SIM__SCALAR) {
        sim__text_char(&text, ' ');
        sim__text_putn(&text, version->text, version->length);
    } else if (system->versions != NULL && system->versions[0] >= '0' &&
               system->versions[0] <= '9') {
        sim__text_char(&text, ' ');
        sim__text_putn(&text, system->versions, strcspn(system->versions, " "));
    }
    const char *before = ": ";
    for (uint32_t i = 0; given != NULL && given->kind == SIM__MAP && i < given->count; i++) {
        const struct sim__entry *entry = &given->entries[i];
        if (entry->value != version) {
            sim__text_put(&text, before);
            sim__text_putn(&text, entry->key, entry->key_length);
            sim__text_char(&text, '=');
            put_value(&text, entry->value);
            before = " ";
        }
    }
    const char *said = sim__text_string(&text);
    return sim__arena_text(r->arena, said, strlen(said));
}

/* The scenario that an import writes. */
#include <inttypes.h>
#include <string.h>

#include "model.h"
#include "sim/base/escape.h"

#define HOUR_NS UINT64_C(3600000000000)
/* So many beats of one service are enough of a rehearsal. */
#define BEATS_MAX 100000u

/* ---- comments ---- */

static void put_comment(struct sim__text *text, const char *indent, const char *words)
{
    sim__text_format(text, "%s# ", indent);
    sim__text_show(text, words);
    sim__text_char(text, '\n');
}

static void put_remarks(struct sim__text *text, const char *indent,
                        const struct sim__remarks *remarks)
{
    for (const struct sim__remark *remark = remarks->first; remark != NULL; remark = remark->next) {
        put_comment(text, indent, remark->text);
    }
}

static void put_place(struct sim__text *text, const struct sim__spot *spot, const char *remark)
{
    if (spot->file == NULL) {
        return;
    }
    sim__text_put(text, "  # ");
    sim__text_show(text, spot->file);
    if (spot->line > 0) {
        sim__text_format(text, ":%" PRIu32, spot->line);
    }
    if (remark != NULL) {
        sim__text_put(text, ", ");
        sim__text_show(text, remark);
    }
}

static void put_settings(struct sim__text *text, const char *indent,
                         const struct sim__settings *settings)
{
    for (const struct sim__setting *setting = settings->first; setting != NULL;
         setting = setting->next) {
        sim__text_format(text, "%s%s: %s", indent, setting->key, setting->value);
        put_place(text, &setting->spot, setting->remark);
        sim__text_char(text, '\n');
    }
}

/* ---- services ---- */

/* Half of what the supervisor waits for. */
static struct sup_duration beat_of(const struct sim__imported_service *service)
{
    return SUP_NS(service->beat.ns < 2 ? 1 : service->beat.ns / 2);
}

static bool beats(const struct sim__imported_service *service)
{
    return service->beat.ns != SUP_NEVER_NS && service->beat.ns > 0;
}

/* What its supervisor waits for, and what cleans up after it. */
static void put_reports(struct sim__text *text, const struct sim__imported_service *service,
                        enum sim__import_when when)
{
    if (service->reports && when != SIM__WHEN_NEVER_READY) {
        sim__text_put(text, ", ready: {after: 0s}");
    }
    if (beats(service) && when != SIM__WHEN_NO_BEAT) {
        sim__text_put(text, ", beat: {every: ");
        sim__text_duration(text, beat_of(service));
        sim__text_char(text, '}');
    }
    if (service->finishes && service->finish_code > 0) {
        sim__text_format(text, ", finish: {takes: 0s, code: %" PRIu32 "}", service->finish_code);
    } else if (service->finishes) {
        sim__text_put(text, ", finish: {takes: 0s}");
    }
}

/* What a healthy attempt does: it runs, and reports what is waited for. */
static void put_script(struct sim__text *text, const struct sim__imported_service *service)
{
    if (!service->reports && !beats(service) && !service->finishes) {
        sim__text_put(text, "    script: [run]\n");
        return;
    }
    sim__text_put(text, "    script: [{run: {}");
    put_reports(text, service, SIM__WHEN_NONE);
    sim__text_put(text, "}]\n");
}

/* What its attempts do once the world is down. */
static void put_need(struct sim__text *text, const struct sim__imported_service *service,
                     const struct sim__import_failure *failure)
{
    static const char *const behaviours[] = {
        [SIM__WHEN_FAIL] = "fail",
        [SIM__WHEN_CRASH] = "crash",
        [SIM__WHEN_SUCCEED] = "succeed",
    };
    bool ends = failure->when <= SIM__WHEN_SUCCEED;
    sim__text_put(text, "    needs: {world: {");
    if (ends) {
        sim__text_format(text, "%s: {after: ", behaviours[failure->when]);
        sim__text_duration(text, failure->after);
        sim__text_char(text, '}');
    } else {
        sim__text_put(text, "run: {}");
    }
    put_reports(text, service, failure->when);
    sim__text_format(text, ", live: %s}}\n", failure->when == SIM__WHEN_CRASH ? "crash" : "fail");
}

/* Where a preset stands, and its parameters. */
struct margins {
    const char *preset;
    const char *system;
    const char *settings;
};

static void put_preset(struct sim__text *text, const struct margins *margins, const char *system,
                       const struct sim__settings *settings)
{
    if (settings->first == NULL) {
        sim__text_format(text, "%spreset: %s\n", margins->preset, system);
        return;
    }
    sim__text_format(text, "%spreset:\n%s%s:\n", margins->preset, margins->system, system);
    put_settings(text, margins->settings, settings);
}

/* What YAML would take for something else than a name goes in quotes. */
static void put_name(struct sim__text *text, const char *name)
{
    static const char *const words[] = {"no", "yes", "on", "off", "true", "false", "null",
                                        "No", "Yes", "On", "Off", "True", "False", "Null",
                                        "NO", "YES", "ON", "OFF", "TRUE", "FALSE", "NULL",
                                        "y",  "n",   "Y",  "N",   ".",    "-"};
    bool quoted = strchr("0123456789.-", name[0]) != NULL;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        quoted = quoted || strcmp(words[i], name) == 0;
    }
    sim__text_format(text, quoted ? "\"%s\"" : "%s", name);
}

static void put_service(struct sim__text *text, const struct sim__imported_service *service,
                        const struct sim__import_failure *failure)
{
    static const struct margins margins = {"    ", "      ", "        "};
    put_remarks(text, "  ", &service->remarks);
    sim__text_put(text, "  - name: ");
    put_name(text, service->name);
    put_place(text, &service->spot, NULL);
    sim__text_char(text, '\n');
    if (service->count > 0) {
        sim__text_format(text, "    count: %" PRIu32 "\n", service->count);
    }
    put_preset(text, &margins, service->system, &service->preset);
    put_settings(text, "    ", &service->beside);
    if (failure->when != SIM__WHEN_NONE) {
        put_need(text, service, failure);
    }
    put_script(text, service);
}

/* ---- the file ---- */

/* An hour, or as long as few beats take; after the failure too. */
static struct sup_duration length_of(const struct sim__import *import)
{
    uint64_t length = HOUR_NS;
    for (const struct sim__imported_service *service = import->services; service != NULL;
         service = service->next) {
        uint64_t most =
            beats(service) && beat_of(service).ns < HOUR_NS ? beat_of(service).ns * BEATS_MAX : 0;
        length = most > 0 && most < length ? most : length;
    }
    const struct sim__import_failure *failure = &import->request->failure;
    return SUP_NS(failure->when == SIM__WHEN_NONE ? length : failure->at.ns + length);
}

/* The supervisor, where something is set of it or of its groups. */
static void put_supervisor(struct sim__text *text, const struct sim__import *import)
{
    static const struct margins of_root = {"  ", "    ", "      "};
    static const struct margins of_group = {"      ", "        ", "          "};
    if (import->root == NULL && import->groups == NULL) {
        return;
    }
    sim__text_put(text, "supervisor:\n");
    if (import->root != NULL) {
        put_preset(text, &of_root, "otp", &import->root->preset);
    }
    sim__text_put(text, import->groups != NULL ? "  groups:\n" : "");
    for (const struct sim__imported_group *group = import->groups; group != NULL;
         group = group->next) {
        sim__text_put(text, "    - name: ");
        put_name(text, group->path);
        put_place(text, &group->spot, NULL);
        sim__text_char(text, '\n');
        put_preset(text, &of_group, "otp", &group->preset);
    }
}

static void put_heading(struct sim__text *text, const struct sim__import *import)
{
    const struct sim__import_failure *failure = &import->request->failure;
    sim__text_put(text, "# Imported by rehearse: what the sources set, each with its place.\n");
    put_remarks(text, "", &import->remarks);
    sim__text_put(text, "scenario: 1\nname: imported\nuntil: ");
    sim__text_duration(text, length_of(import));
    sim__text_char(text, '\n');
    if (failure->when != SIM__WHEN_NONE) {
        sim__text_put(text, "conditions: {world: up}\n");
    }
    put_supervisor(text, import);
    sim__text_put(text, "services:\n");
}

void sim__import_write(const struct sim__import *import, struct sim__text *text)
{
    const struct sim__import_failure *failure = &import->request->failure;
    put_heading(text, import);
    for (const struct sim__imported_service *service = import->services; service != NULL;
         service = service->next) {
        put_service(text, service, failure);
    }
    if (failure->when != SIM__WHEN_NONE) {
        sim__text_put(text, "timeline:\n  - {at: ");
        sim__text_duration(text, SUP_NS(failure->at.ns));
        sim__text_put(text, ", set: {world: down}}\n");
    }
}

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

/* What a healthy attempt does: it runs, and reports what its supervisor waits for. */
static void put_script(struct sim__text *text, const struct sim__imported_service *service)
{
    if (!service->reports && !beats(service)) {
        sim__text_put(text, "    script: [run]\n");
        return;
    }
    sim__text_put(text, "    script: [{run: {}");
    sim__text_put(text, service->reports ? ", ready: {after: 0s}" : "");
    if (beats(service)) {
        sim__text_put(text, ", beat: {every: ");
        sim__text_duration(text, beat_of(service));
        sim__text_char(text, '}');
    }
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
    if (service->reports && failure->when != SIM__WHEN_NEVER_READY) {
        sim__text_put(text, ", ready: {after: 0s}");
    }
    if (beats(service) && failure->when != SIM__WHEN_NO_BEAT) {
        sim__text_put(text, ", beat: {every: ");
        sim__text_duration(text, beat_of(service));
        sim__text_char(text, '}');
    }
    sim__text_format(text, ", live: %s}}\n", failure->when == SIM__WHEN_CRASH ? "crash" : "fail");
}

static void put_service(struct sim__text *text, const struct sim__imported_service *service,
                        const struct sim__import_failure *failure)
{
    put_remarks(text, "  ", &service->remarks);
    sim__text_format(text, "  - name: %s", service->name);
    put_place(text, &service->spot, NULL);
    sim__text_char(text, '\n');
    if (service->count > 0) {
        sim__text_format(text, "    count: %" PRIu32 "\n", service->count);
    }
    if (service->preset.first == NULL) {
        sim__text_format(text, "    preset: %s\n", service->system);
    } else {
        sim__text_format(text, "    preset:\n      %s:\n", service->system);
        put_settings(text, "        ", &service->preset);
    }
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

/* Tasks: functions of the program's own, in place of a script. */
#include <string.h>

#include "reader.h"

/* More names than that need no hint. */
#define HINTED_MAX 64u

static const struct sim_task *find_task(const struct sim__reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->task_count; i++) {
        if (strcmp(r->tasks[i].name, name) == 0) {
            r->tasks_named[i] = true;
            return &r->tasks[i];
        }
    }
    return NULL;
}

static void say_unknown(struct sim__reader *r, const struct sim_task_call *call)
{
    const char *names[HINTED_MAX];
    uint32_t count = r->task_count < HINTED_MAX ? r->task_count : HINTED_MAX;
    if (count == 0) {
        sim__error(r, call->place,
                   "the task `%s` is a function of a program's own, and this command has none; "
                   "run the file with the program that has it: one that calls sim_main "
                   "(<sim/main.h>)",
                   call->name);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        names[i] = r->tasks[i].name;
    }
    sim__error(r, call->place, "this program has no task `%s`%s", call->name,
               sim__hint(r, call->name, names, count));
}

/* {NAME: TEXT}; false when it is something else. */
static bool read_with_text(struct sim__reader *r, const struct sim__node *node,
                           struct sim_task_call *call)
{
    if (node->count != 1) {
        sim__error(r, node->at, "`task` takes one name: `task: NAME` or `task: {NAME: TEXT}`");
        return false;
    }
    const struct sim__entry *entry = &node->entries[0];
    if (sim__name_mistake(entry->key, (uint32_t)strlen(entry->key), SIM__FORM_NAME) != NULL) {
        sim__error(r, entry->value->at, "`%s` is no name of a task",
                   sim__quotable(r->scratch, entry->key, (uint32_t)strlen(entry->key)));
        return false;
    }
    call->name = sim__arena_text(r->arena, entry->key, strlen(entry->key));
    return call->name != NULL && sim__text(r, entry->value, &call->text);
}

void sim__read_task(struct sim__reader *r, const struct sim__node *node,
                    struct sim_behaviour **ret_script, uint32_t *ret_count,
                    uint64_t *ret_stack_bytes)
{
    struct sim_task_call *call = sim__arena_alloc(r->arena, 1, sizeof(*call));
    if (call == NULL) {
        return;
    }
    call->place = node->at;
    bool read = node->kind == SIM__MAP ? read_with_text(r, node, call)
                                       : sim__read_name(r, node, &call->name);
    if (!read) {
        return;
    }
    if (r->tasks != NULL) {
        call->task = find_task(r, call->name);
        if (call->task == NULL) {
            say_unknown(r, call);
            return;
        }
    }
    sim__default_script(r, node->at, ret_script, ret_count);
    if (*ret_script != NULL) {
        (*ret_script)->call = call;
    }
    bool odd = call->task != NULL && call->task->stack_bytes > 0;
    *ret_stack_bytes = odd ? call->task->stack_bytes : SIM_TASK_STACK_BYTES;
}

void sim__collect_tasks(struct sim__reader *r)
{
    struct sim_scenario *scenario = r->scenario;
    const struct sim_task **tasks = sim__arena_alloc(r->arena, r->task_count, sizeof(*tasks));
    scenario->tasks = tasks;
    for (uint32_t i = 0; tasks != NULL && i < r->task_count; i++) {
        if (r->tasks_named[i]) {
            tasks[scenario->task_count++] = &r->tasks[i];
        }
    }
}

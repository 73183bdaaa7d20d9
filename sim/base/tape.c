/* The tape that the choices of a run pass by; see tape.h. */
#include "tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sup/assert.h"

void sim__tape_release(struct sim_tape *tape)
{
    sim__choices_release(&tape->kept);
    free(tape->cursors);
    *tape = (struct sim_tape){0};
}

void sim__tape_rewind(struct sim_tape *tape)
{
    sim__choices_clear(&tape->kept);
    tape->error = SUP_OK;
    tape->difference = (struct sim__tape_difference){0};
    tape->now_ns = NULL;
    tape->runs = 0;
    tape->asked = tape->missed = 0;
}

int sim__tape_begin(struct sim_tape *tape, const uint64_t *clock)
{
    SUP_ASSERT(tape->way == SIM__TAPE_DRAWN || tape->answers != NULL);
    tape->now_ns = clock;
    tape->ended = tape->astray = false;
    tape->runs++;
    tape->asked = tape->missed = 0;
    if (tape->way != SIM__TAPE_TOLERANT) {
        return SUP_OK;
    }
    const struct sim__choices *answers = tape->answers;
    if (tape->cursors == NULL) {
        tape->cursors = calloc((size_t)answers->label_count + 1, sizeof(*tape->cursors));
    }
    if (tape->cursors == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < answers->label_count; i++) {
        tape->cursors[i] = answers->labels[i].first;
    }
    return SUP_OK;
}

/* Only the first one of all runs is kept; the run at hand is on its own from here on. */
static void differ(struct sim_tape *tape, const struct sim__asked *asked)
{
    tape->astray = true;
    if (tape->difference.differs) {
        return;
    }
    tape->difference = (struct sim__tape_difference){
        .differs = true,
        .index = (uint32_t)tape->asked,
        .at_ns = *tape->now_ns,
        .most = asked->most,
    };
    (void)snprintf(tape->difference.label, sizeof(tape->difference.label), "%s", asked->label);
}

void sim__tape_end(struct sim_tape *tape)
{
    SUP_ASSERT(tape->now_ns != NULL);
    if (tape->way == SIM__TAPE_STRICT && tape->asked < tape->answer_count) {
        const struct sim__asked nothing = {.label = ""};
        differ(tape, &nothing);
    }
    tape->ended = true;
}

static uint64_t strict(struct sim_tape *tape, const struct sim__asked *asked)
{
    if (tape->astray) {
        return asked->drawn;
    }
    if (tape->asked >= tape->answer_count) {
        if (!tape->open_ended) {
            differ(tape, asked);
        }
        return asked->drawn;
    }
    uint32_t index = (uint32_t)tape->asked;
    const struct sim__choice *choice = &tape->answers->items[index];
    if (choice->most != asked->most ||
        strcmp(sim__choices_label(tape->answers, index), asked->label) != 0) {
        differ(tape, asked);
        return asked->drawn;
    }
    return choice->answer;
}

static uint64_t tolerant(struct sim_tape *tape, const struct sim__asked *asked)
{
    uint32_t label = sim__choices_find(tape->answers, asked->label);
    uint32_t index = label != SIM__NO_CHOICE ? tape->cursors[label] : SIM__NO_CHOICE;
    if (index >= tape->answer_count) {
        tape->missed++;
        return asked->drawn;
    }
    const struct sim__choice *choice = &tape->answers->items[index];
    tape->cursors[label] = choice->after;
    return asked->most == UINT64_MAX ? choice->answer : choice->answer % (asked->most + 1);
}

/* Of the last choice. */
static void tell(const struct sim_tape *tape)
{
    if (tape->told != NULL && tape->error == SUP_OK) {
        tape->told(tape->told_context, &tape->kept, tape->kept.count - 1);
    }
}

uint64_t sim__tape_ask(struct sim_tape *tape, const struct sim__asked *asked)
{
    uint64_t answer = asked->drawn;
    SUP_ASSERT(tape->now_ns != NULL && asked->drawn <= asked->most);
    if (tape->ended) {
        return answer;
    }
    if (tape->way == SIM__TAPE_STRICT) {
        answer = strict(tape, asked);
    } else if (tape->way == SIM__TAPE_TOLERANT) {
        answer = tolerant(tape, asked);
    }
    SUP_ASSERT(answer <= asked->most);
    tape->asked++;
    if (tape->keeps && tape->runs == 1 && tape->error == SUP_OK) {
        const struct sim__choice choice = {
            .answer = answer,
            .most = asked->most,
            .at_ns = *tape->now_ns,
            .low = asked->low,
            .value = asked->unit == SIM__UNIT_SPAN ? asked->low + answer : answer,
            .unit = asked->unit,
        };
        tape->error = sim__choices_add(&tape->kept, asked->label, &choice);
        tell(tape);
    }
    return answer;
}

void sim__tape_came_to(struct sim_tape *tape, struct sup_duration length)
{
    if (tape->keeps && tape->runs == 1 && tape->error == SUP_OK && !tape->ended) {
        tape->kept.items[tape->kept.count - 1].value = length.ns;
        tell(tape);
    }
}

uint64_t sim__draws_pass(const struct sim__draws *draws, const struct sup_random *stream,
                         const struct sim__asked *asked)
{
    char label[SIM__LABEL_BYTES];
    struct sim__asked labelled = *asked;
    draws->label(draws->context, stream, label);
    labelled.label = label;
    return sim__tape_ask(draws->tape, &labelled);
}

/* Continuations in processes apart; see hands.h. */
#include "hands.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trial/apart.h"
#include "sim/trial/crew.h"
#include "sup/assert.h"

#define LOOK_EVERY_MS 100

struct hand {
    struct sim__crew *crew;
    bool busy;
};

struct sim__hands {
    const struct sim__explaining *explaining;
    struct sim_tape tape; /* of a child */
    struct hand *hands;
    struct pollfd *polls;
    uint32_t count;
    uint32_t busy;
};

/* What a continuation is asked, and what it came to. */
struct question {
    uint64_t seed;
    uint32_t choices;
};
enum fate { OTHER_RUN, PASSED, FAILED_SO, FAILED_OTHERWISE };

/* An assertion is known by its place. */
static enum fate fate_of(const struct sim__trial *trial, const struct sim__trial *failure)
{
    bool same = sim__trial_same(trial, failure) &&
                (trial->sign != SIM__SIGN_CRASHED || strcmp(trial->detail, failure->detail) == 0);
    if (same) {
        return FAILED_SO;
    }
    return sim__trial_failed(trial) ? FAILED_OTHERWISE : PASSED;
}

/* ---- in the child ---- */

static void work(void *context, const struct sim__crew_call *call)
{
    struct sim__hands *hands = context;
    const struct sim__explaining *explaining = hands->explaining;
    struct sim__trial_how how = explaining->how;
    struct sim__trial trial;
    struct question question;
    SUP_ASSERT(call->length == sizeof(question));
    memcpy(&question, call->bytes, sizeof(question));
    how.has_seed = true;
    how.seed = question.seed;
    how.once = true;
    how.tape = &hands->tape;
    sim__tape_rewind(&hands->tape);
    hands->tape.answer_count = question.choices;
    if (sim__trial_scenario(explaining->scenario, &how, &trial) != SUP_OK) {
        call->answer->failed = true;
        return;
    }
    enum fate fate =
        hands->tape.difference.differs ? OTHER_RUN : fate_of(&trial, explaining->failure);
    sim__text_char(call->answer, (char)fate);
}

/* ---- in the parent ---- */

int sim__hands_create(const struct sim__explaining *explaining, struct sim__hands **ret_hands)
{
    struct sim__hands *hands = calloc(1, sizeof(*hands));
    const uint32_t most = explaining->continuations;
    const uint32_t wanted = explaining->jobs > 0 ? explaining->jobs : 1;
    const uint32_t count = wanted < most ? wanted : most;
    if (hands == NULL) {
        return SUP_ENOMEM;
    }
    const struct sim__crew_duty duty = {
        .work = work, .context = hands, .patience = explaining->patience, .hurried = true};
    hands->explaining = explaining;
    hands->tape = (struct sim_tape){
        .way = SIM__TAPE_STRICT, .answers = explaining->choices, .open_ended = true};
    hands->hands = calloc(count, sizeof(*hands->hands));
    hands->polls = calloc(count, sizeof(*hands->polls));
    int error = hands->hands == NULL || hands->polls == NULL ? SUP_ENOMEM : SUP_OK;
    while (error == SUP_OK && hands->count < count) {
        error = sim__crew_create(&duty, &hands->hands[hands->count].crew);
        hands->count += error == SUP_OK;
    }
    if (error != SUP_OK) {
        sim__hands_free(hands);
        return error;
    }
    *ret_hands = hands;
    return SUP_OK;
}

void sim__hands_free(struct sim__hands *hands)
{
    if (hands == NULL) {
        return;
    }
    for (uint32_t i = 0; i < hands->count; i++) {
        sim__crew_free(hands->hands[i].crew);
    }
    free(hands->hands);
    free(hands->polls);
    free(hands);
}

uint32_t sim__hands_idle(const struct sim__hands *hands)
{
    return hands->count - hands->busy;
}

uint32_t sim__hands_busy(const struct sim__hands *hands)
{
    return hands->busy;
}

int sim__hands_begin(struct sim__hands *hands, uint32_t choices, uint64_t seed)
{
    struct question question;
    uint32_t i = 0;
    SUP_ASSERT(hands->busy < hands->count);
    while (hands->hands[i].busy) {
        i++;
    }
    memset(&question, 0, sizeof(question));
    question.seed = seed;
    question.choices = choices;
    int error = sim__crew_send(hands->hands[i].crew, (const char *)&question, sizeof(question));
    hands->hands[i].busy = error == SUP_OK;
    hands->busy += error == SUP_OK;
    return error;
}

static int count_fate(const struct sim__hands *hands, const struct sim__crew_reply *reply,
                      struct sim__look *point)
{
    enum fate fate;
    if (reply->answered) {
        SUP_ASSERT(reply->length == 1);
        fate = (enum fate)reply->bytes[0];
    } else {
        struct sim__trial trial;
        sim__trial_died(&trial, reply);
        fate = fate_of(&trial, hands->explaining->failure);
    }
    point->runs++;
    point->same += fate == FAILED_SO;
    point->other += fate == FAILED_OTHERWISE;
    return fate == OTHER_RUN ? SUP_EINVAL : SUP_OK;
}

/* Whoever has answered, or is out of patience; true: somebody. */
static int look_round(struct sim__hands *hands, struct sim__look *point, bool *ret_any)
{
    for (uint32_t i = 0; i < hands->count; i++) {
        struct hand *hand = &hands->hands[i];
        struct sim__crew_reply reply;
        int result = hand->busy ? sim__crew_receive(hand->crew, SUP_NS(0), &reply) : 0;
        if (result == 0) {
            continue;
        }
        hand->busy = false;
        hands->busy--;
        *ret_any = true;
        int error = result < 0 ? result : count_fate(hands, &reply, point);
        if (error != SUP_OK) {
            return error;
        }
    }
    return SUP_OK;
}

static void give_up(struct sim__hands *hands)
{
    for (uint32_t i = 0; i < hands->count; i++) {
        if (hands->hands[i].busy) {
            sim__crew_drop(hands->hands[i].crew);
            hands->hands[i].busy = false;
        }
    }
    hands->busy = 0;
}

int sim__hands_wait(struct sim__hands *hands, struct sim__look *point)
{
    const struct sim__explaining *explaining = hands->explaining;
    bool any = false;
    int error = SUP_OK;
    SUP_ASSERT(hands->busy > 0);
    while (!any && error == SUP_OK) {
        nfds_t count = 0;
        if (explaining->is_over != NULL && explaining->is_over()) {
            give_up(hands);
            return 1;
        }
        for (uint32_t i = 0; i < hands->count; i++) {
            if (hands->hands[i].busy) {
                hands->polls[count++] = (struct pollfd){
                    .fd = sim__crew_descriptor(hands->hands[i].crew), .events = POLLIN};
            }
        }
        (void)poll(hands->polls, count, LOOK_EVERY_MS);
        error = look_round(hands, point, &any);
    }
    return error;
}

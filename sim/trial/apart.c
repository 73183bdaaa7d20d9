/* Trials of files in a process apart; see apart.h. */
#include "apart.h"

#include <stdlib.h>
#include <string.h>

#include "sup/assert.h"

struct sim__apart {
    struct sim__trial_how how;
    struct sim__crew *crew;
    int (*ask)(const void *context, const struct sim__trial_file *file,
               const struct sim__trial_how *how, struct sim__trial *ret_trial);
    const void *context;
};

static int try_text(const void *context, const struct sim__trial_file *file,
                    const struct sim__trial_how *how, struct sim__trial *ret_trial)
{
    (void)context;
    return sim__trial_text(file->bytes, file->length, how, ret_trial);
}

/* In the child. Out of memory is its parent's to hear. */
static void work(void *context, const struct sim__crew_call *call)
{
    const struct sim__apart *apart = context;
    struct sim__trial trial;
    const struct sim__trial_file file = {call->bytes, call->length};
    struct sim__trial_how how = apart->how;
    how.mark = call->mark;
    memset(&trial, 0, sizeof(trial));
    if (apart->ask(apart->context, &file, &how, &trial) != SUP_OK) {
        call->answer->failed = true;
    }
    sim__text_putn(call->answer, (const char *)&trial, sizeof(trial));
}

int sim__apart_create(const struct sim__trial_how *how, struct sup_duration patience,
                      struct sim__apart **ret_apart)
{
    struct sim__apart *apart = calloc(1, sizeof(*apart));
    if (apart == NULL) {
        return SUP_ENOMEM;
    }
    apart->how = *how;
    apart->ask = try_text;
    const struct sim__crew_duty duty = {
        .work = work, .context = apart, .patience = patience, .hurried = true};
    int error = sim__crew_create(&duty, &apart->crew);
    if (error != SUP_OK) {
        free(apart);
        return error;
    }
    *ret_apart = apart;
    return SUP_OK;
}

void sim__apart_free(struct sim__apart *apart)
{
    if (apart != NULL) {
        sim__crew_free(apart->crew);
        free(apart);
    }
}

void sim__apart_ask(struct sim__apart *apart,
                    int (*ask)(const void *context, const struct sim__trial_file *file,
                               const struct sim__trial_how *how, struct sim__trial *ret_trial),
                    const void *context)
{
    apart->ask = ask;
    apart->context = context;
}

void sim__apart_watch(struct sim__apart *apart, bool (*is_over)(void))
{
    sim__crew_watch(apart->crew, is_over);
}

/* Of "assertion failed: x > 0 (core/stop.c:41)" what tells it from others; the end of what is
 * too long. */
static void put_place(struct sim__trial *trial, const char *message)
{
    const char *place = strrchr(message, '(');
    size_t length = place != NULL ? strcspn(++place, ")") : 0;
    const size_t most = sizeof(trial->detail) - 1;
    place = length > most ? place + (length - most) : place;
    length = length > most ? most : length;
    if (length > 0) {
        memcpy(trial->detail, place, length);
    }
    trial->detail[length] = '\0';
}

struct sup_duration sim__apart_took(const struct sim__apart *apart)
{
    return sim__crew_took(apart->crew);
}

void sim__trial_died(struct sim__trial *trial, const struct sim__crew_reply *reply)
{
    SUP_ASSERT(!reply->answered);
    *trial = (struct sim__trial){0};
    trial->events = reply->mark;
    if (strcmp(reply->word, SIM__CREW_HANG) == 0) {
        sim__trial_sign(trial, SIM__SIGN_HUNG, "", reply->message);
        return;
    }
    sim__trial_sign(trial, SIM__SIGN_CRASHED, reply->word, reply->message);
    if (strcmp(reply->word, "assertion") == 0) {
        put_place(trial, reply->message);
    }
}

int sim__apart_within(struct sim__apart *apart, const char *bytes, size_t length,
                      struct sup_duration wait, struct sim__trial *ret_trial)
{
    struct sim__crew_reply reply;
    int error = sim__crew_send(apart->crew, bytes, length);
    if (error != SUP_OK) {
        return error;
    }
    int result = sim__crew_receive(apart->crew, wait, &reply);
    if (result == 0) {
        sim__crew_drop(apart->crew);
        return 1;
    }
    if (result < 0) {
        return result;
    }
    if (reply.answered) {
        SUP_ASSERT(reply.length == sizeof(*ret_trial));
        memcpy(ret_trial, reply.bytes, sizeof(*ret_trial));
    } else {
        sim__trial_died(ret_trial, &reply);
        ret_trial->seed = apart->how.seed;
    }
    return SUP_OK;
}

int sim__apart_text(struct sim__apart *apart, const char *bytes, size_t length,
                    struct sim__trial *ret_trial)
{
    return sim__apart_within(apart, bytes, length, SUP_DURATION_NEVER, ret_trial);
}

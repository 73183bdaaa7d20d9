/* A child process that works for its parent: what ends it is an answer. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reading.h"
#include "sim/trial/apart.h"
#include "sim/trial/crew.h"
#include "sup/assert.h"

_Noreturn void sup_assert_failed(const char *expression, const char *file, int line)
{
    sim__crew_asserted(expression, file, line);
    fprintf(stderr, "%s:%d: %s\n", file, line, expression);
    abort();
}

/* What a request of one letter makes of the child. */
static void work(void *context, const struct sim__crew_call *call)
{
    uint64_t *count = context;
    switch (call->length > 0 ? call->bytes[0] : '\0') {
    case 'a':
        SUP_ASSERT(call->length == 0);
        break;
    case 'k':
        (void)raise(SIGKILL);
        break;
    case 'f':
        (void)raise(SIGFPE);
        break;
    case 'x':
        _exit(3);
    case 'h':
        for (;;) {
            (void)pause();
        }
    case 'b':
        for (volatile unsigned turns = 0;; turns++) {
        }
    case 'm':
        for (*call->mark = 1; *call->mark < 41; ++*call->mark) {
        }
        _exit(4);
    case '!':
        call->answer->failed = true;
        break;
    default:
        ++*count;
        sim__text_putn(call->answer, call->bytes, call->length);
        sim__text_format(call->answer, " %llu", (unsigned long long)*count);
    }
}

static struct sim__crew *new_crew(uint64_t *count, struct sup_duration patience)
{
    struct sim__crew *crew;
    const struct sim__crew_duty duty = {.work = work, .context = count, .patience = patience};
    assert_int_equal(sim__crew_create(&duty, &crew), SUP_OK);
    return crew;
}

static struct sim__crew_reply ask_bytes(struct sim__crew *crew, const char *bytes, size_t length)
{
    struct sim__crew_reply reply;
    assert_int_equal(sim__crew_send(crew, bytes, length), SUP_OK);
    assert_true(sim__crew_descriptor(crew) >= 0);
    assert_int_equal(sim__crew_receive(crew, SUP_DURATION_NEVER, &reply), 1);
    assert_int_equal(sim__crew_descriptor(crew), -1);
    return reply;
}

static struct sim__crew_reply ask(struct sim__crew *crew, const char *text)
{
    return ask_bytes(crew, text, strlen(text));
}

static void assert_answer(struct sim__crew *crew, const char *text, const char *wanted)
{
    struct sim__crew_reply reply = ask(crew, text);
    assert_true(reply.answered);
    assert_string_equal(reply.bytes, wanted);
    assert_int_equal(reply.length, strlen(wanted));
}

static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count;
}

static void assert_no_children(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void crew__child_answers_and_stays(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    assert_int_equal(sim__crew_descriptor(crew), -1);
    assert_answer(crew, "one", "one 1");
    assert_answer(crew, "", " 2"); /* the same child */
    assert_answer(crew, "three", "three 3");
    assert_int_equal(count, 0); /* which is not this process */
    sim__crew_free(crew);
    assert_no_children();
}

static void crew__large_requests_and_answers(void **state)
{
    (void)state;
    uint64_t count = 0;
    const size_t length = 5000000;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'z', length);
    bytes[length / 2] = '\0';
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    struct sim__crew_reply reply = ask_bytes(crew, bytes, length);
    assert_int_equal(reply.length, length + 2);
    assert_memory_equal(reply.bytes, bytes, length);
    sim__crew_free(crew);
    free(bytes);
}

static void crew__what_ends_the_child_is_named_and_the_child_made_again(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        const char *word;
        const char *message;
    } rows[] = {
        {"a", "assertion", "assertion failed: call->length == 0 ("},
        {"k", "SIGKILL", "killed by SIGKILL"},
        {"f", "SIGFPE", "killed by SIGFPE"},
        {"x", "exit", "ended with status 3"},
    };
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    assert_answer(crew, "one", "one 1");
    int before = descriptors();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sim__crew_reply reply = ask(crew, rows[i].request);
        assert_false(reply.answered);
        assert_string_equal(reply.word, rows[i].word);
        assert_non_null(strstr(reply.message, rows[i].message));
        assert_no_children();
        assert_answer(crew, "repeat", "repeat 1");
    }
    assert_int_equal(descriptors(), before);
    sim__crew_free(crew);
    assert_int_equal(descriptors(), before - 1);
    assert_no_children();
}

static void crew__child_that_does_not_come_back_is_ended(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_NS(20 * MS));
    struct sim__crew_reply reply = ask(crew, "h");
    assert_string_equal(reply.word, "hang");
    assert_string_equal(reply.message, "no answer after 20ms of work");
    assert_no_children();
    reply = ask(crew, "b");
    assert_string_equal(reply.word, "hang");
    assert_no_children();
    assert_answer(crew, "repeat", "repeat 1");
    sim__crew_free(crew);
}

static void crew__mark_outlives_the_child(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    struct sim__crew_reply reply = ask(crew, "m");
    assert_int_equal(reply.mark, 41);
    assert_string_equal(reply.word, "exit");
    reply = ask(crew, "n");
    assert_int_equal(reply.mark, 0);
    sim__crew_free(crew);
}

static void crew__receive_waits_no_longer_than_it_is_told(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    struct sim__crew_reply reply;
    assert_int_equal(sim__crew_send(crew, "h", 1), SUP_OK);
    assert_int_equal(sim__crew_receive(crew, SUP_NS(0), &reply), 0);
    assert_int_equal(sim__crew_receive(crew, SUP_NS(MS), &reply), 0);
    sim__crew_drop(crew);
    assert_int_equal(sim__crew_descriptor(crew), -1);
    assert_no_children();
    assert_answer(crew, "repeat", "repeat 1");
    sim__crew_free(crew);
}

static unsigned looks;
static bool is_over_at_the_third_look(void)
{
    return ++looks >= 3;
}

/* Also when nothing wakes the parent: a signal that comes right before the wait does not. */
static void crew__wait_is_over_when_it_is_said_to_be(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    struct sim__crew_reply reply;
    looks = 0;
    sim__crew_watch(crew, is_over_at_the_third_look);
    assert_int_equal(sim__crew_send(crew, "h", 1), SUP_OK);
    assert_int_equal(sim__crew_receive(crew, SUP_DURATION_NEVER, &reply), 0);
    assert_int_equal(looks, 3);
    sim__crew_drop(crew);
    sim__crew_watch(crew, NULL);
    assert_answer(crew, "repeat", "repeat 1");
    assert_int_equal(looks, 3);
    sim__crew_free(crew);
    assert_no_children();
}

static void crew__child_that_died_between_requests_is_made_again(void **state)
{
    (void)state;
    uint64_t count = 0;
    char list[64];
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    assert_answer(crew, "one", "one 1");
    FILE *children = fopen("/proc/thread-self/children", "r");
    if (children == NULL) {
        sim__crew_free(crew);
        skip();
        return;
    }
    assert_non_null(fgets(list, sizeof list, children));
    (void)fclose(children);
    pid_t child = (pid_t)strtol(list, NULL, 10);
    siginfo_t info;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_answer(crew, "two", "two 1");
    sim__crew_free(crew);
    assert_no_children();
}

static void crew__without_memory_for_an_answer(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crew = new_crew(&count, SUP_DURATION_NEVER);
    struct sim__crew_reply reply;
    assert_int_equal(sim__crew_send(crew, "!", 1), SUP_OK);
    assert_int_equal(sim__crew_receive(crew, SUP_DURATION_NEVER, &reply), SUP_ENOMEM);
    assert_answer(crew, "repeat", "repeat 1");
    sim__crew_free(crew);
}

static void crew__several_work_beside_each_other(void **state)
{
    (void)state;
    uint64_t count = 0;
    struct sim__crew *crews[3];
    struct sim__crew_reply reply;
    for (size_t i = 0; i < COUNT(crews); i++) {
        crews[i] = new_crew(&count, SUP_DURATION_NEVER);
        assert_int_equal(sim__crew_send(crews[i], i == 1 ? "x" : "one", i == 1 ? 1 : 3), SUP_OK);
    }
    for (size_t i = 0; i < COUNT(crews); i++) {
        assert_int_equal(sim__crew_receive(crews[i], SUP_DURATION_NEVER, &reply), 1);
        assert_int_equal(reply.answered, i != 1);
    }
    for (size_t i = 0; i < COUNT(crews); i++) {
        sim__crew_free(crews[i]);
    }
    assert_no_children();
}

static void crew__asserted_returns_outside_of_a_child(void **state)
{
    (void)state;
    sim__crew_asserted("true", "file.c", 1);
}

static void apart__trial_is_what_it_is_here(void **state)
{
    (void)state;
    static const char text[] = HEAD "services:\n  - {name: a, script: [fail, run]}\n"
                                    "expect:\n  - {at: end, service: a, is: {starts: 3}}\n";
    struct sim__apart *apart;
    struct sim__trial here, there;
    const struct sim__trial_how how = {.has_seed = true, .seed = 8};
    assert_int_equal(sim__apart_create(&how, SUP_DURATION_NEVER, &apart), SUP_OK);
    memset(&here, 0, sizeof here);
    assert_int_equal(sim__trial_text(text, strlen(text), &how, &here), SUP_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sim__apart_text(apart, text, strlen(text), &there), SUP_OK);
        assert_true(sim__trial_same(&here, &there));
        assert_true(here.hash == there.hash && here.events == there.events);
        assert_int_equal(there.seed, 8);
        assert_string_equal(here.message, there.message);
    }
    assert_int_equal(sim__apart_text(apart, "x", 1, &there), SUP_OK);
    assert_int_equal(there.sign, SIM__SIGN_REFUSED);
    sim__apart_free(apart);
    assert_no_children();
}

/* An endless loop that no budget of the run ends in time. */
static void apart__hang_is_a_signature(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "services:\n  - {name: a, restart: always, backoff: {base: 1s, max: 1s}, script: "
             "[fail]}\n";
    const struct sim__trial_how how = {.max_events = UINT64_C(1) << 40, .max_steps = UINT64_MAX};
    uint64_t events = 0;
    /* How far it comes is the machine's to say; with patience it comes far. */
    for (uint64_t patience = 20 * MS; events < 100 && patience < 100000 * MS; patience *= 2) {
        struct sim__apart *apart;
        struct sim__trial trial;
        assert_int_equal(sim__apart_create(&how, SUP_NS(patience), &apart), SUP_OK);
        assert_int_equal(sim__apart_text(apart, text, strlen(text), &trial), SUP_OK);
        assert_int_equal(trial.sign, SIM__SIGN_HUNG);
        assert_string_equal(trial.word, "");
        events = trial.events; /* so far it had come */
        sim__apart_free(apart);
    }
    assert_true(events >= 100);
    assert_no_children();
}

/* By its place, of which the end is kept when it is long. */
static void apart__assertion_is_known_by_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        const char *detail;
    } rows[] = {
        {"assertion failed: f(x) > (1) (core/stop.c:41)", "core/stop.c:41"},
        {"assertion failed: x (/a/very/long/directory/with/a/very/long/name/core/stop.c:41)",
         "tory/with/a/very/long/name/core/stop.c:41"},
        {"assertion failed", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sim__trial trial;
        struct sim__crew_reply reply = {.word = "assertion", .mark = 7};
        (void)snprintf(reply.message, sizeof reply.message, "%s", rows[i].message);
        sim__trial_died(&trial, &reply);
        size_t length = strlen(trial.detail), wanted = strlen(rows[i].detail);
        assert_true(length >= wanted && length < SIM__TRIAL_WORD_BYTES);
        assert_string_equal(trial.detail + length - wanted, rows[i].detail);
        assert_true(wanted > 0 || length == 0);
        assert_int_equal(trial.events, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crew__child_answers_and_stays),
        cmocka_unit_test(crew__large_requests_and_answers),
        cmocka_unit_test(crew__what_ends_the_child_is_named_and_the_child_made_again),
        cmocka_unit_test(crew__child_that_does_not_come_back_is_ended),
        cmocka_unit_test(crew__mark_outlives_the_child),
        cmocka_unit_test(crew__receive_waits_no_longer_than_it_is_told),
        cmocka_unit_test(crew__wait_is_over_when_it_is_said_to_be),
        cmocka_unit_test(crew__child_that_died_between_requests_is_made_again),
        cmocka_unit_test(crew__without_memory_for_an_answer),
        cmocka_unit_test(crew__several_work_beside_each_other),
        cmocka_unit_test(crew__asserted_returns_outside_of_a_child),
        cmocka_unit_test(apart__trial_is_what_it_is_here),
        cmocka_unit_test(apart__hang_is_a_signature),
        cmocka_unit_test(apart__assertion_is_known_by_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

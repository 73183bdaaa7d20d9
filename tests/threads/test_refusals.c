/* A system that refuses: every call of it that making a host, a pool and an attempt takes
 * fails in turn, and so does memory. Each failure has its exact answer, leaves nothing
 * behind (the sanitizers count), and does not keep the next try from succeeding.
 *
 * The calls of the library are led here by the linker (--wrap). */
#include "thread_world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* ---- the system ---- */

enum call {
    CALL_ANY,
    CALL_MEMORY,
    CALL_THREAD,
    CALL_EPOLL_CTL,
    CALL_EPOLL_WAIT,
    CALL_OTHER,
};

static _Thread_local struct {
    unsigned fail_at; /* the call that fails, from 1; 0: none */
    unsigned made;
    enum call only; /* of these */
    int error;      /* 0: the call's usual one */
    bool failed;
} plan;

static void fail_nth(unsigned n, enum call only, int error)
{
    plan.fail_at = n;
    plan.made = 0;
    plan.only = only;
    plan.error = error;
    plan.failed = false;
}

static bool fails(enum call call, int usual)
{
    if (plan.fail_at == 0 || (plan.only != CALL_ANY && plan.only != call) ||
        ++plan.made != plan.fail_at) {
        return false;
    }
    plan.failed = true;
    errno = plan.error != 0 ? plan.error : usual;
    return true;
}

#define WRAP(type, name, parameters, arguments, call, usual, answer) \
    type __real_##name parameters; \
    type __wrap_##name parameters; \
    type __wrap_##name parameters \
    { \
        return fails(call, usual) ? (answer) : __real_##name arguments; \
    }

/* clang-format off */
WRAP(void *, calloc, (size_t count, size_t size), (count, size), CALL_MEMORY, ENOMEM, NULL)
WRAP(void *, realloc, (void *old, size_t size), (old, size), CALL_MEMORY, ENOMEM, NULL)
WRAP(int, pthread_create, (pthread_t *thread, const pthread_attr_t *attributes,
     void *(*fn)(void *), void *argument), (thread, attributes, fn, argument), CALL_THREAD, EAGAIN,
     errno)
WRAP(int, pthread_mutex_init, (pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes),
     (mutex, attributes), CALL_OTHER, ENOMEM, errno)
WRAP(int, pthread_cond_init, (pthread_cond_t *cond, const pthread_condattr_t *attributes),
     (cond, attributes), CALL_OTHER, ENOMEM, errno)
WRAP(int, pthread_condattr_init, (pthread_condattr_t *attributes), (attributes), CALL_OTHER,
     ENOMEM, errno)
WRAP(int, pthread_attr_init, (pthread_attr_t *attributes), (attributes), CALL_OTHER, ENOMEM, errno)
WRAP(int, epoll_create1, (int flags), (flags), CALL_OTHER, EMFILE, -1)
WRAP(int, eventfd, (unsigned value, int flags), (value, flags), CALL_OTHER, EMFILE, -1)
WRAP(int, timerfd_create, (int clock, int flags), (clock, flags), CALL_OTHER, EMFILE, -1)
WRAP(int, signalfd, (int fd, const sigset_t *mask, int flags), (fd, mask, flags), CALL_OTHER,
     EMFILE, -1)
WRAP(int, epoll_ctl, (int epoll, int what, int fd, struct epoll_event *event),
     (epoll, what, fd, event), CALL_EPOLL_CTL, ENOSPC, -1)
WRAP(int, epoll_wait, (int epoll, struct epoll_event *events, int count, int timeout),
     (epoll, events, count, timeout), CALL_EPOLL_WAIT, EINTR, -1)
/* clang-format on */

static unsigned open_files(void)
{
    unsigned count = 0;
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

/* ---- making a host ---- */

static int no_start(void *context, const struct sup_start *start, const char **ret_error)
{
    (void)context;
    (void)start;
    (void)ret_error;
    return SUP_EREFUSED;
}

static void no_ask(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

static struct sup_host_config host_config(void)
{
    struct sup_host_config config;
    sup_host_config_default(&config);
    config.sup.executor =
        (struct sup_executor){.start = no_start, .cancel = no_ask, .abort = no_ask};
    config.signals = true;
    return config;
}

static void refusals__each_call_that_fails_leaves_no_host_and_nothing_of_it(void **state)
{
    struct sup_host_config config = host_config();
    struct sup_host *host = NULL;
    sigset_t before, after;
    unsigned files = open_files();
    unsigned failures = 0, no_memory = 0;
    (void)state;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    for (unsigned n = 1; host == NULL; n++) {
        fail_nth(n, CALL_ANY, 0);
        int error = sup_host_create(&config, &host);
        bool failed = plan.failed;
        fail_nth(0, CALL_ANY, 0);
        if (!failed) {
            assert_int_equal(error, SUP_OK);
            break;
        }
        assert_true(error == SUP_ENOMEM || error == SUP_ELIMIT);
        assert_null(host);
        failures++;
        no_memory += error == SUP_ENOMEM;
        assert_int_equal(open_files(), files);
        pthread_sigmask(SIG_SETMASK, NULL, &after);
        assert_int_equal(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
        assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
    }
    /* Memory, two of pthread, four descriptors, a table for three that are watched, and
     * whatever the supervisor asks for. */
    assert_true(failures > 11 && no_memory == failures - 4);
    sup_host_free(host);
    assert_int_equal(open_files(), files);
}

static void refusals__no_descriptor_left_is_a_limit(void **state)
{
    struct sup_host_config config = host_config();
    struct sup_host *host = NULL;
    struct rlimit before;
    unsigned refused = 0;
    (void)state;
    if (thread_under_valgrind()) {
        skip(); /* which has descriptors of its own behind the limit */
    }
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int lowest = dup(0);
    assert_true(lowest >= 0);
    close(lowest);
    for (rlim_t more = 0; host == NULL; more++) {
        struct rlimit limit = {(rlim_t)lowest + more, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        int error = sup_host_create(&config, &host);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(error, host == NULL ? SUP_ELIMIT : SUP_OK);
        refused += host == NULL;
    }
    assert_int_equal(refused, 4);
    sup_host_free(host);
    assert_int_equal(sup_host_create(NULL, &host), SUP_EINVAL);
    assert_int_equal(sup_host_create(&config, NULL), SUP_EINVAL);
    sup_host_free(NULL);
}

/* ---- a host at work ---- */

static void refusals__loop_that_cannot_wait_says_so_and_answers_who_waits(void **state)
{
    struct sup_host_config config = host_config();
    struct sup_host *host;
    (void)state;
    assert_int_equal(sup_host_create(&config, &host), SUP_OK);
    fail_nth(1, CALL_EPOLL_WAIT, EINTR); /* a handler has run: nothing has come */
    assert_int_equal(sup_host_settle(host, SUP_DURATION_NEVER), SUP_OK);
    assert_true(plan.failed);
    fail_nth(1, CALL_EPOLL_WAIT, EINTR); /* a look is repeated */
    assert_int_equal(sup_host_settle(host, SUP_NS(0)), SUP_OK);
    assert_int_equal(plan.made, 2);
    fail_nth(1, CALL_EPOLL_WAIT, EBADF);
    assert_int_equal(sup_host_turn(host, SUP_DURATION_NEVER), SUP_EINVAL);
    fail_nth(1, CALL_EPOLL_WAIT, EBADF);
    assert_int_equal(sup_host_wait(host, SUP_MS(1)), SUP_EINVAL);
    assert_int_equal(sup_host_wait(host, SUP_MS(1)), SUP_OK);
    fail_nth(1, CALL_EPOLL_WAIT, EBADF);
    assert_int_equal(sup_host_run(host), SUP_EINVAL);
    fail_nth(0, CALL_ANY, 0);
    const struct sup_actor actor = {"test", "because"};
    assert_int_equal(sup_host_shutdown(host, NULL, &actor), SUP_EGONE);
    sup_host_free(host);
}

static void ready(void *context, uint32_t events)
{
    (void)context;
    (void)events;
}

static int nothing(struct sup *sup, void *context)
{
    (void)sup;
    (void)context;
    return SUP_OK;
}

struct call_made {
    struct sup_host *host;
    int result;
};

static void *call_without_condition(void *context)
{
    struct call_made *call = context;
    fail_nth(1, CALL_OTHER, 0);
    call->result = sup_host_call(call->host, nothing, NULL);
    return NULL;
}

static void refusals__watching_and_calling_without_memory(void **state)
{
    struct sup_host_config config = host_config();
    struct sup_host_source source = {ready, NULL};
    struct sup_host *host;
    pthread_t thread;
    (void)state;
    assert_int_equal(sup_host_create(&config, &host), SUP_OK);
    int high = fcntl(0, F_DUPFD_CLOEXEC, 200);
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    assert_true(high >= 200);
    fail_nth(1, CALL_MEMORY, 0);
    assert_int_equal(sup_host_watch(host, high, EPOLLIN, &source), SUP_ENOMEM);
    fail_nth(1, CALL_EPOLL_CTL, ENOSPC);
    assert_int_equal(sup_host_watch(host, pair[0], EPOLLIN, &source), SUP_ENOMEM);
    fail_nth(1, CALL_MEMORY, 0);
    assert_int_equal(sup_host_post(host, nothing, NULL), SUP_ENOMEM);
    fail_nth(0, CALL_ANY, 0);
    assert_int_equal(sup_host_watch(host, pair[0], EPOLLIN, &source), SUP_OK);
    assert_int_equal(sup_host_watch(host, pair[0], EPOLLIN, &source), SUP_EINVAL); /* twice */
    assert_int_equal(sup_host_watch(host, pair[0], EPOLLIN, NULL), SUP_EINVAL);
    sup_host_unwatch(host, pair[0]);
    sup_host_unwatch(host, -1);
    struct call_made call = {.host = host};
    assert_int_equal(pthread_create(&thread, NULL, call_without_condition, &call), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(call.result, SUP_ENOMEM);
    close(high);
    close(pair[0]);
    close(pair[1]);
    sup_host_free(host);
}

/* ---- threads ---- */

static int ends(struct sup_task *task, void *argument)
{
    (void)task;
    (void)argument;
    return 0;
}

static void refusals__pool_is_not_made_without_memory(void **state)
{
    struct sup_threads_config config;
    struct sup_threads *threads = NULL;
    unsigned n = 1;
    (void)state;
    sup_threads_config_default(&config);
    for (;; n++) {
        fail_nth(n, CALL_ANY, 0);
        int error = sup_threads_create(&config, &threads);
        if (!plan.failed) {
            assert_int_equal(error, SUP_OK);
            break;
        }
        assert_int_equal(error, SUP_ENOMEM);
    }
    fail_nth(0, CALL_ANY, 0);
    assert_int_equal(n, 3);
    assert_int_equal(sup_threads_free(threads, SUP_NS(0)), SUP_OK);
}

/* What each start wants: room for the slot, a worker, its mutex, the attributes of its
 * condition, that, the attributes of the thread, and the thread. */
static void refusals__attempt_without_a_thread_is_refused_and_the_next_one_runs(void **state)
{
    static const char *const texts[] = {
        "out of memory",
        "out of memory",
        "out of memory",
        "out of memory",
        "out of memory",
        "cannot create a thread",
        "the system has no thread left",
    };
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec work = {.fn = ends};
    (void)state;
    for (unsigned n = 1; n <= sizeof(texts) / sizeof(texts[0]); n++) {
        struct thread_world world;
        thread_world_open(&world, NULL);
        struct sup_executor executor = sup_threads_executor(world.threads);
        const struct sup_start start = {.service = "a", .work = &work, .size = sizeof(start)};
        const char *error = "none";
        fail_nth(n, CALL_ANY, 0);
        int result = executor.start(executor.context, &start, &error);
        assert_true(plan.failed);
        fail_nth(0, CALL_ANY, 0);
        assert_int_equal(result, n == 1 ? SUP_ENOMEM : SUP_EREFUSED);
        assert_string_equal(error, texts[n - 1]);
        assert_int_equal(sup_threads_count(world.threads), 0);
        thread_spawn(&world, "a", &policy, &work);
        thread_until_phase(&world, "a", SUP_PHASE_TERMINATED);
        assert_int_equal(thread_snapshot(&world, "a").reason, SUP_REASON_COMPLETED);
        thread_world_close(&world);
    }
}

/* An idle thread is let go for the one that the system refuses. */
static void refusals__idle_thread_makes_room_in_a_full_system(void **state)
{
    struct thread_world world;
    struct sup_policy policy = thread_policy(SUP_RESTART_NEVER);
    struct sup_task_spec small = {.fn = ends}, large = {.fn = ends, .stack_bytes = 1u << 20};
    struct sup_spec spec = {.name = "large", .policy = &policy, .work = &large};
    (void)state;
    thread_world_open(&world, NULL);
    thread_spawn(&world, "small", &policy, &small);
    thread_until_phase(&world, "small", SUP_PHASE_TERMINATED);
    fail_nth(1, CALL_THREAD, 0);
    assert_int_equal(sup_spawn(world.sup, &spec), SUP_OK);
    assert_true(plan.failed && plan.made == 2);
    fail_nth(0, CALL_ANY, 0);
    thread_until_phase(&world, "large", SUP_PHASE_TERMINATED);
    assert_false(thread_told(&world, "refused"));
    thread_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals__each_call_that_fails_leaves_no_host_and_nothing_of_it),
        cmocka_unit_test(refusals__no_descriptor_left_is_a_limit),
        cmocka_unit_test(refusals__loop_that_cannot_wait_says_so_and_answers_who_waits),
        cmocka_unit_test(refusals__watching_and_calling_without_memory),
        cmocka_unit_test(refusals__pool_is_not_made_without_memory),
        cmocka_unit_test(refusals__attempt_without_a_thread_is_refused_and_the_next_one_runs),
        cmocka_unit_test(refusals__idle_thread_makes_room_in_a_full_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A supervisor in libuv's loop: uv_spawn, uv_signal, one timer, and a step after each poll.
 *
 *   cc libuv.c $(pkg-config --cflags --libs libsup libuv) && ./a.out
 *   kill -HUP %1 restarts the server, kill -TERM %1 drains
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <uv.h>

#include "programs.h"

static const int signals[] = {SIGHUP, SIGINT, SIGTERM};

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t timer;
    uv_signal_t signals[3];
    struct sup *sup;
};
struct watched {
    struct child child;
    uv_process_t process;
};

/* ---- children ---- */

/* The handle is libuv's until it has been closed, so its storage is freed then. */
static void closed(uv_handle_t *process)
{
    free(process->data);
}

static void ended(uv_process_t *process, int64_t status, int signal)
{
    struct watched *watched = process->data;
    struct loop *loop = process->loop->data;
    report(loop->sup, &watched->child, (int)status, signal);
    uv_close((uv_handle_t *)process, closed);
}

/* Detached is in a session, and so in a group, of its own. */
static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct loop *loop = context;
    struct program *program = what->work;
    struct watched *watched = calloc(1, sizeof(*watched));
    if (watched == NULL) {
        return SUP_ENOMEM;
    }
    uv_stdio_container_t files[] = {{.flags = UV_IGNORE},
                                    {.flags = UV_INHERIT_FD, .data.fd = STDOUT_FILENO},
                                    {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO}};
    uv_process_options_t options = {.file = program->argv[0],
                                    .args = (char **)(uintptr_t)program->argv,
                                    .flags = UV_PROCESS_DETACHED,
                                    .stdio = files,
                                    .stdio_count = 3,
                                    .exit_cb = ended};
    watched->child.program = program;
    watched->child.id = what->id;
    int error = uv_spawn(&loop->uv, &watched->process, &options);
    watched->process.data = watched;
    if (error < 0) { /* a handle there is all the same */
        uv_close((uv_handle_t *)&watched->process, closed);
        *ret_error = uv_strerror(error);
        return SUP_EREFUSED;
    }
    watched->child.pid = watched->process.pid;
    program->child = &watched->child;
    return 0;
}

/* ---- the loop ---- */

static void wake(uv_timer_t *timer)
{
    (void)timer; /* the check that follows each poll does the work */
}

/* Before each sleep: whatever has happened since the last one, this is the next deadline. The
 * loop's time is in whole milliseconds of the supervisor's clock; rounded up, it never wakes
 * too early, to spin until the deadline has come. */
static void arm(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->loop->data;
    struct sup_instant deadline = sup_deadline(loop->sup);
    uint64_t at = deadline.ns / 1000000 + (deadline.ns % 1000000 != 0);
    uint64_t time = uv_now(&loop->uv);
    if (deadline.ns == SUP_NEVER_NS) {
        uv_timer_stop(&loop->timer);
    } else {
        uv_timer_start(&loop->timer, wake, at > time ? at - time : 0, 0);
    }
}

/* After what has come was heard: an end that came in time is not late. */
static void step(uv_check_t *check)
{
    struct loop *loop = check->loop->data;
    sup_step(loop->sup);
    if (sup_supervisor_phase_of(loop->sup) == SUP_SUPERVISOR_DRAINED) {
        uv_stop(&loop->uv);
    }
}

static void signalled(uv_signal_t *source, int signal)
{
    heed(((struct loop *)source->loop->data)->sup, signal);
}

static int open_handles(struct loop *loop)
{
    int error = uv_timer_init(&loop->uv, &loop->timer);
    /* What has been initialised, and nothing else, is closed by uv_walk. */
    error = error != 0 ? error : uv_prepare_init(&loop->uv, &loop->prepare);
    error = error != 0 ? error : uv_check_init(&loop->uv, &loop->check);
    error = error != 0 ? error : uv_prepare_start(&loop->prepare, arm);
    error = error != 0 ? error : uv_check_start(&loop->check, step);
    for (int i = 0; error == 0 && i < 3; i++) {
        error = uv_signal_init(&loop->uv, &loop->signals[i]);
        error = error != 0 ? error : uv_signal_start(&loop->signals[i], signalled, signals[i]);
    }
    return error;
}

/* A process that is left was given up, or the start has failed half-way. */
static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (handle->type == UV_PROCESS && !uv_is_closing(handle)) {
        uv_process_kill((uv_process_t *)handle, SIGKILL);
        uv_close(handle, closed);
    } else if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

int main(void)
{
    struct loop loop = {.sup = NULL};
    struct sup_executor executor = {start, cancel, force, abandon, &loop};
    int result = uv_loop_init(&loop.uv);
    if (result != 0) {
        return 1;
    }
    loop.uv.data = &loop;
    result = open_handles(&loop);
    if (result == 0) {
        result = supervise(executor, &loop.sup);
    }
    if (result == 0) {
        uv_run(&loop.uv, UV_RUN_DEFAULT); /* its result: whether handles are left; they are */
    }
    uv_walk(&loop.uv, close_handle, NULL);
    uv_run(&loop.uv, UV_RUN_DEFAULT); /* until all of them are closed */
    sup_free(loop.sup);
    uv_loop_close(&loop.uv);
    puts("gone");
    return result == 0 ? 0 : 1;
}

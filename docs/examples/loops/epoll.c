/* A supervisor in an epoll loop of one's own: a pidfd for each child, a signalfd, and the
 * next deadline as the timeout. No thread, no signal handler.
 *
 *   cc epoll.c $(pkg-config --cflags --libs libsup) && ./a.out
 *   kill -HUP %1 restarts the server, kill -TERM %1 drains
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "programs.h"

struct watched {
    struct child child;
    struct watched *next;
    int fd;
};
struct loop {
    struct sup *sup;
    struct watched *all;
    int epoll, signals;
};

/* ---- children ---- */

/* The pid is the child's own as long as nobody has waited for it. 0, or an error. */
static int watch(const struct loop *loop, struct watched *watched)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = watched};
    watched->fd = pidfd_open(watched->child.pid, 0);
    if (watched->fd >= 0 && epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watched->fd, &event) == 0) {
        return 0;
    }
    int error = errno;
    if (watched->fd >= 0) {
        close(watched->fd);
    }
    kill(-watched->child.pid, SIGKILL); /* whose end would not be heard may not live */
    waitpid(watched->child.pid, NULL, 0);
    return error;
}

static int start(void *context, const struct sup_start *what, const char **ret_error)
{
    struct loop *loop = context;
    struct program *program = what->work;
    struct watched *watched = calloc(1, sizeof(*watched));
    if (watched == NULL) {
        return SUP_ENOMEM;
    }
    watched->child.program = program;
    watched->child.id = what->id;
    int error = spawn(program->argv, &watched->child.pid);
    if (error == 0) {
        error = watch(loop, watched);
    }
    if (error != 0) {
        free(watched);
        *ret_error = strerror(error);
        return SUP_EREFUSED;
    }
    watched->next = loop->all;
    loop->all = watched;
    program->child = &watched->child;
    return 0;
}

/* Takes it out of the loop; closing the descriptor takes it out of the epoll set. */
static void forget(struct loop *loop, struct watched *watched)
{
    struct watched **link = &loop->all;
    while (*link != watched) {
        link = &(*link)->next;
    }
    *link = watched->next;
    close(watched->fd);
}

static void ended(struct loop *loop, struct watched *watched)
{
    siginfo_t info = {.si_code = CLD_EXITED, .si_status = -1};
    (void)waitid(P_PIDFD, (id_t)watched->fd, &info, WEXITED); /* has been waited for: -1 */
    bool exited = info.si_code == CLD_EXITED;
    forget(loop, watched);
    report(loop->sup, &watched->child, info.si_status, exited ? 0 : info.si_status);
    free(watched);
}

/* ---- the loop ---- */

static int take_signals(struct loop *loop)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    loop->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    return loop->signals < 0 ? -1 : epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->signals, &event);
}

static void hear_signals(const struct loop *loop)
{
    struct signalfd_siginfo info;
    while (read(loop->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        heed(loop->sup, (int)info.ssi_signo);
    }
}

/* Rounded up: woken too early, the loop would spin until the deadline has come. */
static int timeout(const struct sup *sup)
{
    struct sup_instant deadline = sup_deadline(sup);
    uint64_t left = sup_instant_since(deadline, now(NULL)).ns;
    uint64_t ms = left / 1000000 + (left % 1000000 != 0);
    if (deadline.ns == SUP_NEVER_NS) {
        return -1;
    }
    return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* What has come is heard before what is due is done: an end that came in time is not late. */
static int run(struct loop *loop)
{
    struct epoll_event ready[64];
    while (sup_supervisor_phase_of(loop->sup) != SUP_SUPERVISOR_DRAINED) {
        int count = epoll_wait(loop->epoll, ready, 64, timeout(loop->sup));
        if (count < 0 && errno != EINTR) {
            return -1;
        }
        for (int i = 0; i < count; i++) {
            if (ready[i].data.ptr == NULL) {
                hear_signals(loop);
            } else {
                ended(loop, ready[i].data.ptr);
            }
        }
        sup_step(loop->sup);
    }
    return 0;
}

int main(void)
{
    struct loop loop = {.epoll = epoll_create1(EPOLL_CLOEXEC), .signals = -1};
    struct sup_executor executor = {start, cancel, force, abandon, &loop};
    int result = loop.epoll < 0 ? -1 : take_signals(&loop);
    if (result == 0) {
        result = supervise(executor, &loop.sup);
    }
    if (result == 0) {
        result = run(&loop);
    }
    sup_free(loop.sup);
    while (loop.all != NULL) { /* given up, or the loop has failed */
        struct watched *left = loop.all;
        kill(-left->child.pid, SIGKILL);
        forget(&loop, left);
        free(left);
    }
    close(loop.signals);
    close(loop.epoll);
    puts("gone");
    return result == 0 ? 0 : 1;
}

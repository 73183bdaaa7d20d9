/* The chaos child: the script machine against the system's clock and signals.
 *
 * Every signal that it listens to is blocked and taken by sigtimedwait, so it waits
 * for the next thing to do and for signals in one call, and nothing interrupts it.
 */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "sim/attempt/script.h"
#include "encode.h"
#include "sim/base/ratio.h"
#include "sup/alloc.h"

#define NOTIFY_FD 3
#define STATUS_BAD 125 /* not started as described in the header */
/* An origin longer ago than this is of another clock. */
#define ORIGIN_AGE_NS_MAX UINT64_C(60000000000)
#define SPIN_NS UINT64_C(1000000)
/* Longer waits are taken in parts. */
#define WAIT_NS_MAX UINT64_C(1000000000000000)

struct act {
    struct sim_script script;
    struct sim_chance chance;
    struct sup_random durations;
    struct sup_random branches;
    struct sim__draws duration_draws;
    uint64_t branch_draws;
    struct sup_instant origin;
    uint64_t speed;
    sigset_t signals;
    int stop_signal;
    bool waiting; /* for the action of a `do` step to be carried out */
    bool over;
    int status;
};

static struct sup_instant clock_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return (struct sup_instant){0};
    }
    return (struct sup_instant){(uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec};
}

/* The attempt's own time. */
static struct sup_instant own_now(const struct act *act)
{
    struct sup_duration passed = sup_instant_since(clock_now(), act->origin);
    return (struct sup_instant){sim__ratio(passed.ns, act->speed, SIM_CHAOS_SPEED_ONE)};
}

/* How long so much of it takes, rounded up. */
static struct timespec real_time(const struct act *act, struct sup_duration own)
{
    uint64_t ns = sim__ratio_up(own.ns, SIM_CHAOS_SPEED_ONE, act->speed);
    uint64_t length = ns > WAIT_NS_MAX ? WAIT_NS_MAX : ns;
    return (struct timespec){(time_t)(length / 1000000000u), (long)(length % 1000000000u)};
}

/* ---- saying ---- */

/* A supervisor that has closed the pipe does not want to know. */
static void say(const char *line)
{
    size_t length = strlen(line);
    while (length > 0) {
        ssize_t put = write(NOTIFY_FD, line, length);
        if (put < 0 && errno != EINTR) {
            return;
        }
        if (put > 0) {
            line += put;
            length -= (size_t)put;
        }
    }
}

static void say_drawn(struct act *act)
{
    char line[80];
    if (act->duration_draws.taken == 0 && act->branch_draws == 0) {
        return;
    }
    (void)snprintf(line, sizeof(line), "message drawn %" PRIu64 " %" PRIu64 "\n",
                   act->duration_draws.taken, act->branch_draws);
    act->duration_draws.taken = act->branch_draws = 0;
    say(line);
}

static void say_error(const char *text)
{
    char line[160];
    int length = snprintf(line, sizeof(line) - 1, "error %s", text);
    size_t used = (size_t)length < sizeof(line) - 2 ? (size_t)length : sizeof(line) - 2;
    for (size_t i = 0; i < used; i++) {
        line[i] = line[i] == '\n' ? ' ' : line[i];
    }
    line[used] = '\n';
    line[used + 1] = '\0';
    say(line);
}

/* ---- ending ---- */

/* Dies of the signal for real, without leaving a core file behind. */
static void crash(int number)
{
    sigset_t mask;
    number = number > 0 ? number : SIGABRT;
    prctl(PR_SET_DUMPABLE, 0);
    signal(number, SIG_DFL);
    sigemptyset(&mask);
    sigaddset(&mask, number);
    pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
    raise(number);
    /* A signal that ends no process by itself. */
    abort();
}

static void fail(struct act *act, const struct sup_end *end)
{
    if (end->error != NULL) {
        say_error(end->error);
    } else if (!end->has_code) {
        say_error("failed"); /* as the simulator has it, not by the exit code */
    }
    act->status = end->has_code && (end->code & 0xFF) != 0 ? end->code & 0xFF : 1;
}

static void finish(struct act *act, const struct sup_end *end)
{
    say_drawn(act);
    act->over = true;
    act->status = 0;
    if (end->outcome == SUP_OUTCOME_CRASHED) {
        if (end->signal == 0) {
            say_error("panicked"); /* not by the signal, which nobody asked for */
        }
        crash(end->signal);
    } else if (end->outcome == SUP_OUTCOME_FAILED) {
        fail(act, end);
    } else if (end->done) {
        say("done\n");
    }
}

/* ---- acting ---- */

static uint32_t choose(void *context, uint32_t n)
{
    struct act *act = context;
    return (uint32_t)sup_random_upto(&act->branches, n - 1, &act->branch_draws);
}

/* Until when it then only looks for a signal. */
static struct sup_instant go_on(struct act *act)
{
    struct sim_saying saying = {0};
    char line[48];
    switch (sim__script_next(&act->script, &act->chance, &saying)) {
    case SIM_SAY_READY:
        say("ready\n");
        break;
    case SIM_SAY_NOT_READY:
        say("not-ready\n");
        break;
    case SIM_SAY_BEAT:
        say("beat\n");
        break;
    case SIM_SAY_DO:
        (void)snprintf(line, sizeof(line), "message do %" PRIu64 "\n", saying.action->times);
        say(line);
        act->waiting = true;
        break;
    case SIM_SAY_END:
        finish(act, &saying.end);
        break;
    case SIM_SAY_NOTHING:
        break;
    case SIM_SAY_SPIN: /* a script that takes no time must not take the processor */
        return sup_instant_add(own_now(act), SUP_NS(SPIN_NS));
    }
    return (struct sup_instant){0};
}

static void obey(struct act *act, int value)
{
    int argument = value >> SIM_CHAOS_ORDER_BITS;
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    switch ((enum sim_chaos_order)(value & ((1 << SIM_CHAOS_ORDER_BITS) - 1))) {
    case SIM_CHAOS_READY:
        say("ready\n");
        return;
    case SIM_CHAOS_NOT_READY:
        say("not-ready\n");
        return;
    case SIM_CHAOS_BEAT:
        say("beat\n");
        return;
    case SIM_CHAOS_GO_ON:
        act->waiting = false;
        return;
    case SIM_CHAOS_FAIL:
        end.outcome = SUP_OUTCOME_FAILED;
        end.has_code = argument != 0;
        end.code = argument;
        break;
    case SIM_CHAOS_CRASH:
        end.outcome = SUP_OUTCOME_CRASHED;
        end.signal = argument;
        break;
    case SIM_CHAOS_SUCCEED:
        break;
    }
    finish(act, &end);
}

/* Waits for a signal until an instant of the attempt's own time. */
static void listen(struct act *act, struct sup_instant until)
{
    struct timespec length = real_time(act, sup_instant_since(until, own_now(act)));
    siginfo_t info;
    int number = sigtimedwait(&act->signals, &info, until.ns == SUP_NEVER_NS ? NULL : &length);
    if (number == act->stop_signal) {
        sim__script_cancel(&act->script, own_now(act), &act->chance);
    } else if (number == SIM_CHAOS_SIGNAL) {
        obey(act, info.si_value.sival_int);
    }
}

static void perform(struct act *act)
{
    while (!act->over) {
        struct sup_instant due = act->waiting ? SUP_INSTANT_NEVER : sim__script_due(&act->script);
        if (due.ns <= own_now(act).ns) {
            due = go_on(act);
        } else {
            say_drawn(act);
        }
        if (!act->over) {
            listen(act, due);
        }
    }
}

/* ---- starting ---- */

static bool read_chance(struct act *act, const char *text)
{
    uint64_t origin;
    int length = 0;
    if (sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %d%n", &origin, &act->speed,
               &act->durations.state, &act->branches.state, &act->stop_signal, &length) != 5 ||
        text[length] != '\0' || act->speed == 0 || act->stop_signal <= 0) {
        return false;
    }
    struct sup_instant now = clock_now();
    bool known = origin <= now.ns && now.ns - origin < ORIGIN_AGE_NS_MAX;
    act->origin = known ? (struct sup_instant){origin} : now;
    act->chance = (struct sim_chance){&act->durations, &act->duration_draws, choose, act};
    return true;
}

static bool take_signals(struct act *act)
{
    sigemptyset(&act->signals);
    sigaddset(&act->signals, act->stop_signal);
    sigaddset(&act->signals, SIM_CHAOS_SIGNAL);
    return pthread_sigmask(SIG_BLOCK, &act->signals, NULL) == 0 &&
           signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

bool sim__chaos_is_child(int argc, char **argv)
{
    return argc >= 2 && strcmp(argv[1], SIM_CHAOS_WORD) == 0;
}

static int act_item(struct act *act, const char *item, struct sim_arena *arena)
{
    struct sim_behaviour behaviour;
    int error = sim__chaos_decode(item, arena, &behaviour);
    if (error != SUP_OK) {
        return error;
    }
    uint32_t depth = sim__script_depth(&behaviour);
    struct sim_script_frame *frames =
        sim__arena_alloc(arena, depth > 0 ? depth : 1, sizeof(*frames));
    if (frames == NULL) {
        return SUP_ENOMEM;
    }
    sim__script_start(&act->script, &behaviour, frames, (struct sup_instant){0}, &act->chance);
    perform(act);
    return SUP_OK;
}

int sim__chaos_child(int argc, char **argv)
{
    struct act act = {.over = false};
    struct sim_arena *arena = NULL;
    if (argc != 5 || !read_chance(&act, argv[4]) || !take_signals(&act) ||
        sim__arena_create(&sup_allocator_libc, &arena) != SUP_OK) {
        return STATUS_BAD;
    }
    int error = act_item(&act, argv[3], arena);
    sim__arena_free(arena);
    return error == SUP_OK ? act.status : STATUS_BAD;
}

/* The chaos child: a process that acts one attempt of a script, in real time.
 *
 * A program that runs scenarios on processes starts itself again, as
 *
 *   PROGRAM --chaos-child NAME ITEM CHANCE
 *
 * ITEM is what sim__chaos_encode makes of the script's item. CHANCE is five
 * numbers: the instant of CLOCK_MONOTONIC at which the attempt was asked for, from
 * which its durations run; how fast its time runs, in billionths of that clock's pace;
 * the states of its two random streams; and the signal that cancels it.
 *
 * The child answers that signal as its script says, crashes by raising the signal, and
 * reports over NOTIFY_FD. Beside the lines of <sup/processes.h> it says "message do
 * N", the N-th `do` step of the item, after which it waits to be told to go on, and
 * "message drawn A B", how many numbers it has drawn of each stream since it last said
 * so. It dies with its parent.
 */
#ifndef SIM_CHAOS_CHILD_H
#define SIM_CHAOS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_CHAOS_WORD "--chaos-child"
#define SIM_CHAOS_SPEED_ONE UINT64_C(1000000000)

/* What the parent may send with SIM_CHAOS_SIGNAL, as the low bits of its value; the
 * rest is the exit code or the signal. */
enum sim_chaos_order {
    SIM_CHAOS_SUCCEED,
    SIM_CHAOS_FAIL,
    SIM_CHAOS_CRASH,
    SIM_CHAOS_READY,
    SIM_CHAOS_NOT_READY,
    SIM_CHAOS_BEAT,
    SIM_CHAOS_GO_ON, /* the action of the `do` step has been carried out */
};
#define SIM_CHAOS_SIGNAL (SIGRTMIN + 1)
#define SIM_CHAOS_ORDER_BITS 3

/* Is that how the program was started? To be asked first in main. */
bool sim__chaos_is_child(int argc, char **argv);
/* Acts the attempt; the status to exit with. Does not return from a crash. */
int sim__chaos_child(int argc, char **argv);

#endif

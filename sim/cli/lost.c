/* A trial whose process is gone; see lost.h. */
#include "lost.h"

#include <signal.h>
#include <stdio.h>

#include "pool.h"
#include "sim/duration.h"
#include "sim/scenario.h"

static void sign_hung(struct sim__trial *trial, struct sup_duration patience)
{
    char message[96], length[48];
    (void)snprintf(message, sizeof message, "no answer after %s of work",
                   sim_duration_format(patience.ns, length));
    sim__trial_sign(trial, SIM__SIGN_HUNG, "", message);
}

void cli_lost_sign(struct sim__trial *trial, int signal_number, struct sup_duration patience)
{
    char word[24];
    if (signal_number == CLI_POOL_HUNG) {
        sign_hung(trial, patience);
        return;
    }
    if (signal_number == SIGABRT) {
        (void)snprintf(word, sizeof word, "assertion");
    } else if (signal_number != 0) {
        const char *name = sim_signal_name(signal_number);
        (void)snprintf(word, sizeof word, "SIG%s", name != NULL ? name : "UNKNOWN");
    } else {
        (void)snprintf(word, sizeof word, "exit");
    }
    sim__trial_sign(trial, SIM__SIGN_CRASHED, word, "the process that ran it is gone");
}

void cli_put_patience(struct sim__text *text, struct sup_duration patience)
{
    if (patience.ns != CLI_PATIENCE.ns) {
        sim__text_put(text, " --patience ");
        sim__text_duration(text, patience.ns == 0 ? SUP_DURATION_NEVER : patience);
    }
}

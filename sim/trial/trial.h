/* One trial of a scenario: run twice with every invariant checked, and what came of it as
 * plain data, which may be sent from one process to another.
 *
 * What came of it has a signature, one short text without names and instants, by which
 * failures are told apart and kept the same while a file is made smaller:
 *
 *   passed
 *   invariant NAME            the name of an invariant
 *   expectation KIND          sim_check_name of the first that failed
 *   stalled WORD              sim_stall_name
 *   nondeterministic
 *   relation NAME             between two runs: whoever compares them says so
 *   crashed SIGNAL            the process: assertion, SIGSEGV, exit
 *   hung                      it did not come back (see crew.h)
 *   refused                   the reader says that it is no scenario
 *
 * What the file's own `verdict:` expects makes no difference.
 */
#ifndef SIM_TRIAL_TRIAL_H
#define SIM_TRIAL_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sim/scenario/node.h"
#include "settling.h"
#include "sup/face.h"

struct sim_faults;
struct sim_result;
struct sim__listener;

#define SIM__SIGN_LIST(X) \
    X(PASSED, "passed") \
    X(INVARIANT, "invariant") \
    X(EXPECTATION, "expectation") \
    X(STALLED, "stalled") \
    X(NONDETERMINISTIC, "nondeterministic") \
    X(RELATION, "relation") \
    X(CRASHED, "crashed") \
    X(HUNG, "hung") \
    X(REFUSED, "refused")

enum sim__sign {
#define SIM__X(id, name) SIM__SIGN_##id,
    SIM__SIGN_LIST(SIM__X)
#undef SIM__X
};

#define SIM__TRIAL_WORD_BYTES 48u
#define SIM__TRIAL_MESSAGE_BYTES 1024u

/* Plain data. */
struct sim__trial {
    enum sim__sign sign;
    char word[SIM__TRIAL_WORD_BYTES]; /* the second word of the signature; "" */
    uint64_t seed;                    /* that it was run with */
    uint64_t hash;
    uint64_t events; /* of a process that died so many at least, when its trial was watched */
    uint64_t attempts;
    uint64_t end_ns;   /* instant of the last event */
    uint32_t services; /* as the file names them, counted ones each */
    bool moves;        /* with faults or a mark: time passed between the last two looks */
    uint32_t line;     /* of what failed first; 0: none in particular */
    struct sim__settling settling;          /* where that is an expectation */
    char detail[SIM__TRIAL_WORD_BYTES];     /* the fact or counter that failed first, the
                                             * place of an assertion; "" */
    char message[SIM__TRIAL_MESSAGE_BYTES]; /* what failed first, in a sentence; "" */
};

/* Start from {0}, which are the defaults. */
struct sim__trial_how {
    bool has_seed;
    uint64_t seed;       /* in place of the scenario's own */
    bool once;           /* not twice: what is not deterministic is not found */
    uint64_t max_events; /* of a run, likewise below; 0: the default of sim_run */
    uint64_t max_steps;
    uint32_t max_events_an_instant;
    uint64_t memory_bytes;           /* that a run may need at most; 0: the default */
    const struct sim_task *tasks;    /* NULL: services may name none */
    const struct sim_faults *faults; /* of each run; NULL: none */
    struct sim_tape *tape;           /* NULL, or what the choices pass by (sim/base/tape.h) */
    uint64_t *mark;                  /* NULL, or set to the events of the run, now and then */
    /* NULL, or told what happens in the second run, when there is one; see sim/run/heard.h. */
    const struct sim__listener *listener;
};

/* Each: 0 and *ret_trial, whatever came of it, or SUP_ENOMEM. */
int sim__trial_scenario(const struct sim_scenario *scenario, const struct sim__trial_how *how,
                        struct sim__trial *ret_trial) SUP_WARN_UNUSED;
/* Of a settled tree. */
int sim__trial_tree(const struct sim__node *root, const struct sim__trial_how *how,
                    struct sim__trial *ret_trial) SUP_WARN_UNUSED;
/* Of a file, in no directory: `include` is refused. */
int sim__trial_text(const char *bytes, size_t length, const struct sim__trial_how *how,
                    struct sim__trial *ret_trial) SUP_WARN_UNUSED;

/* What came of a run, but for how many services it has. */
void sim__trial_of(const struct sim_result *result, struct sim__trial *ret_trial);
/* Says what came of it. The word and the message are copied, and cut when too long. */
void sim__trial_sign(struct sim__trial *trial, enum sim__sign sign, const char *word,
                     const char *message);
static inline bool sim__trial_failed(const struct sim__trial *trial)
{
    return trial->sign != SIM__SIGN_PASSED;
}
const char *sim__sign_name(enum sim__sign sign);
/* Whether two have the same signature. */
bool sim__trial_same(const struct sim__trial *a, const struct sim__trial *b);
void sim__trial_signature(const struct sim__trial *trial, struct sim__text *text);

#endif

/* libsup: a supervisor of long-running services, with an injected clock and executor.
 *
 * This header includes all of the pure core, which starts no thread, makes no system call and
 * reads no clock but the one it is given. A program fills in a struct sup_config, creates a
 * supervisor, spawns services under policies, reports what their attempts did, and calls
 * sup_step() when sup_deadline() is reached:
 *
 *     sup_config_default(&config);
 *     config.clock = (struct sup_clock){read_clock, &world};
 *     config.executor = (struct sup_executor){start, cancel, abort, NULL, &world};
 *     config.alloc = sup_allocator_libc;
 *     result = sup_create(&config, &sup);
 *     result = sup_spawn(sup, &(struct sup_spec){.name = "api", .policy = &policy});
 *
 * Who has no loop of his own takes that of <sup/host.h>, in which attempts are threads
 * (<sup/threads.h>), processes (<sup/processes.h>), or both (<sup/dispatch.h>). For C++ there
 * is <sup/sup.hpp>.
 *
 * It is linked with what `pkg-config --cflags --libs libsup` prints. A program runs with every
 * later library of the same soname; <sup/face.h> says how that is held. What its policies will
 * do on the worst day is shown by rehearse(1).
 */
#ifndef SUP_SUP_H
#define SUP_SUP_H

#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/control.h"
#include "sup/dispatch.h"
#include "sup/error.h"
#include "sup/event.h"
#include "sup/executor.h"
#include "sup/face.h"
#include "sup/grounds.h"
#include "sup/join.h"
#include "sup/policy.h"
#include "sup/random.h"
#include "sup/report.h"
#include "sup/rules.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"
#include "sup/task.h"
#include "sup/time.h"
#include "sup/token.h"

#define SUP_VERSION_MAJOR 0
#define SUP_VERSION_MINOR 1
#define SUP_VERSION_PATCH 0
#define SUP_VERSION "0.1.0"

#endif

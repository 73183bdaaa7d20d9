/* libsup: a supervisor of long-running services. Includes everything public. */
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

/* Probes of the simulator: core/probe.h, which is no face of the core but a way to count
 * that nothing is left of in what ships. */
#ifndef SIM_BASE_PROBE_H
#define SIM_BASE_PROBE_H

#include "core/probe.h"

#define SIM_PROBE(NAME) SUP_PROBE(NAME)
#define SIM_PROBE_WHEN(NAME, CONDITION) SUP_PROBE_WHEN(NAME, CONDITION)

#endif

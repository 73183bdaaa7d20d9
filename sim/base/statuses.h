/* Exit statuses by the names that service managers have for them. */
#ifndef SIM_BASE_STATUSES_H
#define SIM_BASE_STATUSES_H

#include <stdbool.h>
#include <stdint.h>

/* "TEMPFAIL" is 75: names of C, of the LSB, of <sysexits.h>, and systemd's own. */
bool sim__status_named(const char *name, uint32_t *ret_code);

#endif

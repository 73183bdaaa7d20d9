/* The peak resident set of this very program image, in MB of 2^20 bytes: what getrusage tells
 * includes the parent's before exec. For C and C++. */
#ifndef BENCH_RSS_H
#define BENCH_RSS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline double bench_rss_mb(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[128];
    double kib = 0;
    while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kib = strtod(line + 6, NULL);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return kib / 1024;
}

#endif

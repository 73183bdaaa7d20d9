/* Keeps the ledger: how often each probe (core/probe.h) and each cell of the phase table was
 * reached. A part of libsup in the build of the canaries, and of no other.
 *
 * REHEARSE_LEDGER=FILE in the environment: the counts are in that file while the program
 * runs, in memory that it shares with its workers and with whoever else of the same build
 * runs at the same time, and are added to by the next one; scripts/coverage-ledger reads it.
 * REHEARSE_LEDGER=-: what was never reached is said on standard error at the program's end.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "core/probe.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/machine.h"

#define NAME_BYTES 120u

/* As it is in the file, whatever the machine: another may read it. */
struct record {
    uint64_t reached;      /* little-endian */
    char name[NAME_BYTES]; /* "": none is kept of this one */
};

extern struct sup__probe __start_sup_probes[];
extern struct sup__probe __stop_sup_probes[];

static struct sup__probe cells[SUP_PHASES * SUP__INPUTS]
    __attribute__((section("sup_probes"), used));
static char cell_names[SUP_PHASES * SUP__INPUTS][NAME_BYTES];
static struct record *records;
static pid_t first;

static const char *const input_names[] = {
#define SUP__X(id, name) name,
    SUP__INPUT_LIST(SUP__X)
#undef SUP__X
};

static size_t probe_count(void)
{
    return (size_t)(__stop_sup_probes - __start_sup_probes);
}

static void count(uint64_t *reached)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    __atomic_fetch_add(reached, 1, __ATOMIC_RELAXED);
#else
    uint64_t before = __atomic_load_n(reached, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(reached, &before,
                                        __builtin_bswap64(__builtin_bswap64(before) + 1), true,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
#endif
}

void sup__probe_reached(struct sup__probe *probe)
{
    if (records != NULL) {
        count(&records[probe - __start_sup_probes].reached);
    }
}

void sup__probe_cell(unsigned phase, unsigned input)
{
    sup__probe_reached(&cells[phase * SUP__INPUTS + input]);
}

/* Cells that no input can come to are no probes. */
static void name_cells(void)
{
    for (unsigned phase = 0; phase < SUP_PHASES; phase++) {
        for (unsigned input = 0; input < SUP__INPUTS; input++) {
            unsigned index = phase * SUP__INPUTS + input;
            if (sup__machine[phase][input].name[0] != '\0') {
                (void)snprintf(cell_names[index], NAME_BYTES, "cell: %s, %s",
                               sup_phase_name((enum sup_phase)phase), input_names[input]);
                cells[index].name = cell_names[index];
            }
        }
    }
}

static void give_up(const char *what)
{
    fprintf(stderr, "ledger: %s\n", what);
    exit(2);
}

/* Another build's file is not added to. */
static void name_records(void)
{
    for (size_t i = 0; i < probe_count(); i++) {
        const char *name = __start_sup_probes[i].name;
        char wanted[NAME_BYTES] = "";
        (void)snprintf(wanted, sizeof(wanted), "%s", name != NULL ? name : "");
        if (records[i].name[0] == '\0' && records[i].reached == 0) {
            memcpy(records[i].name, wanted, sizeof(wanted));
        } else if (strcmp(records[i].name, wanted) != 0) {
            give_up("the file is another build's");
        }
    }
}

static struct record *shared(int descriptor, size_t size)
{
    int flags = descriptor < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED;
    void *place = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    if (place == MAP_FAILED) {
        give_up("there is no memory for it");
    }
    return place;
}

static void open_file(const char *path, size_t size)
{
    struct stat status;
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0 || flock(descriptor, LOCK_EX) != 0 || fstat(descriptor, &status) != 0 ||
        (status.st_size == 0 && ftruncate(descriptor, (off_t)size) != 0)) {
        give_up("the file cannot be opened for writing");
    }
    if (status.st_size != 0 && (size_t)status.st_size != size) {
        give_up("the file is another build's");
    }
    records = shared(descriptor, size);
    name_records();
    close(descriptor); /* and with it the lock */
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("REHEARSE_LEDGER");
    const size_t size = probe_count() * sizeof(struct record);
    if (path == NULL || path[0] == '\0') {
        return;
    }
    name_cells();
    first = getpid();
    if (strcmp(path, "-") != 0) {
        open_file(path, size);
        first = 0;
        return;
    }
    records = shared(-1, size);
    name_records();
}

/* Two places of one name count together. */
static bool reached_elsewhere(size_t which)
{
    for (size_t i = 0; i < probe_count(); i++) {
        if (records[i].reached > 0 && strcmp(records[i].name, records[which].name) == 0) {
            return true;
        }
    }
    return false;
}

__attribute__((destructor)) static void end(void)
{
    if (first == 0 || getpid() != first) {
        return;
    }
    fprintf(stderr, "never reached:\n");
    for (size_t i = 0; i < probe_count(); i++) {
        if (records[i].name[0] != '\0' && !reached_elsewhere(i)) {
            fprintf(stderr, "  %s\n", records[i].name);
        }
    }
}

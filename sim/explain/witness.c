/* The choices of a run in a process of its own; see witness.h. */
#define _GNU_SOURCE /* memfd_create */
#include "witness.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sup/assert.h"

/* Before the bytes of its label. What an earlier entry of the same index says is not so. */
struct entry {
    struct sim__choice choice;
    uint32_t index;
    uint32_t length;
};

int sim__witness_open(struct sim__witness *witness)
{
    witness->file = memfd_create("choices", MFD_CLOEXEC);
    return witness->file >= 0 ? SUP_OK : SUP_ENOMEM;
}

void sim__witness_close(struct sim__witness *witness)
{
    (void)close(witness->file);
    witness->file = -1;
}

/* What cannot be written is missing in the end, as is what comes after it. */
static void write_down(void *context, const struct sim__choices *kept, uint32_t index)
{
    const struct sim__witness *witness = context;
    char bytes[sizeof(struct entry) + SIM__LABEL_BYTES];
    const char *label = sim__choices_label(kept, index);
    struct entry entry;
    memset(&entry, 0, sizeof(entry));
    entry.choice = kept->items[index];
    entry.index = index;
    entry.length = (uint32_t)strlen(label);
    SUP_ASSERT(entry.length < SIM__LABEL_BYTES);
    memcpy(bytes, &entry, sizeof(entry));
    memcpy(bytes + sizeof(entry), label, entry.length);
    const size_t length = sizeof(entry) + entry.length;
    for (size_t at = 0; at < length;) {
        ssize_t put = write(witness->file, bytes + at, length - at);
        if (put < 0 && errno != EINTR) {
            return;
        }
        at += put > 0 ? (size_t)put : 0;
    }
}

void sim__witness_listen(struct sim__witness *witness, struct sim_tape *tape)
{
    tape->told = write_down;
    tape->told_context = witness;
}

/* Exactly so many bytes; false: there are not so many. */
static bool take(const struct sim__witness *witness, uint64_t *at, void *bytes, size_t length)
{
    for (size_t taken = 0; taken < length;) {
        ssize_t got =
            pread(witness->file, (char *)bytes + taken, length - taken, (off_t)(*at + taken));
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        taken += got > 0 ? (size_t)got : 0;
    }
    *at += length;
    return true;
}

int sim__witness_read(const struct sim__witness *witness, struct sim__choices *ret_choices)
{
    char label[SIM__LABEL_BYTES];
    struct entry entry;
    uint64_t at = 0;
    while (take(witness, &at, &entry, sizeof(entry)) && entry.length < sizeof(label) &&
           take(witness, &at, label, entry.length)) {
        label[entry.length] = '\0';
        if (entry.index < ret_choices->count) {
            ret_choices->items[entry.index].value = entry.choice.value;
            continue;
        }
        int error = sim__choices_add(ret_choices, label, &entry.choice);
        if (error != SUP_OK) {
            return error;
        }
    }
    return SUP_OK;
}

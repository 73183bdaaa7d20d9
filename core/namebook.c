/* The names of services, in pages that never move; see namebook.h. */
#include "namebook.h"

#include <stdint.h>
#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"

#define PAGE_MIN 240u
#define PAGE_MAX 65000u

struct sup__page {
    struct sup__page *before;
    size_t bytes; /* of text */
    char text[];
};

static int turn_over(struct sup__namebook *book, const struct sup_allocator *alloc, size_t least)
{
    size_t bytes = book->page == NULL ? PAGE_MIN : book->page->bytes * 2;
    bytes = bytes > PAGE_MAX ? PAGE_MAX : bytes;
    bytes = bytes < least ? least : bytes;
    struct sup__page *page = alloc->resize(alloc->context, NULL, 0, sizeof(*page) + bytes);
    if (page == NULL) {
        return SUP_ENOMEM;
    }
    page->before = book->page;
    page->bytes = bytes;
    book->page = page;
    book->used = 0;
    return SUP_OK;
}

int sup__namebook_write(struct sup__namebook *book, const struct sup_allocator *alloc,
                        const char *name, const char **ret_name)
{
    size_t bytes = strlen(name) + 1;
    if (book->page == NULL || bytes > book->page->bytes - book->used) {
        int error = turn_over(book, alloc, bytes);
        if (error != SUP_OK) {
            return error;
        }
    }
    *ret_name = memcpy(book->page->text + book->used, name, bytes);
    return SUP_OK;
}

void sup__namebook_keep(struct sup__namebook *book, const char *name)
{
    SUP_ASSERT(name == book->page->text + book->used);
    book->used += strlen(name) + 1;
}

void sup__namebook_release(struct sup__namebook *book, const struct sup_allocator *alloc)
{
    while (book->page != NULL) {
        struct sup__page *page = book->page;
        book->page = page->before;
        alloc->resize(alloc->context, page, sizeof(*page) + page->bytes, 0);
    }
}

/* Trees that programs make, change and write: what is written reads as what it was, for
 * every scenario that there is. */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "reading.h"
#include "sim/run.h"
#include "sim/scenario/file.h"
#include "sim/scenario/tree.h"
#include "sup/error.h"

static struct sim_arena *new_arena(void)
{
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    return arena;
}

static struct sim__node *load(struct sim_arena *arena, const char *text)
{
    struct sim__node *root = NULL;
    struct sim_diagnostics diagnostics;
    const struct sim__reading how = {
        .alloc = &sup_allocator_libc, .bytes = text, .length = strlen(text), .file = "tree.yaml"};
    assert_int_equal(sim__tree_load(&how, SIM__AS_WRITTEN, arena, &diagnostics, &root), SUP_OK);
    return root;
}

static void assert_written(const struct sim__node *root, const char *wanted)
{
    struct sim__text text = {0};
    sim__tree_write(root, &text);
    assert_string_equal(sim__text_string(&text), wanted);
    sim__text_release(&text);
}

/* ---- each scenario ---- */

static bool same_nodes(const struct sim__node *a, const struct sim__node *b)
{
    if (a->kind != b->kind || a->count != b->count || a->length != b->length ||
        a->weight != b->weight || a->height != b->height || a->at.line != b->at.line ||
        (a->length > 0 && memcmp(a->text, b->text, a->length) != 0)) {
        return false;
    }
    for (uint32_t i = 0; i < a->count; i++) {
        const struct sim__entry *x = &a->entries[i], *y = &b->entries[i];
        bool same_key = x->key == NULL ? y->key == NULL : strcmp(x->key, y->key) == 0;
        if (!same_key || !same_nodes(x->value, y->value)) {
            return false;
        }
    }
    return true;
}

/* What a run of it comes to, places aside. */
static uint64_t hash_of(struct sim_scenario *scenario)
{
    struct sim_result result;
    const struct sim_run_options once = {.once = true};
    assert_int_equal(sim_run(scenario, &once, &result), SUP_OK);
    uint64_t hash = result.hash + (uint64_t)result.verdict + result.failure_count;
    sim_result_release(&result);
    return hash;
}

static void compare(const char *path, const struct sim__node *root, const char *text)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenarios[3] = {NULL};
    assert_int_equal(sim_scenario_load(path, &diagnostics, &scenarios[0]), SUP_OK);
    int read = sim__tree_read(root, path, &diagnostics, &scenarios[1]);
    if (read != SUP_OK) {
        print_error("%s: %s", path, diagnostics.text);
    }
    assert_int_equal(read, SUP_OK);
    scenarios[2] = read_good(text);
    bool runs = scenarios[0]->task_count == 0;
    uint64_t wanted = runs ? hash_of(scenarios[0]) : 0;
    for (unsigned i = 1; runs && i < 3; i++) {
        uint64_t found = hash_of(scenarios[i]);
        if (found != wanted) {
            print_error("%s tells another story %s\n", path, i == 1 ? "as a tree" : text);
        }
        assert_int_equal(found, wanted);
    }
    for (unsigned i = 0; i < 3; i++) {
        sim_scenario_free(scenarios[i]);
    }
}

static bool take_file(const char *path)
{
    struct sim_arena *arena = new_arena();
    struct sim_diagnostics diagnostics;
    struct sim__node *root = NULL;
    const char *why;
    struct sim__file file;
    assert_int_equal(sim__file_read(path, &file, &why), SUP_OK);
    const struct sim__reading how = {.alloc = &sup_allocator_libc,
                                     .bytes = file.bytes,
                                     .length = file.length,
                                     .file = path,
                                     .path = path,
                                     .identity = file.identity};
    int result = sim__tree_load(&how, SIM__AS_WRITTEN, arena, &diagnostics, &root);
    if (result == SUP_OK) {
        struct sim__text text = {0};
        sim__tree_write(root, &text);
        struct sim__node *again = load(arena, sim__text_string(&text));
        assert_true(same_nodes(root, again));
        compare(path, root, sim__text_string(&text));
        sim__text_release(&text);
    } else {
        assert_true(diagnostics.shares_only);
    }
    sim_diagnostics_release(&diagnostics);
    free(file.bytes);
    sim__arena_free(arena);
    return result == SUP_OK;
}

static uint32_t walk(const char *directory)
{
    uint32_t files = 0;
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[1024];
        struct stat status;
        size_t length = strlen(entry->d_name);
        int written = snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        assert_true(written > 0 && (size_t)written < sizeof(path));
        assert_int_equal(stat(path, &status), 0);
        if (S_ISDIR(status.st_mode) && entry->d_name[0] != '.') {
            files += walk(path);
        } else if (length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0) {
            files += take_file(path);
        }
    }
    closedir(dir);
    return files;
}

static void tree__every_scenario_tells_the_same_story_when_it_is_written(void **state)
{
    (void)state;
    uint32_t files = walk("scenarios");
    print_message("%u files\n", files);
    assert_true(files >= 800);
}

/* ---- by hand ---- */

static void tree__what_is_made_is_written_a_service_a_line(void **state)
{
    (void)state;
    struct sim_arena *arena = new_arena();
    struct sim__node *root = sim__tree_map(arena), *services = sim__tree_list(arena);
    sim__tree_put(arena, root, "scenario", sim__tree_number(arena, 1));
    sim__tree_put(arena, root, "name", sim__tree_text(arena, "made", 4));
    sim__tree_put(arena, root, "until", sim__tree_duration(arena, SUP_MS(90500)));
    sim__tree_put(arena, root, "services", services);
    for (unsigned i = 0; i < 9; i++) {
        struct sim__node *service = sim__tree_map(arena);
        sim__tree_put(arena, service, "name", sim__tree_format(arena, "s%u", i));
        sim__tree_put(arena, service, "backoff",
                      sim__tree_pair(arena, "base", sim__tree_word(arena, "10ms")));
        sim__tree_add(arena, services, service);
    }
    for (unsigned i = 0; i < 7; i++) {
        sim__tree_drop(services, 1);
    }
    assert_int_equal(services->count, 2);
    sim__tree_put(arena, services->entries[1].value, "name", sim__tree_word(arena, "last"));
    assert_true(sim__tree_forget(services->entries[1].value, "backoff"));
    assert_false(sim__tree_forget(services->entries[1].value, "backoff"));
    sim__tree_settle(root);
    assert_int_equal(sim__tree_lines(root), 6);
    assert_int_equal(services->entries[1].value->at.line, 6);
    assert_int_equal(root->weight, 1 + 3 + 1 + 4 + 2);
    assert_int_equal(root->height, 5);
    assert_written(root, "scenario: 1\nname: \"made\"\nuntil: 1m30.5s\nservices:\n"
                         "  - {name: s0, backoff: {base: 10ms}}\n  - {name: last}\n");
    sim__arena_free(arena);
}

static void tree__texts_are_quoted_where_they_have_to_be(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } list[] = {
        {"a b", "a b"},
        {"a ", "\"a \""},
        {"-", "\"-\""},
        {"- a", "\"- a\""},
        {"-1", "-1"},
        {"*", "\"*\""},
        {"web-*", "\"web-*\""},
        {"a: b", "\"a: b\""},
        {"a #b", "\"a #b\""},
        {"a,b", "\"a,b\""},
        {"\xc2\xb1"
         "10%",
         "\xc2\xb1"
         "10%"},
        {"%a", "\"%a\""},
        {"...", "\"...\""},
        {"---", "\"---\""},
        {"a\"\\", "\"a\\\"\\\\\""},
        {"\n\t\x01\x7f", "\"\\n\\t\\x01\\x7f\""},
        {"\xc2\x85", "\"\\u0085\""},
        {"\xe2\x80\xa8.", "\"\\u2028.\""},
        {"\xef\xbb\xbf", "\"\\ufeff\""},
        {"\xe2\x82\xac", "\"\xe2\x82\xac\""},
        {"", "\"\""},
    };
    struct sim_arena *arena = new_arena();
    for (size_t i = 0; i < COUNT(list); i++) {
        char wanted[64];
        struct sim__node *word = sim__tree_word(arena, list[i].text);
        struct sim__node *holds = sim__tree_list(arena);
        sim__tree_add(arena, holds, word);
        struct sim__node *root =
            sim__tree_pair(arena, "k", sim__tree_pair(arena, list[i].text, holds));
        (void)snprintf(wanted, sizeof(wanted), "k: {%s: [%s]}\n", list[i].written, list[i].written);
        assert_written(root, wanted);
        struct sim__node *again = load(arena, wanted);
        sim__tree_settle(root);
        assert_true(same_nodes(root, again));
    }
    sim__arena_free(arena);
}

static void tree__a_copy_is_its_own(void **state)
{
    (void)state;
    struct sim_arena *arena = new_arena();
    struct sim__node *root =
        load(arena, "a: &x [1, {b: 2}]\nc: *x\nuntil: 1s\nvary: {until: [2s, 3s]}\n");
    struct sim__node *copy = sim__tree_copy(arena, root);
    sim__tree_add(arena, sim__node_get(copy, "c"), sim__tree_word(arena, "3"));
    sim__tree_put(arena, sim__node_get(copy, "c")->entries[1].value, "b",
                  sim__tree_word(arena, "4"));
    assert_written(root, "a:\n  - 1\n  - {b: 2}\nc:\n  - 1\n  - {b: 2}\nuntil: 1s\n");
    assert_written(copy, "a:\n  - 1\n  - {b: 2}\nc:\n  - 1\n  - {b: 4}\n  - 3\nuntil: 1s\n");
    sim__arena_free(arena);
}

static void tree__a_mistake_is_named_with_its_line(void **state)
{
    (void)state;
    struct sim_arena *arena = new_arena();
    struct sim_diagnostics diagnostics;
    struct sim_scenario *scenario = NULL;
    struct sim__node *root = load(arena, "scenario: 1\nname: x\nservices: [{name: a}, {nam: b}]\n");
    assert_int_equal(sim__tree_read(root, "made", &diagnostics, &scenario), SUP_EINVAL);
    assert_non_null(strstr(diagnostics.text, "made:5:1: error: unknown key `nam`"));
    sim_diagnostics_release(&diagnostics);
    sim__arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree__every_scenario_tells_the_same_story_when_it_is_written),
        cmocka_unit_test(tree__what_is_made_is_written_a_service_a_line),
        cmocka_unit_test(tree__texts_are_quoted_where_they_have_to_be),
        cmocka_unit_test(tree__a_copy_is_its_own),
        cmocka_unit_test(tree__a_mistake_is_named_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

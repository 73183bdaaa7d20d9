/* Fails the n-th allocation of a whole command, in the processes that it makes, too, n = 1, 2, …
 * until there is none left to fail: it says that it is out of memory, with status 2, or says what
 * it says with all its memory, and not a block is lost (heap.h).
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oom/heap.h"
#include "oom/shared.h"
#include "sim/main.h"
#include "sim/run.h"

#define OUTPUT_BYTES 262144u

static const char little[] = "scenario: 1\n"
                             "name: little\n"
                             "until: 9s\n"
                             "services: [{name: a, script: [{fail: {after: 1s}}, run]}]\n"
                             "timeline: [{at: 5s, restart: a}]\n";

static char top[] = "/tmp/oom-command-XXXXXX";
static long *left_over; /* blocks of the command, which is another process */
static int said;        /* where it writes */
static bool reports;    /* runs are reported */
static bool files;      /* what cannot be opened is named */

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void empty(const char *directory)
{
    char path[512];
    DIR *open = opendir(directory);
    assert_non_null(open);
    for (const struct dirent *entry = readdir(open); entry != NULL; entry = readdir(open)) {
        (void)snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        (void)unlink(path); /* `.` and `..` stay */
    }
    (void)closedir(open);
}

/* What one call of the command came to. */
struct told {
    int status;
    long left; /* blocks */
    size_t refused;
    char output[OUTPUT_BYTES]; /* of both streams */
};

/* In a process of its own, as a command has one. */
static _Noreturn void be_command(char *const *arguments)
{
    static char buffer[BUFSIZ]; /* else the stream asks for one, and keeps it */
    int count = 0;
    while (arguments[count] != NULL) {
        count++;
    }
    (void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
    if (dup2(said, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0) {
        _exit(EXIT_FAILURE);
    }
    const long live = heap.live;
    const int status = sim_main(count, (char **)(uintptr_t)arguments, NULL);
    arm(0, false);
    *left_over = heap.live - live;
    (void)fflush(stdout);
    _exit(status);
}

/* How long it took is another number each time. */
static void drop_number(char *output, const char *key)
{
    char *at = strstr(output, key);
    if (at != NULL) {
        at += strlen(key);
        size_t digits = strspn(at, "0123456789");
        memmove(at, at + digits, strlen(at + digits) + 1);
    }
}

/* The same of how long each case took. */
static void drop_times(char *output)
{
    static const char key[] = " time=\"";
    for (char *at = strstr(output, key); at != NULL; at = strstr(at + 1, key)) {
        char *from = at + strlen(key);
        size_t digits = strspn(from, "0123456789.");
        memmove(from, from + digits, strlen(from + digits) + 1);
    }
}

static void call(char *const *arguments, size_t refuse, bool for_good, struct told *told)
{
    int status = 0;
    empty("corpus");
    write_file("corpus/one.yaml", little);
    (void)fflush(NULL);
    assert_int_equal(ftruncate(said, 0), 0);
    *left_over = -1;
    arm_all(refuse, for_good);
    pid_t child = fork();
    if (child == 0) {
        be_command(arguments);
    }
    arm(0, false);
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    told->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    told->left = *left_over;
    told->refused = *heap.refused_by_all;
    ssize_t length = pread(said, told->output, OUTPUT_BYTES - 1, 0);
    assert_true(length >= 0);
    told->output[length] = '\0';
    drop_number(told->output, "\"wall-ns\":");
    drop_number(told->output, "\"a-second\":");
    drop_times(told->output);
}

static bool same(const struct told *a, const struct told *b)
{
    return a->status == b->status && strcmp(a->output, b->output) == 0;
}

/* Of runs that fail for another reason, too, the status is theirs, and a run that had no
 * memory itself has stalled. */
static bool out_of_memory(const struct told *told)
{
    bool said_so = strstr(told->output, "out of memory") != NULL;
    if (reports) {
        return told->status == SIM_EXIT_STALLED ||
               (said_so &&
                (told->status == SIM_EXIT_USAGE || told->status == SIM_EXIT_EXPECTATION));
    }
    /* A run that is drawn and has no memory comes to another end. */
    if (files && (said_so || strstr(told->output, ": Cannot allocate memory\n") != NULL ||
                  strstr(told->output, "did not come to what the results have") != NULL)) {
        return told->status == SIM_EXIT_USAGE;
    }
    return told->status == SIM_EXIT_USAGE &&
           strstr(told->output, "rehearse: out of memory\n") != NULL;
}

/* The digests that place a difference between two runs may do without their memory: a single
 * refusal then changes nothing. Nothing else may. */
#define BENIGN_MAX 1u

static void sweep(char *const *arguments, bool for_good, unsigned benign_max)
{
    static struct told whole, told;
    unsigned benign = 0;
    call(arguments, 0, false, &whole);
    assert_null(strstr(whole.output, "out of memory"));
    assert_int_equal(whole.left, 0);
    for (size_t n = 1;; n++) {
        call(arguments, n, for_good, &told);
        bool good = out_of_memory(&told) ||
                    (same(&told, &whole) && (told.refused == 0 || benign++ < benign_max));
        if (!good || told.left != 0) {
            fail_msg("with request %zu refused, status %d, %ld blocks are left: %s", n, told.status,
                     told.left, told.output);
        }
        if (told.refused == 0) {
            assert_true(same(&told, &whole));
            assert_true(n > 100);
            return;
        }
    }
}

#define COMMAND(...) ((char *[]){(char[]){"rehearse"}, __VA_ARGS__, NULL})
#define WORD(text) ((char[]){text})

static void fuzz__with_a_corpus_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    char **fuzz = COMMAND(WORD("fuzz"), WORD("--corpus"), WORD("corpus"), WORD("--seeds"),
                          WORD("3..4"), WORD("--relations"), WORD("all"), WORD("--json"));
    sweep(fuzz, false, BENIGN_MAX);
    sweep(fuzz, true, 0);
}

static void shrink__with_a_relation_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    char **shrink = COMMAND(WORD("shrink"), WORD("--relation"), WORD("unrelated-service:917"),
                            WORD("little.yaml"));
    sweep(shrink, false, BENIGN_MAX);
    sweep(shrink, true, 0);
}

static const char varied[] =
    "scenario: 1\n"
    "name: varied\n"
    "vary: {services.a.backoff.base: [1s, 2s], services.a.backoff.max: [3s]}\n"
    "services: [{name: a, backoff: {base: 1s}, script: [fail, run]}]\n"
    "measures: {up: {from: {at: 0s}, until: {service: a, is: {starts: 2}}}}\n";
static const char composed[] = "services: {a: {restart: always, depends_on: [a]}}\n";

static void plan__of_sources_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    char **plan = COMMAND(WORD("plan"), WORD("--json"), WORD("--set"), WORD("stop-timeout=3"),
                          WORD("--set"), WORD("services.a.backoff.base=1s"), WORD("compose.yaml"));
    sweep(plan, false, 0);
    sweep(plan, true, 0);
}

static void compare__of_sources_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep(COMMAND(WORD("compare"), WORD("docker"), WORD("compose.yaml")), false, 0);
}

static const char failing[] = "scenario: 1\n"
                              "name: failing\n"
                              "services: [{name: a, script: [{fail: {}, times: 2}, run]}]\n"
                              "expect: [{at: end, service: a, is: {starts: 4}}]\n"
                              "measures: {starts: {tally: {event: attempt-started}}}\n";

/* What it writes is whole, or it says that it is not. */
static void run__each_report_nth_allocation_fails_it_is_whole(void **state)
{
    (void)state;
    char *forms[][4] = {
        {WORD("--github"), WORD("--once"), WORD("failing.yaml"), WORD("wrong.yaml")},
        {WORD("--summary"), WORD("-"), WORD("failing.yaml"), WORD("wrong.yaml")},
        {WORD("--junit"), WORD("-"), WORD("failing.yaml"), WORD("wrong.yaml")},
        {WORD("--badge"), WORD("-"), WORD("failing.yaml"), WORD("wrong.yaml")},
    };
    reports = true;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char **form = forms[i];
        char **run = COMMAND(WORD("run"), WORD("-q"), WORD("--once"), WORD("--seeds"), WORD("1..2"),
                             form[0], form[1], form[2], form[3]);
        sweep(run, false, UINT_MAX);
    }
    reports = false;
}

/* Of results of runs: tables, a page, CSV, and pages of the runs. */
static void report__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    static struct told told;
    call(COMMAND(WORD("run"), WORD("-q"), WORD("--once"), WORD("--seeds"), WORD("1..1"),
                 WORD("--results"), WORD("r.jsonl"), WORD("varied.yaml"), WORD("failing.yaml")),
         0, false, &told);
    assert_int_equal(told.status, SIM_EXIT_EXPECTATION);
    char **report =
        COMMAND(WORD("report"), WORD("--table"), WORD("--html"), WORD("page.html"), WORD("--csv"),
                WORD("corpus"), WORD("--pages"), WORD("corpus"), WORD("r.jsonl"));
    files = true;
    sweep(report, false, 16 * BENIGN_MAX); /* pages of so many runs at most */
    sweep(COMMAND(WORD("report"), WORD("--html"), WORD("-"), WORD("r.jsonl")), true, 0);
    files = false;
}

/* Away from here, in a directory of the test's own. */
static bool prepare(void)
{
    left_over =
        mmap(NULL, sizeof *left_over, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (left_over == MAP_FAILED || !share_refusals() || mkdtemp(top) == NULL || chdir(top) != 0 ||
        mkdir("corpus", 0777) != 0) {
        perror(top);
        return false;
    }
    said = open("said", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    return said >= 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzz__with_a_corpus_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(shrink__with_a_relation_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(plan__of_sources_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(compare__of_sources_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(run__each_report_nth_allocation_fails_it_is_whole),
        cmocka_unit_test(report__nth_allocation_fails_nothing_is_left),
    };
    if (!prepare()) {
        return EXIT_FAILURE;
    }
    write_file("little.yaml", little);
    write_file("compose.yaml", composed);
    write_file("failing.yaml", failing);
    write_file("varied.yaml", varied);
    write_file("wrong.yaml", "scenario: 1\nname: wrong\nservices: [{name: a, scrip: [run]}]\n");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    empty("corpus");
    empty(".");
    (void)rmdir("corpus");
    (void)rmdir(top);
    return failed;
}

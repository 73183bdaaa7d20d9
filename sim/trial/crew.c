/* A child process that works for its parent; see crew.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "patience.h"
#include "sim/scenario.h"
#include "sup/assert.h"

#define NO_CHILD ((pid_t)0)
#define NANOSECONDS UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)
#define LOOK_EVERY (100 * MILLISECOND)

enum kind { ANSWER, ASSERTION, NO_MEMORY };

/* Before the bytes of a request (of no kind) and of an answer. */
struct head {
    uint64_t length;
    enum kind kind;
};

struct sim__crew {
    struct sim__crew_duty duty;
    bool (*is_over)(void);
    pid_t child; /* NO_CHILD: there is none */
    int socket;
    bool asked;
    volatile uint64_t *mark; /* shared with the child */
    uint64_t seen;           /* of it */
    struct sim__patience patience;
    struct sup_duration took;
    struct sim__text bytes;
};

/* ---- both sides ---- */

static struct sup_instant wall_now(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (struct sup_instant){(uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec};
}

static bool send_all(int descriptor, const void *bytes, size_t length)
{
    const char *from = bytes;
    while (length > 0) {
        ssize_t sent = send(descriptor, from, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            return false;
        }
        from += sent;
        length -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int descriptor, void *bytes, size_t length)
{
    char *to = bytes;
    while (length > 0) {
        ssize_t got = read(descriptor, to, length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        to += got;
        length -= (size_t)got;
    }
    return true;
}

static bool send_framed(int descriptor, enum kind kind, const char *bytes, size_t length)
{
    struct head head;
    memset(&head, 0, sizeof(head));
    head.length = length;
    head.kind = kind;
    return send_all(descriptor, &head, sizeof(head)) && send_all(descriptor, bytes, length);
}

/* The text's room for so many bytes. */
static bool make_room(struct sim__text *text, uint64_t length)
{
    sim__text_clear(text);
    if (length < text->capacity) {
        return true;
    }
    char *bytes = length < SIZE_MAX ? realloc(text->bytes, (size_t)length + 1) : NULL;
    if (bytes == NULL) {
        return false;
    }
    text->bytes = bytes;
    text->capacity = (size_t)length + 1;
    return true;
}

/* What there is no room for is read all the same, so that the next one is found. */
static bool pass_over(int descriptor, uint64_t length)
{
    char bytes[256];
    while (length > 0) {
        size_t part = length < sizeof(bytes) ? (size_t)length : sizeof(bytes);
        if (!receive_all(descriptor, bytes, part)) {
            return false;
        }
        length -= part;
    }
    return true;
}

/* False: there is nobody any more. Without memory the head says so. */
static bool receive_framed(int descriptor, struct head *head, struct sim__text *text)
{
    if (!receive_all(descriptor, head, sizeof(*head))) {
        return false;
    }
    if (!make_room(text, head->length)) {
        head->kind = NO_MEMORY;
        return pass_over(descriptor, head->length);
    }
    if (!receive_all(descriptor, text->bytes, (size_t)head->length)) {
        return false;
    }
    text->length = (size_t)head->length;
    text->bytes[text->length] = '\0';
    return true;
}

/* ---- the child ---- */

static int own_socket = -1; /* of the child that this process is */

void sim__crew_asserted(const char *expression, const char *file, int line)
{
    char message[SIM__CREW_MESSAGE_BYTES];
    if (own_socket < 0) {
        return;
    }
    int length =
        snprintf(message, sizeof(message), "assertion failed: %s (%s:%d)", expression, file, line);
    size_t used = length < 0 ? 0 : (size_t)length;
    used = used < sizeof(message) ? used : sizeof(message) - 1;
    (void)send_framed(own_socket, ASSERTION, message, used);
    _exit(EXIT_FAILURE);
}

static void set_signals(void)
{
    static const int usual[] = {SIGTERM, SIGHUP, SIGPIPE, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_flags = 0};
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_DFL;
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        (void)sigaction(usual[i], &action, NULL);
    }
}

static _Noreturn void serve(const struct sim__crew *crew, int descriptor)
{
    struct sim__text request = {0};
    struct sim__text answer = {0};
    struct head head;
    own_socket = descriptor;
    while (receive_framed(descriptor, &head, &request)) {
        const struct sim__crew_call call = {request.bytes, request.length, &answer,
                                            (uint64_t *)(uintptr_t)crew->mark};
        sim__text_clear(&answer);
        answer.failed = head.kind == NO_MEMORY;
        if (!answer.failed) {
            crew->duty.work(crew->duty.context, &call);
        }
        enum kind kind = answer.failed ? NO_MEMORY : ANSWER;
        if (!send_framed(descriptor, kind, sim__text_string(&answer), answer.length)) {
            break;
        }
        answer.failed = false;
    }
    _exit(EXIT_SUCCESS);
}

static _Noreturn void be_child(const struct sim__crew *crew, pid_t parent, const int pair[2])
{
    const struct rlimit none = {0, 0};
    (void)close(pair[0]);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
    set_signals();
    (void)setrlimit(RLIMIT_CORE, &none);
    serve(crew, pair[1]);
}

/* ---- the parent ---- */

int sim__crew_create(const struct sim__crew_duty *duty, struct sim__crew **ret_crew)
{
    struct sim__crew *crew = calloc(1, sizeof(*crew));
    void *page =
        mmap(NULL, sizeof(*crew->mark), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (crew == NULL || page == MAP_FAILED) {
        free(crew);
        if (page != MAP_FAILED) {
            (void)munmap(page, sizeof(*crew->mark));
        }
        return SUP_ENOMEM;
    }
    crew->duty = *duty;
    crew->socket = -1;
    crew->mark = page;
    *ret_crew = crew;
    return SUP_OK;
}

void sim__crew_watch(struct sim__crew *crew, bool (*is_over)(void))
{
    crew->is_over = is_over;
}

/* How the child ended; it has. */
static int reap(struct sim__crew *crew)
{
    int status = 0;
    SUP_ASSERT(crew->child != NO_CHILD);
    while (waitpid(crew->child, &status, 0) < 0) {
        if (errno != EINTR) {
            status = 0; /* whoever ignores SIGCHLD is not told */
            break;
        }
    }
    (void)close(crew->socket);
    crew->child = NO_CHILD;
    crew->socket = -1;
    crew->asked = false;
    return status;
}

void sim__crew_drop(struct sim__crew *crew)
{
    if (crew->child != NO_CHILD) {
        (void)kill(crew->child, SIGKILL);
        (void)reap(crew);
    }
}

void sim__crew_free(struct sim__crew *crew)
{
    if (crew == NULL) {
        return;
    }
    sim__crew_drop(crew);
    (void)munmap((void *)(uintptr_t)crew->mark, sizeof(*crew->mark));
    sim__text_release(&crew->bytes);
    free(crew);
}

static int make_child(struct sim__crew *crew)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return SUP_ENOMEM;
    }
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        be_child(crew, parent, pair);
    }
    (void)close(pair[1]);
    if (child < 0) {
        (void)close(pair[0]);
        return SUP_ENOMEM;
    }
    crew->child = child;
    crew->socket = pair[0];
    return SUP_OK;
}

int sim__crew_send(struct sim__crew *crew, const char *bytes, size_t length)
{
    SUP_ASSERT(!crew->asked);
    /* One that died meanwhile is made again, once. */
    for (int attempt = 0; attempt < 2; attempt++) {
        int error = crew->child == NO_CHILD ? make_child(crew) : SUP_OK;
        if (error != SUP_OK) {
            return error;
        }
        *crew->mark = 0;
        crew->seen = 0;
        sim__patience_begin(&crew->patience, crew->child, crew->duty.patience, wall_now());
        crew->asked = send_framed(crew->socket, ANSWER, bytes, length);
        if (crew->asked) {
            return SUP_OK;
        }
        sim__crew_drop(crew);
    }
    return SUP_ENOMEM;
}

int sim__crew_descriptor(const struct sim__crew *crew)
{
    return crew->asked ? crew->socket : -1;
}

uint64_t sim__crew_mark(const struct sim__crew *crew)
{
    return *crew->mark;
}

struct sup_duration sim__crew_took(const struct sim__crew *crew)
{
    return crew->took;
}

static void say_death(struct sim__crew_reply *reply, const char *word, const char *message)
{
    (void)snprintf(reply->word, sizeof(reply->word), "%s", word);
    (void)snprintf(reply->message, sizeof(reply->message), "%s", message);
}

static void bury(struct sim__crew *crew, struct sim__crew_reply *reply)
{
    char word[SIM__CREW_WORD_BYTES];
    char message[SIM__CREW_MESSAGE_BYTES];
    int status = reap(crew);
    if (WIFSIGNALED(status)) {
        const char *name = sim_signal_name(WTERMSIG(status));
        (void)snprintf(word, sizeof(word), "SIG%s", name != NULL ? name : "UNKNOWN");
        (void)snprintf(message, sizeof(message), "the process was killed by %s", word);
        say_death(reply, word, message);
    } else {
        (void)snprintf(message, sizeof(message), "the process ended with status %d",
                       WIFEXITED(status) ? WEXITSTATUS(status) : 0);
        say_death(reply, "exit", message);
    }
}

static bool out_of_patience(struct sim__crew *crew, struct sup_instant now)
{
    uint64_t mark = *crew->mark;
    if (mark != crew->seen && !crew->duty.hurried) {
        crew->seen = mark;
        sim__patience_begin(&crew->patience, crew->child, crew->duty.patience, now);
    }
    return sim__patience_is_over(&crew->patience, crew->child, now);
}

static void give_up(struct sim__crew *crew, struct sim__crew_reply *reply)
{
    char message[SIM__CREW_MESSAGE_BYTES];
    char length[48];
    sim__crew_drop(crew);
    (void)snprintf(message, sizeof(message), "no answer after %s of work",
                   sim_duration_format(crew->duty.patience.ns, length));
    say_death(reply, SIM__CREW_HANG, message);
}

static int take_answer(struct sim__crew *crew, struct sim__crew_reply *reply)
{
    struct head head;
    bool whole = receive_framed(crew->socket, &head, &crew->bytes);
    crew->took = sim__patience_used(&crew->patience, crew->child);
    if (!whole) {
        (void)kill(crew->child, SIGKILL); /* does nothing to one that is dead */
        bury(crew, reply);
        return 1;
    }
    if (head.kind == ASSERTION) {
        (void)reap(crew);
        say_death(reply, "assertion", sim__text_string(&crew->bytes));
        return 1;
    }
    crew->asked = false;
    reply->answered = true;
    reply->bytes = crew->bytes.bytes;
    reply->length = crew->bytes.length;
    return head.kind == NO_MEMORY ? SUP_ENOMEM : 1;
}

/* Until then, or until it is time to look whether the child is still at work. */
static int wait_at_most(const struct sim__crew *crew, struct sup_instant now,
                        struct sup_instant until)
{
    uint64_t left = until.ns > now.ns ? until.ns - now.ns : 0;
    if (crew->is_over != NULL && left > LOOK_EVERY) {
        left = LOOK_EVERY;
    }
    uint64_t rest = sim__patience_left(&crew->patience, crew->child).ns;
    left = rest < left ? rest : left;
    uint64_t whole = left / MILLISECOND + (left % MILLISECOND != 0);
    return whole > 1000000 ? 1000000 : (int)whole;
}

int sim__crew_receive(struct sim__crew *crew, struct sup_duration wait,
                      struct sim__crew_reply *ret_reply)
{
    SUP_ASSERT(crew->asked);
    struct sup_instant now = wall_now();
    const struct sup_instant until = sup_instant_add(now, wait);
    struct pollfd polled = {.fd = crew->socket, .events = POLLIN};
    *ret_reply = (struct sim__crew_reply){0};
    for (;;) {
        if (crew->is_over != NULL && crew->is_over()) {
            return 0;
        }
        int ready = poll(&polled, 1, wait_at_most(crew, now, until));
        ret_reply->mark = *crew->mark;
        if (ready > 0) {
            return take_answer(crew, ret_reply);
        }
        now = wall_now();
        if (ready == 0 && out_of_patience(crew, now)) {
            give_up(crew, ret_reply);
            return 1;
        }
        if (ready < 0 || now.ns >= until.ns) {
            return 0;
        }
    }
}

# rehearse: libsup (core/), libsupsim (sim/) and the command rehearse (sim/cli/).
#
# GNU make 4.3 or later. Everything made lands in build/<variant>/; a variant is
# a set of compiler flags, and `make VARIANT=asan TARGET` makes TARGET with them.
# New source and test files are found by their place, nothing has to be listed.
# `make help` lists what a person wants. Plain `make` installs nothing.

VARIANT ?= release
DEVELOPER ?=
prefix ?= /usr/local
DESTDIR ?=
bindir = $(prefix)/bin
libdir = $(prefix)/lib
includedir = $(prefix)/include
mandir = $(prefix)/share/man
datadir = $(prefix)/share/rehearse
docdir = $(prefix)/share/doc/rehearse
bashdir = $(prefix)/share/bash-completion/completions
zshdir = $(prefix)/share/zsh/site-functions
fishdir = $(prefix)/share/fish/vendor_completions.d
FUZZ_SECONDS ?= 60

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules --no-print-directory
export LC_ALL = C

# ---- variants ---------------------------------------------------------------

# Where nobody steps through a program, lines are enough of what a debugger knows (-g1).
# The undefined-behaviour sanitizer must not recover, or a finding would pass.
UBSAN = -fsanitize=undefined -fno-sanitize-recover=all
UBSAN_CLANG = -fsanitize=implicit-conversion,local-bounds
CC_release = gcc
OPT_release = -O2 -g
CC_debug = gcc
OPT_debug = -O0 -g3
CC_clang = clang
# Valgrind 3.19 does not read what clang 14 writes by itself.
OPT_clang = -O2 -g1 -gdwarf-4
CC_asan = gcc
OPT_asan = -O1 -g1 -fno-omit-frame-pointer -fsanitize=address $(UBSAN)
# What only calls the library is compiled for the compiler's sake.
QUICK = $(if $(filter asan ubsan tsan,$(VARIANT)),-O0)
CC_ubsan = clang
OPT_ubsan = -O1 -g1 -fno-omit-frame-pointer $(UBSAN) $(UBSAN_CLANG)
CC_tsan = gcc
OPT_tsan = -O1 -g1 -fno-omit-frame-pointer -fsanitize=thread
CC_coverage = gcc
# Counting atomically costs most of the time, and -pthread asks for it: only where threads are.
OPT_coverage = -O0 -g1 --coverage -fprofile-update=single
COUNTED = $(if $(filter coverage,$(VARIANT)),-fprofile-update=atomic)
CC_profile = gcc
OPT_profile = -O2 -g1 -fprofile-generate -fprofile-update=single
CC_fuzz = clang
CC_canary = gcc
OPT_canary = -O1 -g1 -DSUP_CANARIES -DSUP_PROBES
OPT_fuzz = -O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address $(UBSAN) $(UBSAN_CLANG)

VARIANTS = release debug clang asan ubsan tsan coverage fuzz canary profile
ifeq ($(filter $(VARIANT),$(VARIANTS)),)
$(error unknown VARIANT '$(VARIANT)'; it is one of: $(VARIANTS))
endif

ifeq ($(origin CC),default)
CC = $(CC_$(VARIANT))
endif
CFLAGS ?= $(OPT_$(VARIANT))
# Optimised across files when it is linked, where gcc is the compiler: the core and the rooms of the simulator
# that a run goes through. Objects and archives hold machine code besides, for who links without. `make LTO=`
# is without, and so is everything unoptimised.
LTO := $(if $(filter release,$(VARIANT)),$(if $(filter -O0,$(CFLAGS)),,$(shell scripts/find-lto '$(CC)')))
WARM = core/% $(foreach room,attempt base expect fuzz invariant relation run scenario task trace trial world,sim/$(room)/%)
# `make PGO=1` builds in build/release-trained: of a program that counts, and was made to run the benchmark and
# generated scenarios, the compiler learns what is done most.
PGO ?=
TRAINED = $(if $(PGO),build/profile/trained)
PROFILE = $(if $(PGO),-fprofile-partial-training -Wno-missing-profile -fprofile-use=build/profile/obj/$(<:.c=.gcda))
AR = ar
OBJCOPY = objcopy
PKG_CONFIG ?= pkg-config
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wvla
# Instrumentation makes gcc warn of things that are not there.
ifneq ($(DEVELOPER),)
WARN += $(if $(filter release debug clang ubsan canary,$(VARIANT)),-Werror)
endif

B := build/$(VARIANT)$(if $(PGO),-trained)
VERSION := $(shell sed -n 's/^.define SUP_VERSION "\(.*\)"/\1/p' core/include/sup/sup.h)

# ---- sources, found by their place ------------------------------------------

CORE_SRC := $(sort $(wildcard core/*.c core/os/*.c))
ifeq ($(VARIANT),canary)
CORE_SRC += tests/canaries/choose.c tests/ledger/keep.c
endif
SIM_SRC := $(sort $(filter-out sim/cli/%,$(wildcard sim/*.c sim/*/*.c)))
CLI_SRC := $(sort $(filter-out sim/cli/main.c,$(wildcard sim/cli/*.c)))
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
# One program for each of these; other files beside them are helpers of all.
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
THREADS_SRC := $(sort $(wildcard tests/threads/test_*.c))
PROCESSES_SRC := $(sort $(wildcard tests/processes/test_*.c))
SELFTEST_SRC := $(sort $(wildcard tests/selftest/test_*.c))
PLANTED_SRC := $(sort $(wildcard tests/selftest/fail_*.c))
OOM_SRC := $(sort $(wildcard tests/oom/oom_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))

object = $(patsubst %.c,$(B)/obj/%.o,$(1))
program = $(patsubst %.c,$(B)/%,$(1))

UNIT := $(call program,$(UNIT_SRC))
THREADS := $(call program,$(THREADS_SRC))
PROCESSES := $(call program,$(PROCESSES_SRC))
SELFTEST := $(call program,$(SELFTEST_SRC))
PLANTED := $(call program,$(PLANTED_SRC))
OOM := $(call program,$(OOM_SRC))
FUZZ := $(call program,$(FUZZ_SRC))

LIBSUP := $(B)/libsup.a
LIBSUPSIM := $(B)/libsupsim.a
REHEARSE := $(B)/rehearse
STATIC := $(B)/static/rehearse
LIBS := $(LIBSUPSIM) $(LIBSUP)
# The command with functions that end badly, which its tests run.
PLANTED_CLI := $(B)/tests/cli/planted

# The number of the interface, not of the release: a program runs with every later
# library of the same one. docs/decisions/0007 says what may change under it.
ABI = 1
SHARED_SUP := $(B)/libsup.so.$(ABI)
SHARED_SIM := $(B)/libsupsim.so.$(ABI)
# Instrumented code leaves symbols to the program that it is linked into.
SHARED := $(if $(filter release debug clang,$(VARIANT)),$(SHARED_SIM) $(SHARED_SUP))

# ---- flags ------------------------------------------------------------------

# -iquote, not -I, for private headers: one of ours may share its name with a
# header of the system.
INCLUDE = -Icore/include -Isim/include -iquote .
INCLUDE_TESTS = -iquote core -iquote tests
LIB_FLAGS = $(shell $(PKG_CONFIG) --cflags libfyaml libxxhash 2>/dev/null)
BASE_FLAGS = -std=c11 $(WARN) $(INCLUDE) -pthread $(CPPFLAGS) $(CFLAGS)
# One compilation serves the archives and the shared libraries: with everything hidden
# but the public headers' declarations it costs nothing that could be counted.
PIC = -fPIC -fvisibility=hidden -fno-semantic-interposition
# The pure core sees nothing but C11; the rest may use POSIX.
POSIX = -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64
LINK = $(CC) -pthread $(CFLAGS) $(LTO) $(LDFLAGS) -Wl,--as-needed
# What only tests is linked without, in a fraction of the time.
LINK_PLAIN = $(CC) -pthread $(CFLAGS) $(if $(LTO),-fno-lto) $(LDFLAGS) -Wl,--as-needed
# Of Boost.Context two small functions are taken. Its shared library brings that of C++ with
# it, which every child that acts an attempt would relocate first: 0.6 ms of its 1 ms.
BOOST_ARCHIVE := $(findstring /,$(shell $(CC) -print-file-name=libboost_context.a 2>/dev/null))
BOOST = $(if $(BOOST_ARCHIVE),-l:libboost_context.a,-lboost_context)
LIBS_SHARED = $(shell $(PKG_CONFIG) --libs libfyaml libxxhash 2>/dev/null) -lboost_context $(LDLIBS)
LINK_LIBS = $(shell $(PKG_CONFIG) --libs libfyaml libxxhash 2>/dev/null) $(BOOST) $(LDLIBS)
CMOCKA_LIBS = $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null || echo -lcmocka)

STAMP := $(B)/flags
STAMP_TEXT = $(CC) $(BASE_FLAGS) $(LTO) $(PIC) $(LIB_FLAGS) $(LDFLAGS) $(LDLIBS)
# libsup asks for a C compiler only.
STAMP_CORE := $(B)/flags-core
STAMP_CORE_TEXT = $(CC) $(BASE_FLAGS) $(LTO) $(PIC)

# ---- what a person wants ----------------------------------------------------

.PHONY: all programs static demo test check check-long help
all: programs shared ## build the command, both libraries and the benchmark (build/release)

programs: $(REHEARSE) $(LIBS) $(if $(BENCH_SRC),$(B)/bench)
ifeq ($(B),build/release)
programs: build/rehearse
build/rehearse: $(REHEARSE)
	@ln -sfn release/rehearse $@
endif

.PHONY: shared
shared: $(SHARED) ## the shared libraries; `make build/release/libsup.a` needs a C compiler only

static: $(STATIC) ## build/release/static/rehearse, which needs no library where it runs

demo: ## install what is missing, build, and show what a rehearsal looks like
	@scripts/install-deps build
	@$(MAKE) VARIANT=release programs
	@scripts/demo build/release/rehearse

test: ## unit tests, scenarios and command line, under a minute
	@$(MAKE) VARIANT=$(VARIANT) programs test-programs
	@scripts/tally start
	@status=0; $(MAKE) VARIANT=$(VARIANT) -k run-unit check-scenarios check-cli || status=$$?; \
		scripts/tally finish && exit $$status

check: ## what CI runs: all builds, sanitizers, valgrind, OOM, determinism, selftests
	@scripts/install-deps
	@MAKE='$(MAKE)' MAKEFLAGS= scripts/check $(MAKEOVERRIDES)

check-long: ## what takes longer: every sweep whole, storms, hours of fuzzing; before a release
	@scripts/install-deps long
	@MAKE='$(MAKE)' MAKEFLAGS= scripts/check-long $(MAKEOVERRIDES)

help: ## this list
	@echo 'usage: make [TARGET] [VARIANT=$(subst $(eval) ,|,$(VARIANTS))] [DEVELOPER=1]'
	@sed -n 's/^\([a-z_.-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '  %-22s %s\n' "$$name" "$$text"; done

# ---- tests, each for the variant at hand ------------------------------------

.PHONY: test-programs test-others oom-programs fuzz-programs
test-programs: $(UNIT) $(SELFTEST)
test-others: $(THREADS) $(PROCESSES) $(PLANTED_CLI)
oom-programs: $(OOM)
fuzz-programs: $(FUZZ)

.PHONY: run-unit run-threads run-processes run-all-tests

run-unit: $(UNIT) $(SELFTEST)
	@scripts/run-tests --suite unit $(UNIT)
	$(if $(SELFTEST),@scripts/run-tests --suite selftest $(SELFTEST))
run-threads: $(THREADS) programs
	@scripts/run-tests --suite threads --jobs 1 $(THREADS)
	@JOBS=4 scripts/check-real threads $(REHEARSE)
run-processes: $(PROCESSES) programs
	@REHEARSE=$(REHEARSE) scripts/run-tests --suite processes --jobs 1 $(PROCESSES)
	@JOBS=4 scripts/check-real processes $(REHEARSE) \
		$(if $(filter asan ubsan tsan coverage,$(VARIANT)),env) # instrumented children are slow to start
run-all-tests: run-unit run-threads run-processes check-scenarios

.PHONY: asan ubsan tsan oom faketime fuzz bench bench-instructions coverage
asan: ## unit, thread and process tests and all scenarios under AddressSanitizer and UBSan
	@$(MAKE) VARIANT=asan run-all-tests
ubsan: ## the same under clang's UndefinedBehaviorSanitizer with integer conversions
	@$(MAKE) VARIANT=ubsan run-all-tests
tsan: ## thread tests and the thread executor under ThreadSanitizer
	@$(MAKE) VARIANT=tsan run-threads
oom: ## fail the n-th allocation, n = 1, 2, ... of every constructor and of a whole run
	@$(MAKE) VARIANT=debug run-oom
.PHONY: run-oom
run-oom: $(OOM)
	@scripts/run-tests --suite oom --timeout 300 $(OOM)
faketime: programs ## the thread executor on a clock that runs ten times as fast
	@$(MAKE) VARIANT=$(VARIANT) $(THREADS)
	@scripts/check-faketime $(REHEARSE) $(THREADS)
fuzz: ## libFuzzer on the readers for FUZZ_SECONDS (60) each
	@$(MAKE) VARIANT=fuzz run-fuzz
.PHONY: run-fuzz
run-fuzz: $(FUZZ)
	@scripts/fuzz $(FUZZ_SECONDS) $(FUZZ)
.PHONY: bench-peers
bench: ## the workloads, side by side with a bare event loop; growth, generated scenarios, reading, a large fleet
	@$(MAKE) VARIANT=release programs build/release/peers/events
	@build/release/bench $(BENCH_ARGS)
	@scripts/bench-more $(MORE)
bench-peers: ## the first workload beside libev and ns-3 (installs both)
	@scripts/install-deps --these g++ libev-dev libns3-dev
	@$(MAKE) VARIANT=release programs build/release/peers/libev build/release/peers/ns3
	@scripts/bench-peers $(BENCH_ARGS)
bench-instructions: ## instructions an attempt and a generated scenario, counted by callgrind (FLOORS=--update)
	@$(MAKE) VARIANT=release programs
	@scripts/bench-instructions $(FLOORS)
.PHONY: check-instructions
check-instructions: programs ## the same against what tests/bench/floors says they cost
	@scripts/bench-instructions --check
# Every suite in one count, those that mostly wait beside each other; they go first, since
# programs that they kill while these write down their counts lose what was counted before. What a test says is for
# its own step to judge: instrumented children are slow, and some tests know what is too
# slow. Failed allocations are judged here. The script `memory` fills gigabytes and reaches
# no line that others do not.
coverage: ## lines and branches of core/ and sim/ that all tests together reach, and their floors
	@$(MAKE) VARIANT=coverage programs test-programs test-others oom-programs
	@find build/coverage -name '*.gcda' -delete
	@for suites in "run-threads run-processes check-cli" "check-scenarios check-because" "run-unit"; do \
		NO_TALLY=1 LEAVE_OUT="memory stream malformed moved" $(MAKE) -k -j4 VARIANT=coverage $$suites || \
		echo "failed in the instrumented build: one of $$suites"; done
	@$(MAKE) VARIANT=coverage run-oom
	@scripts/coverage build/coverage

.PHONY: check-memcheck check-helgrind check-drd
check-memcheck: programs test-programs ## unit tests and every scenario once under valgrind memcheck
	@scripts/check-valgrind memcheck $(REHEARSE) $(UNIT)
.PHONY: check-memcheck-scenarios
check-memcheck-scenarios: programs ## every scenario once under valgrind memcheck
	@scripts/check-valgrind memcheck $(REHEARSE)
check-helgrind: programs $(THREADS) ## thread tests and the thread executor under helgrind
	@scripts/check-valgrind helgrind $(REHEARSE) $(THREADS)
check-drd: programs $(THREADS) ## the same under DRD
	@scripts/check-valgrind drd $(REHEARSE) $(THREADS)

.PHONY: check-purity check-table check-layers check-faces check-headers check-style check-determinism check-scenarios check-negative
.PHONY: check-abi check-cli check-examples check-docs check-deps check-prometheus check-seeds
check-purity: ## prove from its symbols that the core touches nothing outside itself
	@scripts/check-purity
check-layers: ## which room of the house may see which
	@scripts/check-layers
check-faces: ## what functions take: instants, lengths and words; five of them
	@scripts/check-faces
check-headers: ## compile every public header alone, with gcc and clang
	@scripts/check-headers
check-table: ## count the starts and stops that go round the state machine's table
	@scripts/check-table
check-style: ## columns, lengths of functions and files, first comments
	@scripts/check-style
check-determinism: ## same traces from other builds, environments and directories
	@$(MAKE) VARIANT=release programs
	@$(MAKE) VARIANT=debug programs
	@$(MAKE) VARIANT=clang programs
	@scripts/check-determinism
check-scenarios: programs ## run everything under scenarios/
	@scripts/check-scenarios $(REHEARSE)
	@scripts/check-hashes $(REHEARSE)
	@scripts/check-lint $(REHEARSE)
.PHONY: run-scenarios
run-scenarios: programs # the same without what another build of the same sources has shown: hashes and lint
	@scripts/check-scenarios $(REHEARSE)
.PHONY: check-because
check-because: programs ## every decision of every scenario says why, and nothing else does
	@scripts/check-because $(REHEARSE) --selftest
	@scripts/check-because $(REHEARSE)
.PHONY: check-hints
check-hints: programs ## each hint is met by a file or a command line, and following it helps
	@scripts/check-hints $(REHEARSE)
	@scripts/check-hints $(REHEARSE) --self
check-negative: programs $(PLANTED) ## planted faults must be found, each in its stated way
	@scripts/check-negative $(B)
check-cli: programs $(PLANTED_CLI) ## options, output formats and exit statuses of the command
	@scripts/check-cli $(REHEARSE)
check-abi: programs shared ## who is visible, what may change, programs of another age run
	@scripts/check-abi $(B)
check-examples: programs shared ## build and run docs/examples against an installed copy
	@scripts/check-examples $(VARIANT)
check-prometheus: programs $(B)/tests/unit/test_prometheus ## a real parser reads the metrics
	@scripts/check-prometheus $(REHEARSE) $(B)/tests/unit/test_prometheus
check-seeds: programs $(UNIT) ## every file and test that docs/seeds.md names exists and is run
	@scripts/check-seeds $(B)
.PHONY: check-presets
check-presets: programs ## every key of every preset does something, and is what its golden schedule says
	@scripts/check-presets $(REHEARSE)
	@scripts/check-presets $(REHEARSE) --selftest
.PHONY: check-canaries
check-canaries: ## each bug planted in the build of the canaries is found, and no other build has them
	@$(MAKE) VARIANT=release programs
	@$(MAKE) VARIANT=canary programs
	@scripts/check-canaries $(if $(wildcard sim/cli/cmd_fuzz.c),--fuzz)
	@scripts/check-sweep --canaries build/canary/rehearse
.PHONY: coverage-ledger
coverage-ledger: ## which probes and which cells of the phase table scenarios and fuzz reach; none may go dark
	@$(MAKE) VARIANT=canary programs
	@scripts/coverage-ledger $(LEDGER)
.PHONY: check-sweep check-sweep-whole
check-sweep: programs ## a fault at some points of each of the twenty largest scenarios: all are survived
	@scripts/check-sweep $(REHEARSE)
check-sweep-whole: programs ## the same at every point
	@JOBS=$$(nproc) scripts/check-sweep $(REHEARSE) --whole
.PHONY: mutants
mutants: programs test-programs oom-programs ## plant small mistakes in core and sim; each must be found (MUTANTS='--sample N')
	@scripts/mutants $(MUTANTS)
.PHONY: mutants-of-the-tester
mutants-of-the-tester: programs test-programs ## take each check of the tester away, once; a test must notice
	@scripts/mutants-of-the-tester $(MUTANTS)
.PHONY: check-daemons
check-daemons: programs ## start the example daemons, kill parts of them, end them with SIGTERM
	@scripts/check-daemons $(VARIANT)
.PHONY: check-cmake
check-cmake: programs shared ## a CMake project finds what was installed, and uses it
	@scripts/check-cmake $(VARIANT)
.PHONY: check-man
check-man: programs shared ## the manual as it is installed: mandoc's opinion, a page for every name, no word lost
	@scripts/check-man $(VARIANT)
.PHONY: check-dist
check-dist: ## the tarball is the same bytes whoever makes it, when and where
	@scripts/check-dist
.PHONY: check-packages
check-packages: programs shared ## what is handed out, used as by others: manual, tarball, .deb in a clean Debian, static, image
	@scripts/check-packages $(VARIANT) $(PARTS)
.PHONY: check-loops
check-loops: $(LIBSUP) ## the supervisor in other loops: libuv, sd-event, epoll (LOOPS=--memcheck)
	@scripts/check-loops $(VARIANT) $(LOOPS)
.PHONY: check-pages
check-pages: programs ## open pages of runs and reports in a browser, use them, look at them (installs Debian's chromium)
	@scripts/check-pages $(REHEARSE)
	@scripts/check-pages $(REHEARSE) --self

.PHONY: tour check-tour
tour: ## do what docs/tour shows, in a bare Debian, and write down what comes of it
	@scripts/make-tour
check-tour: ## the same again: docs/tour is what comes of it (installs chromium, tmux, nodejs and what packages need)
	@scripts/make-tour --check
.PHONY: check-editors
check-editors: programs ## complete, explain and mark scenario files as an editor does (installs Debian's nodejs and Emacs, npm's yaml-language-server)
	@scripts/check-editors $(REHEARSE)
	@scripts/check-editors $(REHEARSE) --self
.PHONY: check-farms
check-farms: programs ## the recipes for farms: GNU parallel, a Slurm of one node, the types of Kubernetes (installs them)
	@scripts/check-farms $(REHEARSE)
.PHONY: check-machines
check-machines: programs ## the same stories on other machines, with cross compilers and qemu (installs both)
	@scripts/check-machines --self
	@scripts/check-machines
check-docs: programs ## links, and copies of files and outputs in the documentation
	@scripts/check-docs $(REHEARSE)
	@scripts/check-schema $(REHEARSE)
	@scripts/check-citations

# ---- rules ------------------------------------------------------------------

# A missing library is reported by name before the first file is compiled.
$(B)/deps-core: scripts/find-deps
	@mkdir -p $(@D)
	@CC='$(CC)' scripts/find-deps libsup
	@touch $@
$(B)/deps: scripts/find-deps | $(B)/deps-core
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' scripts/find-deps build
	@touch $@
$(B)/deps-tests: scripts/find-deps | $(B)/deps
	@CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' scripts/find-deps tests
	@touch $@

.PHONY: FORCE
$(STAMP): FORCE | $(B)/deps
	@printf '%s\n' '$(subst ','\'',$(STAMP_TEXT))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(STAMP_TEXT))' > $@
$(STAMP_CORE): FORCE | $(B)/deps-core
	@printf '%s\n' '$(subst ','\'',$(STAMP_CORE_TEXT))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(STAMP_CORE_TEXT))' > $@

ifeq ($(V),)
say = @printf '  %-4s %s\n' $(1) $@;
else
say =
endif

$(B)/obj/%.o: EXTRA = $(POSIX) $(LIB_FLAGS) $(PIC)
$(B)/obj/core/%.o: EXTRA = $(PIC)
$(B)/obj/core/os/%.o: EXTRA = $(POSIX) $(PIC) $(COUNTED)
$(B)/obj/sim/real/%.o $(B)/obj/sim/chaos/%.o: EXTRA = $(POSIX) $(LIB_FLAGS) $(PIC) $(COUNTED)
$(B)/obj/tests/%.o: EXTRA = $(POSIX) $(LIB_FLAGS) $(INCLUDE_TESTS) $(QUICK)
# Their own malloc does more than the compiler knows of malloc.
$(B)/obj/tests/oom/%.o: EXTRA = $(POSIX) $(LIB_FLAGS) $(INCLUDE_TESTS) -fno-builtin
# The page's files are taken in by the assembler, of which the compiler's list of what is read says nothing;
# without their comments and what they are indented by, which a browser does not need.
PAGE_FILES = $(addprefix $(B)/page/,$(notdir $(wildcard sim/picture/page/* sim/report/page/*)))
vpath %.html sim/picture/page sim/report/page
vpath %.css sim/picture/page sim/report/page
vpath %.js sim/picture/page sim/report/page
$(PAGE_FILES): $(B)/page/%: % Makefile
	@mkdir -p $(@D)
	@sed -E -e 's/^ +//' -e '\,^/\*.*\*/$$,d' -e '\,^/\*,,\,\*/$$,d' -e '/^$$/d' $< >$@
$(B)/obj/sim/picture/page_files.o $(B)/obj/sim/report/page_files.o: $(PAGE_FILES)
$(B)/obj/sim/picture/page_files.o $(B)/obj/sim/report/page_files.o: EXTRA += -Wa,-I$(B)/page
# Instrumented, these take longer to be compiled than they are at work.
SELDOM = $(foreach room,chaos cli explain fuzz lint picture real relation report schema shrink sweep task trial,sim/$(room)/%)
COMPILE = $(CC) $(BASE_FLAGS) $(if $(filter $(WARM),$<),$(LTO) $(PROFILE)) $(EXTRA) $(if $(filter asan ubsan tsan fuzz,$(VARIANT)),$(if $(filter $(SELDOM),$<),-O0))

build/profile/trained: $(CORE_SRC) $(SIM_SRC) scripts/train
	@$(MAKE) VARIANT=profile PGO= programs
	@scripts/train build/profile && touch $@

$(B)/obj/%.o: %.c $(STAMP) $(TRAINED)
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<
$(B)/obj/core/%.o: core/%.c $(STAMP_CORE) $(TRAINED)
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<
$(B)/obj/tests/%.o: tests/%.c $(STAMP) | $(B)/deps-tests
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<
# The benchmark is part of the product, so it asks for no test library.
$(B)/obj/tests/bench/%.o: tests/bench/%.c $(STAMP)
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<

# The command as one object, of whose names a program that links it sees sim_main alone. (On
# i386 the compiler's own functions by which code finds out where it is are shared by all objects.)
ifneq ($(filter release debug clang,$(VARIANT)),)
COMMAND := $(B)/obj/sim/command-whole.o
$(COMMAND): $(call object,$(CLI_SRC))
	$(call say,LD)$(LD) -r -o $@ $^ && $(OBJCOPY) --wildcard --keep-global-symbol=sim_main \
		--keep-global-symbol=sim_main_assert_failed --keep-global-symbol='__x86.get_pc_thunk.*' $@
else
COMMAND := $(call object,$(CLI_SRC))
endif

# The list of members is a prerequisite: a deleted source leaves the archive. What is for the linker to
# optimise stays out, or each program linked with an archive would be, unasked, in forty times the time.
PLAIN = $(if $(LTO),$(OBJCOPY) --enable-deterministic-archives --wildcard --remove-section='.gnu.lto_*' \
	--remove-section='.gnu.debuglto_*' $@)
$(LIBSUP): $(call object,$(CORE_SRC)) $(B)/members-core
$(LIBSUPSIM): $(call object,$(SIM_SRC)) $(COMMAND) $(B)/members-sim
$(LIBSUP) $(LIBSUPSIM):
	$(call say,AR)rm -f $@ && $(AR) qcsD $@ $(filter %.o,$^) $(if $(LTO),&& $(PLAIN))
# The same with it, by name only, for what is linked here.
WHOLE := $(if $(LTO),$(B)/whole.a,$(LIBS))
$(B)/whole.a: $(call object,$(SIM_SRC) $(CLI_SRC) $(CORE_SRC)) $(B)/members-sim $(B)/members-core
	$(call say,AR)rm -f $@ && $(AR) qcsDT $@ $(filter %.o,$^)
$(B)/members-core: MEMBERS = $(CORE_SRC)
$(B)/members-sim: MEMBERS = $(SIM_SRC) $(CLI_SRC)
$(B)/members-core $(B)/members-sim: FORCE | $(B)/deps-core
	@printf '%s\n' '$(MEMBERS)' | cmp -s - $@ || printf '%s\n' '$(MEMBERS)' > $@

# What is visible stands in the version script, and everything needed is linked.
LINK_SHARED = $(1) -shared -Wl,-soname,$(@F) -Wl,-z,defs -Wl,--version-script=$(filter %.map,$^)
$(SHARED_SUP): $(call object,$(CORE_SRC)) core/libsup.map $(B)/members-core
	$(call say,LD)$(call LINK_SHARED,$(LINK)) -o $@ $(filter %.o,$^)
$(SHARED_SIM): $(call object,$(SIM_SRC) $(CLI_SRC)) $(SHARED_SUP) sim/libsupsim.map $(B)/members-sim
	$(call say,LD)$(call LINK_SHARED,$(LINK_PLAIN)) -o $@ $(filter %.o,$^) $(SHARED_SUP) $(LIBS_SHARED)

$(REHEARSE): $(call object,sim/cli/main.c) $(WHOLE)
	$(call say,LD)$(LINK) -o $@ $^ $(LINK_LIBS)
# Nothing of the system it runs on but the kernel.
$(STATIC): $(call object,sim/cli/main.c) $(WHOLE)
	@mkdir -p $(@D)
	$(call say,LD)$(LINK) -static -s -o $@ $^ $(shell $(PKG_CONFIG) --static --libs libfyaml libxxhash) \
		-lboost_context $(LDLIBS)
$(B)/bench: $(call object,$(BENCH_SRC)) $(WHOLE)
	$(call say,LD)$(LINK) -o $@ $^ $(LINK_LIBS)

# Others' loops, which nothing else of this needs.
$(B)/peers/%: tests/bench/peers/%.c tests/bench/peers/peer.h tests/bench/bench.h tests/bench/rss.h $(STAMP)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -O2 -g -std=c11 -Wall -Wextra -o $@ $< $(if $(filter events,$*),$(LIB_FLAGS) $(LINK_LIBS),-l$(patsubst lib%,%,$*))
$(B)/peers/ns3: tests/bench/peers/ns3.cc tests/bench/peers/peer.h tests/bench/bench.h tests/bench/rss.h $(STAMP)
	@mkdir -p $(@D)
	$(call say,CXX)g++ -O2 -g -std=c++17 -Wall -Wextra -Wno-unused-function -o $@ $< -lns3-core

$(PLANTED_CLI): $(call object,tests/cli/planted.c) $(LIBS)
	@mkdir -p $(@D)
	$(call say,LD)$(LINK_PLAIN) -o $@ $^ $(LINK_LIBS)

# $(1): a directory of tests; of its helpers each program takes what it needs.
define test_rule
HELPERS_$(1) := $$(call object,$$(sort $$(filter-out $(2),$$(wildcard $(1)/*.c))))
$(B)/$(1)/helpers.a: $$(HELPERS_$(1)) | $(B)/deps
	@mkdir -p $$(@D) && rm -f $$@ && $$(AR) qcsD $$@ $$(HELPERS_$(1))
$(B)/$(1)/%: $(B)/obj/$(1)/%.o $(B)/$(1)/helpers.a $(LIBS)
	@mkdir -p $$(@D)
	$$(call say,LD)$$(LINK_PLAIN) $$(WRAP) -o $$@ $$^ $(3) $$(LINK_LIBS)
endef
$(eval $(call test_rule,tests/unit,$(UNIT_SRC),$$(CMOCKA_LIBS)))
$(eval $(call test_rule,tests/threads,$(THREADS_SRC),$$(CMOCKA_LIBS)))
$(eval $(call test_rule,tests/processes,$(PROCESSES_SRC),$$(CMOCKA_LIBS)))
$(eval $(call test_rule,tests/selftest,$(SELFTEST_SRC) $(PLANTED_SRC),$$(CMOCKA_LIBS)))
# One that needs no library, where nobody else needs a library of its variant.
$(B)/alone/%: tests/selftest/%.c $(STAMP)
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(BASE_FLAGS) -o $@ $<
# Stands between the executors and the supervisor's reports.
$(B)/tests/selftest/fail_world: WRAP = -Wl,--wrap=sup_report_end_sized,--wrap=sup_report_beat
comma := ,
# Stands still in the middle of a look at the machine.
$(B)/tests/unit/test_judge: WRAP = -Wl,--wrap=opendir
# Answers the library's calls of the system itself.
$(B)/tests/threads/test_refusals: WRAP = $(addprefix -Wl$(comma)--wrap=,calloc realloc \
	pthread_create pthread_mutex_init pthread_cond_init pthread_condattr_init pthread_attr_init \
	epoll_create1 eventfd timerfd_create signalfd epoll_ctl epoll_wait)
$(eval $(call test_rule,tests/oom,$(OOM_SRC),$$(CMOCKA_LIBS)))
$(eval $(call test_rule,tests/fuzz,$(FUZZ_SRC),-fsanitize=fuzzer))

.SECONDARY:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

# ---- installing and the rest ------------------------------------------------

.PHONY: install install-libsup man-pages completions uninstall dist deb clean format compile_commands.json
MAN_PAGES := $(sort $(wildcard docs/man/*.[1-7]))
SUP_HEADERS := $(sort $(wildcard core/include/sup/*.h core/include/sup/*.hpp))
SIM_HEADERS := $(sort $(wildcard sim/include/sim/*.h))
# A page a header, and the names under which it is found.
HEADER_PAGES = $(shell scripts/man-pages --list $(SUP_HEADERS) $(SIM_HEADERS))
MAN_DATE = $(shell sed -n 's/^\.Dd //p' docs/man/rehearse.1)
DOC_FILES := README.md CHANGELOG.md LICENSE $(sort $(wildcard docs/*.md docs/decisions/*.md docs/cookbook/*.md docs/presets/*.md docs/tour/* docs/ci/*.yml)) \
	$(sort $(wildcard docs/images/*.png)) \
	$(sort $(wildcard $(addprefix docs/examples/,*.c *.cpp *.h *.out *.yaml */*.c */*.h */*.out */*.yaml */CMakeLists.txt) docs/farms/*))
# Where CMake looks, and the way from there to the prefix, whatever libdir is.
cmakedir = $(libdir)/cmake/rehearse
CMAKE_FILES = rehearseConfig.cmake rehearseConfigVersion.cmake
below = $(patsubst $(prefix)/%,%,$(1))
empty :=
UP = $(subst $(empty) ,/,$(foreach part,$(subst /, ,$(call below,$(cmakedir))),..))
INSTALLED_SUP = $(addprefix $(cmakedir)/,$(CMAKE_FILES)) $(libdir)/libsup.a $(libdir)/pkgconfig/libsup.pc \
	$(if $(SHARED),$(libdir)/libsup.so.$(ABI) $(libdir)/libsup.so) \
	$(SUP_HEADERS:core/include/%=$(includedir)/%) $(mandir)/man3/sup.3
INSTALLED_SIM = $(libdir)/libsupsim.a $(libdir)/pkgconfig/libsupsim.pc \
	$(if $(SHARED),$(libdir)/libsupsim.so.$(ABI) $(libdir)/libsupsim.so) \
	$(SIM_HEADERS:sim/include/%=$(includedir)/%) \
	$(bindir)/rehearse $(bashdir)/rehearse $(zshdir)/_rehearse $(fishdir)/rehearse.fish $(datadir)/schema.json $(addprefix $(docdir)/,$(DOC_FILES)) \
	$(foreach page,$(MAN_PAGES),$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
# Directories that are nobody else's, the innermost first.
OWN_DIRS = $(cmakedir) $(includedir)/sup $(includedir)/sim $(datadir) $(docdir)/docs/examples/daemons \
	$(docdir)/docs/examples/cmake \
	$(docdir)/docs/examples/loops $(docdir)/docs/examples/write-behind \
	$(docdir)/docs/examples $(docdir)/docs/images $(docdir)/docs/tour $(docdir)/docs/ci $(docdir)/docs/farms $(docdir)/docs/cookbook $(docdir)/docs/presets $(docdir)/docs/decisions $(docdir)/docs $(docdir)
dirs_of = $(sort $(addprefix $(DESTDIR),$(patsubst %/,%,$(dir $(1)))))

# $(1): the library's name, $(2): where its parts are
define install_library
install -m 644 $(B)/$(1).a $(DESTDIR)$(libdir)
$(if $(SHARED),install -m 755 $(B)/$(1).so.$(ABI) $(DESTDIR)$(libdir))
$(if $(SHARED),ln -sfn $(1).so.$(ABI) $(DESTDIR)$(libdir)/$(1).so)
umask 022 && sed -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(libdir)|' -e 's|@includedir@|$(includedir)|' \
	-e 's|@version@|$(VERSION)|' $(2)/$(1).pc.in > $(DESTDIR)$(libdir)/pkgconfig/$(1).pc
endef

install: install-libsup programs $(SHARED) ## all of it; honours prefix and DESTDIR
	install -d $(call dirs_of,$(INSTALLED_SIM))
	install -m 755 $(REHEARSE) $(DESTDIR)$(bindir)/rehearse
	$(call install_library,libsupsim,sim)
	install -m 644 $(SIM_HEADERS) $(DESTDIR)$(includedir)/sim
	for page in $(MAN_PAGES); do install -m 644 $$page $(DESTDIR)$(mandir)/man$${page##*.}/ || exit 1; done
	install -m 644 scenarios/schema.json $(DESTDIR)$(datadir)/schema.json
	install -m 644 build/man/sim*.3 $(DESTDIR)$(mandir)/man3
	install -m 644 docs/completions/rehearse.bash $(DESTDIR)$(bashdir)/rehearse
	install -m 644 docs/completions/rehearse.zsh $(DESTDIR)$(zshdir)/_rehearse
	install -m 644 docs/completions/rehearse.fish $(DESTDIR)$(fishdir)/rehearse.fish
	scripts/install-docs '$(DESTDIR)$(docdir)' '$(includedir)' '$(datadir)/schema.json' $(DOC_FILES)

install-libsup: $(LIBSUP) $(filter $(SHARED_SUP),$(SHARED)) man-pages ## libsup alone: needs a C compiler only
	install -d $(call dirs_of,$(INSTALLED_SUP))
	$(call install_library,libsup,core)
	install -m 644 $(SUP_HEADERS) $(DESTDIR)$(includedir)/sup
	install -m 644 build/man/sup*.3 build/man/libsup.3 $(DESTDIR)$(mandir)/man3
	umask 022; for file in $(CMAKE_FILES); do sed -e 's|@up@|$(UP)|' -e 's|@lib@|$(call below,$(libdir))|' \
		-e 's|@include@|$(call below,$(includedir))|' -e 's|@bin@|$(call below,$(bindir))|' -e 's|@abi@|$(ABI)|' \
		-e 's|@version@|$(VERSION)|' -e "s|@word@|$$(echo __SIZEOF_POINTER__ | $(CC) $(CFLAGS) -E -P -)|" \
		core/$$file.in >'$(DESTDIR)$(cmakedir)'/$$file || exit 1; done

# Kept, since what is made for another machine cannot be asked.
completions: programs ## docs/completions anew, after a change of commands or options
	@for shell in bash zsh fish; do $(REHEARSE) completions $$shell >docs/completions/rehearse.$$shell || exit 1; done

man-pages: ## the headers as manual pages, in build/man
	@rm -rf build/man
	@scripts/man-pages build/man '$(MAN_DATE)' $(SUP_HEADERS) $(SIM_HEADERS)

uninstall: ## remove what install put there, and the directories that were its own
	rm -f $(addprefix $(DESTDIR),$(INSTALLED_SUP) $(INSTALLED_SIM))
	[ ! -d '$(DESTDIR)$(mandir)/man3' ] || { cd '$(DESTDIR)$(mandir)/man3' && rm -f $(HEADER_PAGES); }
	@for dir in $(addprefix $(DESTDIR),$(OWN_DIRS)); do \
		[ ! -d "$$dir" ] || rmdir "$$dir" || echo "left: $$dir"; done

deb: dist ## Debian packages in build/deb, built from the tarball
	@scripts/deb build/rehearse-$(VERSION).tar.gz build/deb

dist: ## build/rehearse-VERSION.tar.gz from the committed tree, the same bytes every time
	@scripts/dist $(VERSION)

clean: ## remove build/
	rm -rf build compile_commands.json

format: ## clang-format on the lines that differ from the last commit
	@scripts/format

# From the same variables as the rules, so that editors see the same flags.
SOURCES = $(CORE_SRC) $(SIM_SRC) $(CLI_SRC) $(UNIT_SRC) $(THREADS_SRC) $(PROCESSES_SRC) \
	$(SELFTEST_SRC) $(PLANTED_SRC) $(OOM_SRC) $(BENCH_SRC) $(FUZZ_SRC)
compile_commands.json: ## for clangd and clang-tidy
	@printf '%s\n' $(SOURCES) | scripts/compile-commands \
		'$(CC) $(BASE_FLAGS) $(POSIX) $(LIB_FLAGS) $(INCLUDE_TESTS)' > $@
	@echo $@

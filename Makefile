# Everything a checkout needs; `make help` lists it. Asks for python3 (3.11 or later) with venv, and uses a C compiler if there is one.

PYTHON ?= python3
VENV   ?= .venv
WHEELS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/outcry/wheels
ARGS   ?=
SEQUENCES ?= 10000
FAULT_SEEDS ?= 10000

BIN  := $(VENV)/bin
PIP  := OUTCRY_COMPILE=0 $(BIN)/python -m pip --disable-pip-version-check --quiet
GET  := $(PIP) install --constraint constraints.txt
BASE := $(VENV)/.installed
CODE := $(patsubst %/__init__.py,%,$(wildcard */__init__.py))
PXD  := $(wildcard $(CODE:%=%/*.pxd) $(CODE:%=%/*/*.pxd))
HOT  := $(wildcard $(PXD:.pxd=.py))
# Compiled modules whose source is gone would still be imported: that they exist is reason enough to build again.
ORPHANS := $(filter-out $(wildcard $(HOT:.py=.*so)),$(wildcard $(CODE:%=%/*.so) $(CODE:%=%/*/*.so)))
# The stamp's name holds the wish (OUTCRY_COMPILE), so that another wish builds again.
WISH     := $(or $(OUTCRY_COMPILE),always)
COMPILED := build/compiled-$(WISH)

.DEFAULT_GOAL := help
.PHONY: force help install compile run demo test test-compiled test-plain rules soak check format fuzz interop conformance bench nasty resend crowd clean

help:  ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: $(BASE)  ## make .venv with what running needs

compile: $(COMPILED)  ## compile the hot modules (OUTCRY_COMPILE=0: remove them)

run: $(COMPILED)  ## start the venue; ARGS="--fix-port 9878 ..." are passed on, here and below
	@$(BIN)/outcry run $(ARGS)

demo: $(COMPILED)  ## two clients trade against the running venue
	@$(BIN)/outcry demo $(ARGS)

test: test-compiled test-plain  ## the test suite, once compiled and once as plain Python

test-compiled: $(COMPILED) $(VENV)/.with-test
	OUTCRY_FORM=compiled $(BIN)/pytest --ignore=tests/interop $(ARGS)

# tests/plain makes Python overlook the compiled modules, in this process and in those it starts.
test-plain: $(VENV)/.with-test
	OUTCRY_FORM=plain PYTHONPATH=$(CURDIR)/tests/plain $(BIN)/pytest --ignore=tests/interop $(ARGS)

rules: $(COMPILED) $(VENV)/.with-test  ## a line for each rule of specs/rules.md: which test shows it, and whether it holds
	OUTCRY_FORM=compiled $(BIN)/pytest -q -p tests.rules --no-header --tb=short --ignore=tests/interop $(ARGS)

# The suite's random runs at length, SEQUENCES of each; OUTCRY_SEED repeats a run.
soak: $(COMPILED) $(VENV)/.with-test  ## random days by the ten thousand against the naive exchange, and failing machines
	@export OUTCRY_SEQUENCES=$(SEQUENCES) OUTCRY_SEED=$${OUTCRY_SEED:-$$($(BIN)/python -c 'import random; print(random.randrange(2**32))')}; \
	soak="$(BIN)/pytest -o timeout=0 --hypothesis-seed=$$OUTCRY_SEED tests/engine/test_naive.py tests/risk/test_naive.py"; \
	OUTCRY_FORM=compiled $$soak $(ARGS) && OUTCRY_FORM=plain PYTHONPATH=$(CURDIR)/tests/plain $$soak $(ARGS)
	OUTCRY_FAULT_SEEDS=$(FAULT_SEEDS) OUTCRY_FORM=compiled $(BIN)/pytest -o timeout=0 -s tests/simulation/test_faults.py

check: $(COMPILED) $(VENV)/.with-test $(VENV)/.with-dev  ## style, types, layers and house rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_house_rules.py

format: $(VENV)/.with-dev  ## let ruff lay out and repair the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

interop: $(COMPILED) $(VENV)/.with-test $(VENV)/.with-interop  ## other FIX engines as clients (QuickFIX's first build takes minutes)
	$(BIN)/pytest tests/interop tests/fix/test_quickfix_agreement.py tests/fix/test_dictionary.py $(ARGS)

fuzz: $(COMPILED) $(VENV)/.with-test  ## mutated messages through the session; ARGS="-n 5000000 --seed 1"
	@$(BIN)/python -m tests.fuzz $(ARGS)

conformance: $(COMPILED) $(VENV)/.with-test  ## our scenarios of the public list of FIX session test cases, against a venue
	OUTCRY_FORM=compiled $(BIN)/pytest tests/conformance $(ARGS)

bench: $(COMPILED)  ## messages per second and latency, next to QuickFIX if the interop extra is installed
	@$(BIN)/python -m loadtests.bench $(ARGS)

nasty: $(COMPILED)  ## what a healthy client notices of nasty ones; ARGS="garbage resend"
	@$(BIN)/python -m loadtests.nasty $(ARGS)

resend: $(COMPILED)  ## a client asks for half a million messages again, and each is compared; ARGS="-n 5000"
	@$(BIN)/python -m loadtests.resend $(ARGS)

crowd: $(COMPILED)  ## 1,000 sessions with heartbeats, 200 that trade together
	@$(BIN)/python -m loadtests.crowd $(ARGS)

$(BASE): pyproject.toml setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(GET) 'setuptools>=77' cython
	$(GET) --no-build-isolation --editable .
	@touch $@

$(VENV)/.with-%: $(BASE)
	$(GET) --no-build-isolation --editable '.[$*]'
	@touch $@

# There is no wheel of quickfix: it is built once per version and Python, and kept.
$(VENV)/.with-interop: $(BASE)
	@mkdir -p $(WHEELS)
	$(PIP) wheel --constraint constraints.txt --no-deps --find-links $(WHEELS) --wheel-dir $(WHEELS) quickfix
	$(GET) --find-links $(WHEELS) --no-build-isolation --editable '.[interop]'
	@touch $@

# Engine and risk play a sample first, compiled so that they write down what they do (setup.py).
build/profiled: $(BASE)
	@OUTCRY_COMPILE=always OUTCRY_PROFILE=write $(BIN)/python setup.py --quiet build_ext --inplace --force
	@if ls engine/*.so >/dev/null 2>&1; then $(BIN)/python -m loadtests.training; fi
	@find engine risk -name '*.so' -delete
	@mkdir -p $(@D) && touch $@

$(COMPILED): $(BASE) $(if $(filter 0,$(WISH)),,build/profiled) $(PXD) $(HOT) $(if $(ORPHANS),force)
	@rm -f build/compiled-*
	@OUTCRY_COMPILE=$(WISH) $(BIN)/python setup.py --quiet build_ext --inplace $(if $(filter $(BASE),$?),--force)
	@mkdir -p $(@D) && touch $@

clean:  ## remove what was built (neither .venv nor var)
	rm -rf build *.egg-info
	find $(CODE) \( -name '*.so' -o -name '*.pyd' \) -delete

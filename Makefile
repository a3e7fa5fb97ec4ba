# Everything a checkout needs: `make run` starts the venue, `make help` lists the rest. Asks only for python3 (>= 3.11) with venv.

PYTHON ?= python3
VENV   ?= .venv
WHEELS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/outcry/wheels
ARGS   ?=

BIN  := $(VENV)/bin
PIP  := OUTCRY_COMPILE=0 $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
CODE := admin engine fix gateway marketdata persistence risk
BASE := $(VENV)/.installed
# The stamp's name holds the wish, so that changing the wish rebuilds.
COMPILED := build/compiled-$(or $(OUTCRY_COMPILE),always)
PXD  := $(wildcard $(CODE:%=%/*.pxd) $(CODE:%=%/*/*.pxd))
HOT  := $(wildcard $(PXD:.pxd=.py))
# Compiled modules whose source is gone: they would still be imported, so their being there rebuilds too.
ORPHANS := $(filter-out $(wildcard $(HOT:.py=.*so)),$(wildcard $(CODE:%=%/*.so) $(CODE:%=%/*/*.so)))

.DEFAULT_GOAL := help
.PHONY: force help install compile run demo test test-compiled test-plain check format interop bench clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/:/' | column -t -s :

install: $(BASE)  ## make .venv with what running needs

compile: $(COMPILED)  ## translate and compile the hot modules

run: $(COMPILED)  ## start the venue (ARGS="--fix-port 9878 ...")
	@$(BIN)/outcry run $(ARGS)

demo: $(COMPILED)  ## two clients trade against the running venue
	@$(BIN)/outcry demo $(ARGS)

test: test-compiled test-plain  ## the whole suite, once compiled and once as plain Python

test-compiled: $(COMPILED) $(VENV)/.with-test
	OUTCRY_FORM=compiled $(BIN)/pytest $(ARGS)

# tests/plain makes Python overlook the compiled modules, in this process and in those it starts.
test-plain: $(BASE) $(VENV)/.with-test
	OUTCRY_FORM=plain PYTHONPATH=$(CURDIR)/tests/plain $(BIN)/pytest $(ARGS)

$(BASE): pyproject.toml setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) 'setuptools>=77' cython
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.with-%: $(BASE)
	$(PIP) --no-build-isolation --editable '.[$*]'
	@touch $@

$(COMPILED): $(BASE) $(PXD) $(HOT) $(if $(ORPHANS),force)
	@rm -f build/compiled-*
	OUTCRY_COMPILE=$(or $(OUTCRY_COMPILE),always) $(BIN)/python setup.py --quiet build_ext --inplace $(if $(filter $(BASE),$?),--force)
	@mkdir -p $(@D) && touch $@

clean:  ## remove what was built (not .venv, not var/)
	rm -rf build *.egg-info
	find $(wildcard $(CODE)) \( -name '*.so' -o -name '*.pyd' \) -delete

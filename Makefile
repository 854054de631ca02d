# Wavehouse. `make demo` and `make test` need python 3.11 or newer, make and a package registry; nothing else.
#
#   make demo     a sample catalogue through the whole pipeline, in ./wavehouse-demo (again: nothing new)
#   make test     all tests; ARGS= is handed to pytest, as in: make test ARGS="tests/query -x"
#   make nightly  those tests again that go further by night: more examples, kills and failures, others each night
#   make test ARGS="tests/pipeline --engine spark"  the behaviour of runs, with Spark (slow)
#   make lint     ruff, its formatter, mypy and the import contracts
#   make checkov  holds what 'wavehouse aws plan' writes against checkov's rules for templates
#   make bench    the speed of runs; that of batches: .venv/bin/python -m benchmarks.incremental_speed
#   make screenshots  pictures of every page of the console, in light and dark, in ./screenshots (needs Chromium)
#   make lock     writes requirements/*.txt anew, keeping versions that still fit; UPGRADE=1 takes the newest
#   make clean    removes all that make has made
#
# PYTHON= names the interpreter to build .venv with; else the first of these that is new enough and can make one.
PYTHONS := python3.13 python3.12 python3.11 python3

SHELL := /bin/sh
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
.PHONY: demo test nightly lint checkov bench screenshots lock clean FORCE

# What a shell or a user's own configuration may have set must not reach into .venv, nor keep its bytecode from being
# kept: a process would compile the package anew, and the tests start many.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PIP_TARGET PIP_PREFIX PIP_REQUIREMENT PIP_CONSTRAINT
export PIP_USER := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet

demo: .venv/ready-to-run
	$(BIN)/wavehouse demo wavehouse-demo

# A file's tests stay on one worker, since its fixtures are made once; more than four workers only eat memory.
# (The order is that of tests/conftest.py.)
test: .venv/ready-to-test
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

NIGHTLY := tests/crash tests/flow tests/pipeline/test_any_order.py tests/pipeline/test_engines_agree.py \
  tests/pipeline/test_java_reader.py tests/pipeline/schedules tests/quality tests/staging
nightly:
	HYPOTHESIS_PROFILE=nightly $(MAKE) test ARGS="$(NIGHTLY) $(ARGS)"

lint: .venv/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# checkov needs an older client of AWS than we do, and so an environment of its own. (It would ask a server of its
# makers for advice on what it finds, and nothing is to leave this machine.)
checkov: .venv/ready-to-test .venv-checkov/ready
	for stage in dev prod; do \
	  $(BIN)/wavehouse aws plan --stage $$stage --rows 0 -o .cache/aws/$$stage --json >/dev/null && \
	  .venv-checkov/bin/checkov -f .cache/aws/$$stage/template.json --framework cloudformation \
	    --skip-download --compact --quiet || exit 1; \
	done

bench: .venv/ready-to-test
	$(BIN)/python benchmarks/run_speed.py $(ARGS)

screenshots: .venv/ready-to-test
	$(BIN)/python -m benchmarks.console_pictures $(ARGS)

# --no-config: a user's own index or find-links must not leave its hashes or its address in a lock.
LOCK := $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header -c requirements/limits.in $(if $(UPGRADE),--upgrade)

lock: .venv/ready-to-test
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) requirements/build.in -c requirements/run.txt -o requirements/build.txt
	$(LOCK) pyproject.toml requirements/build.in requirements/dev.in \
	  -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt
	$(LOCK) requirements/checkov.in -o requirements/checkov.txt

clean:
	rm -rf .venv .venv-checkov .cache wavehouse-demo screenshots dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# One .venv, filled in two steps so that a demo does not wait for the linters. build.txt is hatchling, from which the
# package installs itself without an isolated build, that is without downloads outside the locks; dev.txt contains
# both other locks. The files ready-to-* say what is in it, and a lock newer than they are is installed again.
.venv/ready-to-run: .venv/made-for requirements/run.txt requirements/build.txt pyproject.toml
	@echo "Installing what wavehouse needs into .venv (once; about a minute) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-test: .venv/made-for requirements/dev.txt pyproject.toml
	@echo "Installing what the tests and linters need into .venv (once; about a minute) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/ready-to-run

.venv-checkov/ready: requirements/checkov.txt .venv/made-for
	@echo "Installing checkov into .venv-checkov (once; about a minute) ..."
	@$(BIN)/python -m venv --clear .venv-checkov
	@.venv-checkov/bin/python -m pip --quiet install --require-hashes -r requirements/checkov.txt
	@touch $@

# A .venv counts as absent, and is made anew, when its python does not run or is too old, when it was made elsewhere
# (the folder has been moved) or by something else, and when PYTHON= now asks for another version.
MIN := import sys; sys.exit(sys.version_info < (3, 11))
VERSION := import sys; print(sys.version)
USABLE := $(shell test "$$(cat .venv/made-for 2>/dev/null)" = "$$(pwd -P)" \
  && $(BIN)/python -c '$(MIN)' >/dev/null 2>&1 && $(BIN)/python -m pip --version >/dev/null 2>&1 \
  && { test -z '$(PYTHON)' || test "$$('$(PYTHON)' -c '$(VERSION)')" = "$$($(BIN)/python -c '$(VERSION)')"; } \
  && echo yes)

# Whether an interpreter can make a virtual environment is known by trying: Debian may leave out ensurepip, a pyenv
# shim may name a version that is not there.
.venv/made-for: $(if $(USABLE),,FORCE)
	@tried=; \
	for python in $(if $(PYTHON),'$(PYTHON)',$(PYTHONS)); do \
	  found=$$(command -v "$$python") || { tried="$$tried\n  $$python: not found"; continue; }; \
	  said=$$("$$found" -c 'import sys; print(sys.version.split()[0])' 2>&1) \
	    || { tried="$$tried\n  $$found: does not start"; continue; }; \
	  "$$found" -c '$(MIN)' || { tried="$$tried\n  $$found: is $$said, older than 3.11"; continue; }; \
	  "$$found" -c 'import ensurepip, sqlite3, ssl, venv, zlib' >/dev/null 2>&1 \
	    || { tried="$$tried\n  $$found: lacks one of ensurepip, sqlite3, ssl, venv, zlib"; continue; }; \
	  "$$found" -m venv --clear .venv >/dev/null 2>&1 \
	    || { tried="$$tried\n  $$found: could not make a virtual environment"; continue; }; \
	  pwd -P > $@; \
	  exit 0; \
	done; \
	printf '%b\n' "No python 3.11 or newer that can make a virtual environment:$$tried" >&2; \
	echo "Install one (Debian and Ubuntu: python3 and python3-venv), or name one: make PYTHON=/path/to/python3" >&2; \
	exit 1

FORCE:

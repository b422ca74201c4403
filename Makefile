# Two commands are enough: make chat, make test. Every target sets up what it needs and says so on stderr.
#
#   make index DOCS=folder     make ask Q="..."     make search Q="..."

.DEFAULT_GOAL := help
.PHONY: help chat index ask search evaluate bench stress doctor test check models FORCE
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

DOCS ?=
Q ?=
# The question reaches the program as it was typed, whatever quotes or dollars are in it.
export QUESTION = $(value Q)

VENV := .venv
PY := $(VENV)/bin/python
KB := $(PY) -m kb
EVERYTHING := .[models,evaluation,dev]

# Stamps are believed only while the interpreter behind them starts.
ALIVE := $(shell $(PY) -c '' 2>/dev/null && echo yes)
AGAIN := $(if $(ALIVE),,FORCE)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

chat: $(VENV)/.core ## ask questions; the first time it installs and indexes storage/documents
	@$(KB) chat

index: $(VENV)/.core ## bring the index in line with storage/documents and known folders, or DOCS=folder
	@$(KB) index $(if $(DOCS),"$(DOCS)")

ask: $(VENV)/.core ## one answer: make ask Q="..."
	@test -n "$$QUESTION" || { echo 'make ask Q="your question"' >&2; exit 2; }
	@$(KB) ask -- "$$QUESTION"

search: $(VENV)/.core ## the passages that fit: make search Q="..."
	@test -n "$$QUESTION" || { echo 'make search Q="what to look for"' >&2; exit 2; }
	@$(KB) search -- "$$QUESTION"

models: $(VENV)/.models ## install what language models and your own embedding models need, and list the models
	@$(KB) models

doctor: $(VENV)/.core ## examine this machine
	@$(KB) doctor

evaluate: $(VENV)/.all ## score retrieval, quotes and refusals on held-out questions
	@$(KB) evaluate

bench: $(VENV)/.all ## measure speed and memory beside plain LlamaIndex
	@echo 'bench: measuring ours and plain LlamaIndex in turn, in fresh processes' >&2
	@$(PY) -m tests.benchmarks

test: $(VENV)/.all ## run the tests
	@echo 'test: running the tests' >&2
	@$(PY) -m pytest -m 'not stress'

stress: $(VENV)/.all ## run the long proofs: kills, random operations
	@echo 'stress: running the long proofs with their full counts' >&2
	@$(PY) -m pytest -m stress -s

check: $(VENV)/.all ## lint, format, types, layers, and what the README says
	@echo 'check: ruff' >&2
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@echo 'check: types' >&2
	@$(PY) -m mypy
	@echo 'check: layers' >&2
	@$(VENV)/bin/python -c 'from importlinter.cli import lint_imports_command as run; run()'
	@echo 'check: the house' >&2
	@$(PY) -m pytest tests/test_house.py

# What the product needs. A marker outlives an interrupted installation, so that the next run begins afresh.
$(VENV)/.core: pyproject.toml constraints.txt $(AGAIN)
	@echo 'setup: installing kb into $(VENV) (once, one or two minutes)' >&2
	$(call install,.)

# What every other model needs beside it.
$(VENV)/.models: pyproject.toml constraints.txt $(AGAIN)
	@echo 'setup: installing model libraries into $(VENV) (once, a few minutes)' >&2
	$(call install,.[models])
	@touch $(VENV)/.core

# And what the tests and measurements need beside it.
$(VENV)/.all: pyproject.toml constraints.txt $(AGAIN)
	@echo 'setup: installing kb with model libraries, measuring and test tools into $(VENV) (once, a few minutes)' >&2
	$(call install,$(EVERYTHING))
	@touch $(VENV)/.core $(VENV)/.models

define install
@set -e; \
if [ -e $(VENV)/.installing ] || ! $(PY) -m pip --version >/dev/null 2>&1; then $(new_venv); fi; \
touch $(VENV)/.installing; \
$(PY) -m pip install -qq --disable-pip-version-check -c constraints.txt -e '$(1)' >&2; \
rm $(VENV)/.installing; \
touch $@
endef

define new_venv
for python in $(PYTHON) python3.11 python3.12 python3 python; do \
	if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then found=$$python; break; fi; \
done; \
if [ -z "$${found:-}" ]; then echo 'kb needs Python 3.11 or 3.12: install one, or name it with PYTHON=/path/to/python' >&2; exit 1; fi; \
if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then echo "$$found has no venv module: on Debian or Ubuntu, apt install python3-venv" >&2; exit 1; fi; \
$$found -m venv --clear $(VENV)
endef

# `make demo` and `make test` do all set-up themselves: Python 3.11 or newer and make are enough.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: demo test lint types lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    set up and start a living district"
	@echo "make test    set up and run the tests"
	@echo "make lint    ruff and formatting      make types   mypy --strict on src/"
	@echo "make lock    write requirements/ anew from pyproject.toml"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Clearbay needs Python 3.11 or newer on the PATH (or make PYTHON=/path/to/python)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Adding the test tools ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# `make demo DEMO="--once --port 0 --web-port 0"` checks itself and ends.
demo: $(VENV)/.run
	@$(BIN)/clearbay demo $(DEMO)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

# Written without registry addresses; needs `uv`, which nothing else here does.
lock: $(BIN)/python
	@$(PIP) install 'uv>=0.9,<1'
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 pyproject.toml requirements/build.in -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 -c requirements/run.txt --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 -c requirements/run.txt --extra dev --extra spark pyproject.toml requirements/build.in -o requirements/spark.txt

clean:
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
	@find src -name '*.nb[ic]' -delete

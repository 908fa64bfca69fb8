# Waymark's commands. Each keeps its environment in .venv and needs only Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := base people lrs content modules paths certificates lti messages app migrations tests bench

.PHONY: help setup run demo test check words bench bench-large kill-test conformance clean
.DEFAULT_GOAL := help

help:  ## show what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: .venv/installed .venv/tested  ## make .venv with everything, for development too

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Waymark needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tested: .venv/installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.lock
	@touch $@

run: .venv/installed  ## set up, migrate, load the catalogue, serve; prints the first administrator's link
	$(BIN)/waymark serve --prepare content/library

demo: setup  ## the same with a small LMS beside it, to click the whole line without a Moodle
	$(BIN)/python -m tests.demo

test: setup  ## everything: lint, types, floors, all tests on SQLite and PostgreSQL, in Chromium where there is one
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/pytest

check: setup  ## format, then lint, types and floors
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports

words: setup  ## bring the catalogues of words up to date with the pages
	$(BIN)/python -m app.word_catalogues

bench: setup  ## measure against floors of the same run; JSON=1 for JSON lines
	$(BIN)/python -m bench $(if $(JSON),--json)

bench-large: setup  ## what changes up to a million statements and learners; an hour or two; SCALE=full for ten million
	$(BIN)/python -m bench.large_paths $(if $(filter full,$(SCALE)),--statements 10000000)
	$(BIN)/python -m bench.large $(if $(filter full,$(SCALE)),--statements 10000000)

kill-test: setup  ## kill the server under load, twenty times, on both databases
	$(BIN)/pytest -n 0 -m long
	$(BIN)/python -m tests.kills --times 20

conformance: setup  ## the public xAPI suite against a clean server; SUITE=folder of an installed checkout of it
	$(BIN)/python -m tests.conformance_suite $(SUITE)

clean:  ## remove .venv and caches; your data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

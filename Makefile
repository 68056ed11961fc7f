# Every target installs what it needs into .venv, from the lock files, checked by hash.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
export PYTHON
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
SEEDS ?= 1000
SEED ?=
COMPILE := $(BIN)/uv --quiet --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --no-emit-build-options

.PHONY: help install demo test check storm picture pictures bench bench-pages survive format messages fuzz api-docs sbom lock clean

help:
	@echo 'make demo [ARGS="--once --orders 300 --seed 7 --json"]   both simulators, a hub, orders flowing'
	@echo 'make test [ARGS="-k storm"]                              all tests'
	@echo 'make check                                              formatting, lint, types, imports, house rules'
	@echo 'make storm SEEDS=10000 | SEED=123                       a long run of the seeded storm, or one seed again'
	@echo 'make picture                                            the picture in the README, taken anew'
	@echo 'make bench [ARGS="--short --only way,stock --keep DIR"]   every figure of docs/performance.md; --markdown, --no-bars'
	@echo 'make bench-pages [ARGS="--orders 100000 --keep DIR"]      every page, timed with a million orders in the ledger'
	@echo 'make survive [ORDERS=10000]                              a worker killed and one frozen in the middle of deliveries'
	@echo 'make pictures                                           the pictures of the pages in docs/pictures, taken anew'
	@echo 'make format                                             put the code into shape'
	@echo 'make messages LANGUAGES="de fr"                          gather the texts of the pages for translators'
	@echo 'make fuzz [ARGS="--calls 100000 --seed 7"]               made-up calls of both APIs: nothing may break'
	@echo 'make api-docs                                           docs/openapi.json, written anew'
	@echo 'make sbom                                               what the hub is made of, as CycloneDX, on stdout'
	@echo 'make lock                                               renew the lock files'

install: $(STAMP)

$(STAMP): pyproject.toml requirements-dev.lock .ci/make-venv
	@.ci/make-venv $(VENV)
	@touch $@

demo: $(STAMP)
	@$(BIN)/tranter demo $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house_rules

storm: $(STAMP)
	TRANTER_STORM_SEEDS=$(SEEDS) TRANTER_STORM_SEED=$(SEED) $(BIN)/python -m pytest -n 2 --dist worksteal --timeout 0 tests/storm $(ARGS)

picture: $(STAMP)
	$(BIN)/python -c 'from tranter.ledger.setup import configure; configure("made-by-the-demo.sqlite3"); \
	  from pathlib import Path; from tranter.demo.picture import take; take(Path("docs/demo.svg"))'

bench: $(STAMP)
	$(BIN)/python bench/run.py $(ARGS)

bench-pages: $(STAMP)
	$(BIN)/python bench/pages.py $(ARGS)

survive: $(STAMP)
	@PYTHONPATH=src:. $(BIN)/python -m bench.two_workers $(or $(ORDERS),10000)

pictures: $(STAMP)
	$(BIN)/python .ci/take-pictures docs/pictures

format: $(STAMP)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

messages: $(STAMP)
	$(BIN)/python .ci/messages.py $(LANGUAGES)

fuzz: $(STAMP)
	$(BIN)/python bench/fuzz.py $(ARGS)

api-docs: $(STAMP)
	$(BIN)/python .ci/api-docs

sbom:
	@.ci/sbom

lock: $(STAMP)
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

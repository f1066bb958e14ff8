# `make help` says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
PORT ?= 5000
WORKERS ?= 2
CODE := app core voting panels dialogue migrations tests bench scripts

.PHONY: help
help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: runtime ## serve the demo municipality on http://127.0.0.1:PORT (5000)
	@sh scripts/pango.sh || echo "Going on: only letters cannot be printed."
	@sh scripts/run.sh $(PORT)

.PHONY: test
test: development ## all tests: SQLite, PostgreSQL and a headless Chromium (ARGS="-k word")
	@sh scripts/chromium.sh
	@sh scripts/pango.sh
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

.PHONY: check
check: development ## format, lint, types, contracts, translations, migrations; no tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/messages.py check
	$(BIN)/python -m scripts.check_migrations

.PHONY: fmt
fmt: development ## format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: messages
messages: development ## gather new sentences into the Finnish and Swedish catalogues
	$(BIN)/python scripts/messages.py update

.PHONY: bench
bench: development ## measure against peers; see bench/
	$(BIN)/python -m bench $(ARGS)

.PHONY: conformance
conformance: development ## compare winners with pabutools on real files (ARGS="--votes 10000")
	$(BIN)/python -m bench.conformance $(ARGS)

.PHONY: lock
lock: development ## lock the packages anew (UPGRADE=1: to their newest versions)
	@sh scripts/lock.sh $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## remove .venv, caches and compiled catalogues; the database stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name '*.mo' -exec rm {} +
	find . -name __pycache__ -prune -exec rm -rf {} +

# What the targets above stand on.
.PHONY: runtime
runtime:
	@sh scripts/venv.sh requirements.lock
	@$(BIN)/python scripts/messages.py compile

.PHONY: development
development:
	@sh scripts/venv.sh requirements-dev.lock requirements.lock
	@$(BIN)/python scripts/messages.py compile

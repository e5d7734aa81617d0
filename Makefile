# Everything is set up by what needs it: `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help
help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

.venv/run: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: demo
demo: .venv/run ## try the bot in a browser: no token, no account, no network
	@$(BIN)/python -m bot demo

.PHONY: run
run: .venv/run ## run the bot with the settings of .env
	@$(BIN)/python -m bot run

.PHONY: test
test: .venv/dev ## run every test
	$(BIN)/python -m pytest -n auto

.PHONY: check
check: .venv/dev ## format, lint, types, boundaries, pins, content, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@! grep -n '://' requirements*.txt
	$(BIN)/python -m bot check
	$(MAKE) test

.PHONY: fix
fix: .venv/dev ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: ## pin what runs and what develops, with hashes and without addresses (takes uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header -q -c requirements.txt -o requirements-dev.txt

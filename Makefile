# Everything is set up by what needs it: `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help
help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

$(VENV)/run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.PHONY: demo
demo: $(VENV)/run ## try the bot in a browser: no token, no account, no network
	@$(BIN)/python -m bot demo

.PHONY: run
run: $(VENV)/run ## run the bot with the settings of .env
	@$(BIN)/python -m bot run

.PHONY: test
test: $(VENV)/dev ## run every test
	$(BIN)/python -m pytest -n auto

.PHONY: check
check: $(VENV)/dev ## format, lint, types, boundaries, pins, content, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@! grep -n '://' requirements*.txt
	$(BIN)/python -m bot check --no-grades
	$(BIN)/python -m tests.typed
	$(MAKE) test

.PHONY: browser
browser: $(VENV)/dev requirements-browser.txt ## walk the demo in headless Chromium, and keep a picture of it
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.txt
	$(BIN)/python -m tests.browser.walk

.PHONY: bench
bench: $(VENV)/dev ## measure, as ratios against a peer in the same run
	$(BIN)/python -m tests.long.benchmarks.storage

.PHONY: soak
soak: $(VENV)/dev ## long runs, some hours; writes their figures into docs/reliability.md
	$(BIN)/python -m tests.long

.PHONY: docs
docs: $(VENV)/dev ## write the map of the code and the tables of the README anew
	UPDATE_DOCS=1 $(BIN)/python -m pytest tests/project/test_docs.py

.PHONY: figures
figures: $(VENV)/dev ## draw the figures that changed
	$(BIN)/python -m bot.figures

.PHONY: preview
preview: $(VENV)/dev ## write figures.html, every figure moving beside its words
	$(BIN)/python -m bot.figures --preview figures.html

.PHONY: fix
fix: $(VENV)/dev ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: ## pin what runs and what develops, with hashes and without addresses (takes uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header -q -c requirements.txt -o requirements-dev.txt
	uv pip compile --group browser --universal --generate-hashes --no-header -q -c requirements-dev.txt -o requirements-browser.txt

# Everything is set up by what needs it: `make demo` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Each process of the tests would compile the bot for itself.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

# One dot every second says that something still goes on.
define with_dots
{ $(1) & going=$$!; while kill -0 $$going 2>/dev/null; do printf .; sleep 1; done; echo; wait $$going; }
endef

# What an older or a vanished Python left behind is not ready, however complete it looks.
ifneq ($(wildcard $(VENV)/run),)
ifneq ($(shell $(BIN)/python -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null),True)
$(shell rm -f $(VENV)/run $(VENV)/dev)
endif
endif

.PHONY: help
help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

# What another Python or half a set-up left behind is made anew; a .venv that is a link is somebody's own.
$(VENV)/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This takes Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1 || true). Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Making $(VENV) ..."; test -L $(VENV) || rm -rf $(VENV); $(PYTHON) -m venv $(VENV); }
	@echo "Setting up, about a minute, once: fetching what the bot is built on"
	@$(call with_dots,$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt)
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	@echo "Setting up, a minute or two, once: fetching what the tests are built on"
	@$(call with_dots,$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt)
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
browser: $(VENV)/dev requirements-browser.txt ## walk the demo in headless Chromium, and take the pictures of it
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.txt
	$(BIN)/python -m tests.browser.walk
	$(BIN)/python -m tests.browser.coach
	$(BIN)/python -m tests.browser.film

.PHONY: bench
bench: $(VENV)/dev ## measure, as ratios against a peer in the same run; writes docs/performance.md
	$(BIN)/python -m tests.long.benchmarks.turns --write
	$(BIN)/python -m tests.long.benchmarks.storage
	$(BIN)/python -m tests.long.benchmarks.crowds
	$(BIN)/python -m tests.long.benchmarks.moves
	$(BIN)/python -m tests.long.benchmarks.scale

.PHONY: soak
soak: $(VENV)/dev ## long runs, some hours; writes their figures into docs/reliability.md
	$(BIN)/python -m tests.long
	$(BIN)/python -m tests.simulation --onward --seeds 300
	PEOPLE=5000 $(BIN)/python -m pytest -q tests/core/test_three_weeks.py tests/core/test_weeks_on.py
	EXAMPLES=20 $(BIN)/python -m pytest -q tests/core tests/catalog tests/places tests/storage tests/typed
	LIVES=300 $(BIN)/python -m pytest -q tests/core/test_random_lives.py
	MUTATIONS=500 $(BIN)/python -m pytest -q tests/check/test_broken.py

.PHONY: docs
docs: $(VENV)/dev ## write anew what is generated: map, tables, names, pages of what is planned and said
	UPDATE_DOCS=1 $(BIN)/python -m pytest tests/project/test_docs.py tests/places/test_typed.py \
		tests/core/test_three_weeks_page.py
	UPDATE_TRANSCRIPTS=1 $(BIN)/python -m pytest tests/stories/transcripts
	$(BIN)/python -m tests.typed --write

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

# The two commands that do everything from a bare clone: `make run` and `make test`.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test soak bundle bundle-torch check-system clean
.DEFAULT_GOAL := help

help:
	@echo "make run    install clipdesk into $(VENV) and start it"
	@echo "make test   install what the tests need and run all checks"
	@echo "make soak   run the fault tests at full length (under an hour)"
	@echo "make bundle make the app that needs no Python, in dist/: folder, archive, and a .deb on Linux"
	@echo "make clean  remove $(VENV) and everything that was built"

run: check-system $(VENV)/installed
	@$(BIN)/clipdesk app

test: check-system $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# The fault tests of `make test` again, at full length; prints what was tried and seen.
soak: check-system $(VENV)/installed-dev
	$(BIN)/python -m pytest tests/faults --soak --timeout 3600

# The app that needs no Python. The one with PyTorch is larger, and converts downloaded models by itself.
bundle: check-system
	$(PYTHON) packaging/make_bundle.py

bundle-torch: check-system
	$(PYTHON) packaging/make_bundle.py --with-torch

# What pip cannot bring: system libraries, a compiler, Python's headers.
check-system:
	@test -n "$(PYTHON)" || { echo "No Python found: install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) packaging/check_system.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Compiled once here, modules start quickly even where Python may not write its cache (PYTHONDONTWRITEBYTECODE).
# The stamps make a second run start at once; a change of pyproject.toml installs anew.
$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[samples]'
	@$(BIN)/python -m compileall -q clipdesk
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --editable '.[dev]'
	@$(BIN)/python -m compileall -q clipdesk
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .import_linter_cache

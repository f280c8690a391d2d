# Each target sets up what it needs; the first time takes minutes, afterwards no time.
.DEFAULT_GOAL := help
.PHONY: help setup run test coverage mutants soak check bench build clean
PYTHON := .venv/bin/python
# The suite starts Python hundreds of times: without its compiled files each start compiles everything again.
unexport PYTHONDONTWRITEBYTECODE
ARGS ?=
# Much of the suite waits for other programs: one worker more than two cores keeps both busy. A file stays on one worker,
# and the files are begun in the order of tests/conftest.py: the longest first.
SIDE_BY_SIDE := -n 3 --dist loadfile --no-loadscope-reorder

help:  ## show this list
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  ##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup:  ## install what is missing: Debian packages (as root) and .venv
	@sh scripts/setup

run: setup  ## play one whole visit (without a display), or open the counter with its simulators
	@$(PYTHON) scripts/run $(ARGS)

test: setup  ## run every test, side by side; ARGS go to pytest
	@$(PYTHON) -m pytest $(SIDE_BY_SIDE) $(ARGS)

coverage: setup  ## run every test and print which branches of each package they take
	@$(PYTHON) -m pytest $(SIDE_BY_SIDE) --cov --cov-report= $(ARGS)
	@$(PYTHON) -m tests.coverage_by_package

mutants: setup  ## change places of domain and server/service one at a time; count what the tests catch
	@$(PYTHON) -m tests.mutants $(ARGS)

soak: setup  ## run every test at other hours, days, zones and locales (about an hour); ARGS chooses
	@$(PYTHON) -m tests.anywhere $(ARGS)

check: setup  ## lint, format, types, import rules
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --config importlinter.ini

bench: setup  ## measure against the bare thing; ARGS=--json for machines
	@$(PYTHON) -m tests.bench $(ARGS)

build: setup  ## pack the client for this system into dist/zonggui/
	@$(PYTHON) -m PyInstaller --noconfirm --log-level WARN build.spec

clean:  ## remove what was built and cached; .venv stays
	@rm -rf build dist out .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find app hardware domain server resources tests -name __pycache__ -type d -prune -exec rm -rf {} +

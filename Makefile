# Two commands set everything up: `make ask` and `make test`. The rest is for developers.

PYTHON ?= python3.11
ifeq ($(shell command -v $(PYTHON)),)
PYTHON := python3
endif
BIN := .venv/bin
# Two at a time, a file's tests all in one process: they share an index of the sample corpus.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile
Q ?= 清远高新区引进的项目合同总投资是多少？

.PHONY: help ask serve eval test check format browser clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

ask: .venv/installed  ## Index seeds/ and answer a question: make ask Q="…"
	@$(BIN)/chuchu index seeds --quiet
	@$(BIN)/chuchu ask "$(Q)"

serve: .venv/installed  ## Serve the page and the HTTP interface of seeds/
	@$(BIN)/chuchu index seeds --quiet
	$(BIN)/chuchu serve

eval: .venv/installed  ## Measure the answers to the sample questions
	@$(BIN)/chuchu index seeds --quiet
	$(BIN)/chuchu eval seeds/questions.jsonl

test: .venv/installed-dev browser  ## Run every test
	$(PYTEST)

check: .venv/installed-dev  ## Format, lint, types, and the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST) -m "not model and not browser"

format: .venv/installed-dev  ## Format, and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser:
	@.ci/browser

clean:  ## Remove the environment and the index
	rm -rf .venv .chuchu

# Kept apart: who asks a question need not install what the tests need.
.venv/installed: pyproject.toml constraints.txt
	@echo "installing what is pinned in constraints.txt; this takes a minute or two"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/installed-dev: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

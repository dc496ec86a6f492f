# Everything a person or a machine does with this project starts here. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
FOLDER ?= var/demo
WORKERS ?= 2

.PHONY: help demo test check journey bench conformance migration lint lock browser java node postgresql clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(BIN)/uv:
	@echo "Making the virtual environment in $(VENV) …"
	@python3 -c 'import ensurepip' 2>/dev/null || { test "$$(id -u)" = 0 \
	  || { echo "python3-venv is missing and this is not root: apt-get install python3-venv"; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; }
	@python3 -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8

$(STAMP)-run: $(BIN)/uv requirements/run.txt pyproject.toml
	@test -e $(STAMP)-test || $(BIN)/uv pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements/run.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(STAMP)-test: $(BIN)/uv requirements/test.txt pyproject.toml
	@$(BIN)/uv pip sync --compile-bytecode --python $(BIN)/python --require-hashes requirements/test.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@ $(STAMP)-run

# What ours is measured against lies beside the environment, so that neither the program nor a test can rest on it. Ralph
# wants other versions of what we use: it has an environment of its own.
$(STAMP)-bench: $(STAMP)-test requirements/bench.txt requirements/ralph.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --target $(VENV)/bench --no-deps --require-hashes -r requirements/bench.txt
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(VENV)/ralph
	@$(BIN)/uv pip sync --quiet --python $(VENV)/ralph/bin/python --require-hashes requirements/ralph.txt
	@touch $@

demo: $(STAMP)-run ## Build and start a whole data space on this machine
	@$(BIN)/skillspace demo --folder $(FOLDER)

browser: ## Install the browser the journey needs (Debian, as root, when it is missing)
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 \
	  || { echo "chromium is missing and this is not root: apt-get install chromium"; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }

java: ## Install the Java and Maven the conformance kits need (Debian, as root, when they are missing)
	@{ command -v javac && command -v mvn; } >/dev/null || { test "$$(id -u)" = 0 \
	  || { echo "Java or Maven is missing and this is not root: apt-get install openjdk-17-jdk-headless maven"; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jdk-headless maven >/dev/null; }

node: ## Install the node and npm the foreign wallet needs (Debian, as root, when they are missing)
	@{ command -v node && command -v npm; } >/dev/null || { test "$$(id -u)" = 0 \
	  || { echo "node or npm is missing and this is not root: apt-get install nodejs npm"; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }

postgresql: ## Install the database server that tests start for themselves (Debian, as root, when it is missing)
	@{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || { test "$$(id -u)" = 0 \
	  || { echo "PostgreSQL is missing and this is not root: apt-get install postgresql"; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; }

test: $(STAMP)-test browser java node postgresql ## Run every test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder --durations 40 --durations-min 5 -m "not conformance"
	@$(BIN)/pytest -m conformance tests/conformance

conformance: $(STAMP)-test java node ## Let the conformance kits, a foreign connector and a foreign wallet judge; writes docs/conformance.md
	@$(BIN)/python -m tests.conformance.run $(PART)

check: $(STAMP)-test ## The quick part: lint and unit tests, about five minutes
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -q -n $(WORKERS) --no-loadscope-reorder -m "not nodes and not journey and not data and not slow" tests/unit

journey: $(STAMP)-test browser ## Walk the person's journey in a browser
	@$(BIN)/pytest -m journey tests/journeys

bench: $(STAMP)-bench ## Measure; ROOM=name for one. Writes bench/results/<name>.json
	@PYTHONPATH=$(CURDIR)/$(VENV)/bench $(BIN)/python -m bench.run $(ROOM)

migration: $(STAMP)-test ## Write the next change of the tables; NAME="what changes", or FIRST=1 for all of them anew
	@$(BIN)/python tools/make_migration.py $(if $(FIRST),--first,$(NAME))

lint: $(STAMP)-test ## Style, types, layers
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy --no-error-summary \
	  && { found="$$($(BIN)/lint-imports --no-cache)" || { echo "$$found"; exit 1; }; } && echo "Lint: nothing found."

lock: $(BIN)/uv ## Lock the dependencies again, with hashes
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header --extra test pyproject.toml -o requirements/test.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header --no-deps requirements/bench.in -o requirements/bench.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header requirements/ralph.in -o requirements/ralph.txt

clean: ## Forget the environment and the demo
	@rm -rf $(VENV) var

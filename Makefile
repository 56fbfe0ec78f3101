# briefgen: `make` builds the demonstration study, `make test` checks everything, `make help` tells the rest.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder
QUICK := -m 'not slow and not attack'
STAMP := .venv/.installed

.PHONY: all help setup test quick suite lint types cov agreement attack matrix hostile fuzz \
	selection contract pdfua inspect substance kill-test sentences docs package release lock \
	vulnerable licences clean

# What stands behind `##` is what `make help` prints.

all: setup ## set up .venv and build the demonstration study
	$(BIN)/briefgen build

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the environment in .venv
	@PYTHON=$(PYTHON) scripts/system-libraries

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "error: no virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# --- checks ---

test: setup ## everything that CI checks: linters, types, all tests
	@PYTHON=$(PYTHON) scripts/system-libraries chromium
	$(MAKE) -j3 lint types suite

quick: setup ## linters, types and all tests that are not slow
	$(MAKE) -j3 lint types suite SUITE="$(QUICK)"

suite: # beside linters and types, which have one process each and would leave a core idle
	$(PYTEST) $(SUITE)

lint: ## ruff and the contracts between folders
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: ## mypy, strict
	$(BIN)/mypy

cov: setup ## all tests that are not slow, with the share of lines and branches that they run
	$(PYTEST) $(QUICK) --cov --cov-report=term:skip-covered --cov-report=html

agreement: setup ## estimates against R and published tables
	$(BIN)/python tests/agreement/run.py

attack: setup ## two attackers on 2,000 random studies each, and weakened copies of the wall
	$(PYTEST) -m attack
	$(BIN)/python tests/disclosure/attack.py --studies 2000
	PYTHONPATH=tests $(BIN)/python -m attacker.run --studies 2000 --mutants

matrix: setup ## what documents of many kinds of study may say
	PYTHONPATH=tests $(BIN)/python tests/matrix/run.py --pdf --random 8

selection: setup ## what titles tell of differences, beside an invented population's truth
	$(BIN)/python tests/selection/run.py

contract: setup ## both engines against Quarto's rules
	$(BIN)/python tests/contract/run.py

pdfua: all ## PDF/UA-1 of every document of the demonstration study
	$(BIN)/python tests/tools/pdfua.py publications

inspect: all ## pages of every document of the demonstration study
	$(BIN)/python tests/tools/inspect_pages.py publications/*

hostile: setup ## hostile texts in every field of a study
	PYTHONPATH=tests:tests/matrix $(BIN)/python tests/hostile/run.py

fuzz: setup ## an hour of random damage to files, settings and templates
	$(BIN)/python tests/fuzz/run.py --minutes 60

substance: all ## what the regional briefs say, in numbers, and pages that are too empty
	$(BIN)/python tests/substance/run.py publications

kill-test: setup ## a hundred builds that are killed
	$(BIN)/python tests/kill/run.py --kills 100

# --- care ---

vulnerable: setup ## known vulnerabilities of the pinned dependencies; asks a service on the internet
	scripts/audit-dependencies $(BIN)

licences: setup ## docs/licences.md: the licences of the dependencies, from what is installed
	$(BIN)/python scripts/list_licences.py

sentences: setup ## docs/sentences.LANGUAGE.html: all that briefgen says by itself
	$(BIN)/python scripts/list_sentences.py

docs: setup ## the documentation as a site in build/docs, every link checked
	$(BIN)/python scripts/build_docs.py

package: setup ## source archive and wheel in dist/, the wheel tried in an empty environment
	$(BIN)/python scripts/try_package.py

release: ## test, then version, changelog, commit and tag: make release VERSION=0.2.0
	@[ -n "$(VERSION)" ] || { echo "error: name the version: make release VERSION=0.2.0" >&2; exit 2; }
	$(MAKE) test docs
	$(BIN)/python scripts/release.py $(VERSION)

lock: ## pin the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock

clean: ## remove what the programs made
	rm -rf publications composed build htmlcov .briefgen/composed .briefgen/analyses \
		.briefgen/exhibits

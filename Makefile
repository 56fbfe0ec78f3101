# briefgen: `make` builds the demonstration study, `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: all setup test lint types agreement attack matrix contract pdfua inspect kill-test hostile lock clean

all: setup
	$(BIN)/briefgen build

setup: $(STAMP)
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

test: setup
	@PYTHON=$(PYTHON) scripts/system-libraries chromium
	$(MAKE) lint types
	$(BIN)/pytest -q -n 2 --dist loadgroup

lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types:
	$(BIN)/mypy

agreement: setup
	$(BIN)/python tests/agreement/run.py

attack: setup
	$(BIN)/python tests/disclosure/attack.py --studies 2000

matrix: setup
	PYTHONPATH=tests $(BIN)/python tests/matrix/run.py --pdf --random 8

contract: setup
	$(BIN)/python tests/contract/run.py

pdfua: all
	$(BIN)/python tests/tools/pdfua.py publications

inspect: all
	$(BIN)/python tests/tools/inspect_pages.py publications/*

hostile: setup
	PYTHONPATH=tests:tests/matrix $(BIN)/python tests/hostile/run.py

kill-test: setup
	$(BIN)/python tests/kill/run.py --kills 100

# --- care ---

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock

clean:
	rm -rf publications composed .briefgen/composed .briefgen/analyses \
		.briefgen/exhibits

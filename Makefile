# Two commands are enough: `make run` and `make test`. `make help` lists the rest.
# Every path is relative and quoted where a shell sees it, so a checkout may lie in a folder with blanks in its name.

SHELL := /bin/sh
.SUFFIXES:
.DEFAULT_GOAL := help

# What the caller's shell has set for other projects must not reach this one.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

PORT ?= 8000
HOST ?= 127.0.0.1
STORE ?= .store
PYTHON ?=
UV ?= uv==0.13.9

PY := .venv/bin/python
PIP := $(PY) -m pip --quiet install
BUILT := .venv/.runtime
BUILT_FOR_TESTS := .venv/.tests
CODE := service tests bench docs

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile
	@echo '  Settings: PORT, HOST, STORE (a folder), PYTHON (an interpreter). Example: make run PORT=9000'

# Rebuilt when it is missing, does not start, or was made for a checkout in another place.
ifneq ($(shell "$(PY)" -c 'print(1)' 2>/dev/null)$(shell cat .venv/.place 2>/dev/null),1$(CURDIR))
.PHONY: .venv/.place
endif

.venv/.place:
	@make/environment.sh "$(PYTHON)"

$(BUILT): .venv/.place requirements.lock pyproject.toml
	@echo 'Installing the locked dependencies ...' >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(BUILT_FOR_TESTS): $(BUILT) requirements-dev.lock
	@echo 'Installing what the tests need ...' >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: install
install: $(BUILT) ## Set up .venv and stop there

.PHONY: run
run: $(BUILT) ## Set up, load the CAM plan, show what it answers, serve it on PORT (8000)
	@exec make/first-light.sh "$(PY)" "$(STORE)" "$(HOST)" "$(PORT)"

.PHONY: test
test: $(BUILT_FOR_TESTS) browser office engines ## Set up what the tests need and run everything
	@$(MAKE) --no-print-directory check

.PHONY: browser
browser:
	@make/browser.sh

.PHONY: office
office:
	@make/office.sh

.PHONY: engines
engines:
	@make/engines.sh

# Tests run side by side, one process a processor; whoever is done first takes over from the others.
WORKERS ?= auto
.PHONY: check
check: ## Everything a change must pass; needs `make test` once before
	@test -e $(BUILT_FOR_TESTS) || { echo 'Run "make test" once first: it installs what this needs.' >&2; exit 2; }
	@failed=0; \
	$(PY) -m ruff check $(CODE) || failed=1; \
	$(PY) -m ruff format --check $(CODE) || failed=1; \
	$(PY) -m mypy || failed=1; \
	$(PY) -m pytest --verbosity=0 -n $(WORKERS) --maxprocesses 8 --dist worksteal || failed=1; \
	exit $$failed

.PHONY: format
format: ## Put the code into the form that `make check` wants
	@$(PY) -m ruff check --fix $(CODE)
	@$(PY) -m ruff format $(CODE)

.PHONY: docs
docs: $(BUILT_FOR_TESTS) ## Write the generated pages of docs/ anew, and the output shown in the others
	@$(PY) docs/generate.py

.PHONY: data
data: $(BUILT) ## Make the Turtle of the shipped plans anew from their source texts and the reviewed decisions
	@$(PY) data/rebuild.py

.PHONY: bench-first-light bench-ingest
bench-ingest: $(BUILT_FOR_TESTS) ## Figures of reading documents, on the labelled texts beside the checkout
	@$(PY) bench/ingest.py --write

bench-first-light: $(BUILT_FOR_TESTS) ## The figures of a first look, each as a ratio to a named peer
	@$(PY) bench/first_light.py

LARGEST ?= 6
.PHONY: bench-checks
bench-checks: $(BUILT_FOR_TESTS) ## Figures of checks and rules on graphs of 10^4 to 10^LARGEST (6) triples, beside pySHACL and owlrl
	@$(PY) bench/checks.py --largest "$(LARGEST)"

.PHONY: bench-service
bench-service: $(BUILT_FOR_TESTS) ## Throughput beside other servers, and light queries beside 16 hostile clients
	@$(PY) bench/throughput.py --write

.PHONY: bench-soak
bench-soak: $(BUILT_FOR_TESTS) ## A mixed load for MINUTES (60): nothing lost, refused without need, grown or left over
	@$(PY) bench/soak.py --minutes $(or $(MINUTES),60)

KILLS ?= 1000
.PHONY: bench-crash
bench-crash: $(BUILT_FOR_TESTS) ## Whether acknowledged writes survive kill -9, KILLS (1000) times under four writers
	@$(PY) bench/crash.py --kills "$(KILLS)"

CUTS ?= 200
.PHONY: bench-power
bench-power: $(BUILT_FOR_TESTS) ## Whether what was acknowledged survives CUTS (200) power cuts; needs root and /dev/fuse
	@$(PY) bench/power.py --cuts "$(CUTS)" $(if $(SEED),--seed "$(SEED)")

INPUTS ?= 100000
.PHONY: fuzz
fuzz: $(BUILT_FOR_TESTS) ## INPUTS (100000) broken and hostile texts at the gates and doors: no crash, no hang, no 5xx
	@$(PY) bench/fuzz.py --inputs "$(INPUTS)" $(if $(SEED),--seed "$(SEED)")

.PHONY: capacity
capacity: $(BUILT_FOR_TESTS) ## Bytes and seconds a triple, and what larger bodies would take; writes docs/reference/capacity.md
	@$(PY) bench/capacity.py --write

.PHONY: conformance
conformance: $(BUILT_FOR_TESTS) ## The W3C suites beside the checkout, against a running service (SUITES=folder); writes docs/reference/conformance.md
	@$(PY) bench/conformance.py $(if $(SUITES),--suites "$(SUITES)")

.PHONY: container
container: $(BUILT_FOR_TESTS) ## Build the container image (BASE=image to build on) and try it, run as its file says; minutes, as root
	@make/container.sh
	@CONTAINER=1 CONTAINER_BASE="$(BASE)" $(PY) -m pytest --verbosity=0 -rs -s tests/deploy/test_image.py

LOCK := .venv/bin/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group build

.PHONY: lock
lock: $(BUILT) ## Resolve the dependencies anew (UPGRADE=--upgrade for newer ones)
	@$(PIP) "$(UV)"
	@$(LOCK) $(UPGRADE) -o requirements.lock
	@$(LOCK) $(UPGRADE) --group dev -c requirements.lock -o requirements-dev.lock

.PHONY: wheel
wheel: $(BUILT) ## Build the package into dist/
	@$(PY) -m pip --quiet wheel --no-deps --no-build-isolation --wheel-dir dist .

.PHONY: clean
clean: ## Remove what was installed, built and stored here
	@rm -rf .venv .store dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find service tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} +

# `make` alone lists what there is. Needs only make and a Python >= 3.11; tests need more, and say so.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

# The first of these that is new enough and can make a virtual environment. PYTHON=... overrides.
PYTHONS := python3 python3.13 python3.12 python3.11 python3.14
FIND_PYTHON = for p in $(PYTHON) $(PYTHONS); do \
	  "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; p=; \
	done; \
	[ -n "$$p" ] || { echo 'Sanya needs Python >= 3.11 with venv (Debian: apt install python3-venv).' >&2; exit 1; }
PIP_INSTALL = .venv/bin/python -m pip install --quiet --disable-pip-version-check
# The project itself: its build backend is locked too, so nothing unhashed is fetched.
INSTALL_SELF = $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
PYTEST = .venv/bin/pytest
# Files in their order: the long ones (e2e, faults) come early, and none is left for one worker at the end.
# A worker that crashes ends the run: another would try the same test again, for ever.
SIDE_BY_SIDE = --dist loadfile --no-loadscope-reorder --max-worker-restart 0
JOBS ?= 3
LONG = -o faulthandler_timeout=7200

##@ Use it
.PHONY: help run demo venv
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' Makefile

run: venv ## Start every service in one process (SQLite files under ./var)
	@exec .venv/bin/sanya serve

demo: venv ## Load the example: three agencies, one service, months of journeys
	@exec .venv/bin/sanya demo

venv: .venv/.made .venv/.runtime ## Make or refresh .venv with what running needs

# Made anew when the Python it was made from is gone.
.PHONY: .venv/.made
.venv/.made:
	@[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || { \
	  $(FIND_PYTHON); echo "Making .venv with $$p"; rm -rf .venv && "$$p" -m venv .venv; }

.venv/.runtime: requirements.lock pyproject.toml | .venv/.made
	@echo 'Installing what Sanya needs (once)'
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL_SELF)
	@touch $@

##@ Prove it
.PHONY: test test-long chaos bench lint smoke servers
test: venv-dev servers ## Everything but the long forms, on real Kafka and PostgreSQL
	$(PYTEST) -n $(JOBS) $(SIDE_BY_SIDE) $(ARGS)

test-long: venv-dev servers ## The long forms of the tests
	$(PYTEST) -m long --hypothesis-profile long $(LONG) $(ARGS)

chaos: venv-dev servers ## Kill random processes under load, at least 200 times, then count
	$(PYTEST) -m long $(LONG) tests/faults/test_chaos.py $(ARGS)

bench: venv-dev servers ## Measure throughput and delay beside the machine's own floors
	.venv/bin/python -m bench $(ARGS)

lint: venv-dev ## Style, types, walls
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

smoke: venv-dev ## A newcomer's first minutes, in a fresh clone of HEAD
	.venv/bin/python scripts/run-smoke

servers: venv-dev ## What the tests need beside Python: installs it, or says what to install
	@.venv/bin/python scripts/setup-test-servers

##@ Work on it
.PHONY: venv-dev format lock docs clean
venv-dev: .venv/.made .venv/.dev ## .venv with what building and testing needs too

.venv/.dev: requirements.lock requirements-dev.lock pyproject.toml | .venv/.made
	@echo 'Installing what Sanya and its tests need (once)'
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL_SELF)
	@touch .venv/.runtime $@

format: venv-dev ## Let ruff put the code in order
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade)
lock: ## Pin and hash the dependencies; UPGRADE=1 takes the newest
	$(LOCK) requirements.in -o requirements.lock
	$(LOCK) -c requirements.lock requirements-dev.in -o requirements-dev.lock

docs: venv-dev ## Write docs/openapi and docs/asyncapi anew from the code
	.venv/bin/python scripts/write-api-docs

clean: ## Remove what was made here, but never ./var
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info

##@ Containers
.PHONY: compose-up compose-down compose-smoke
compose-up: ## Build the image and start everything in containers
	docker compose up --build --detach --wait

compose-down: ## Stop the containers; the data stays
	docker compose down

compose-smoke: venv-dev ## Try the containers as users would, with times
	.venv/bin/python scripts/compose-smoke $(ARGS)

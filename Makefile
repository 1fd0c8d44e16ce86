STACK ?= dev
VENV := .venv
PYTHON := $(VENV)/bin/python
SIDE_BY_SIDE := --numprocesses=auto --dist=loadscope --no-loadscope-reorder
UV := $(VENV)/bin/uv

.DEFAULT_GOAL := help
.PHONY: help setup checkers up preview release rollout rollback destroy down test test-all lint format

help: ## Show these commands.
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12

$(UV): tools/uv.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --require-hashes -r tools/uv.txt
	touch $(UV)

$(VENV)/.synced: $(UV) pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --all-extras --group dev
	touch $@

setup: $(VENV)/.synced ## Set up the virtual environment.

tools/checkers/.venv/.synced: $(UV) tools/checkers/pyproject.toml tools/checkers/uv.lock
	$(UV) sync --quiet --frozen --project tools/checkers
	touch $@

checkers: tools/checkers/.venv/.synced ## Set up the independent checkers.

up: setup ## Deploy STACK (dev) and print its address.
	$(PYTHON) -m infra.deploy up $(STACK)

preview: setup ## Show what `make up` would change.
	$(PYTHON) -m infra.deploy preview $(STACK)

release rollout rollback: STACK = prod

release: setup ## Give the images of PARTS (all) the tag VERSION for STACK (prod).
	$(PYTHON) -m infra.deploy release $(or $(VERSION),$(error Name one: VERSION=v5)) $(PARTS) --stack $(STACK)

rollout: setup ## Let PARTS of STACK (prod) run VERSION.
	$(PYTHON) -m infra.deploy rollout $(PARTS) $(or $(VERSION),$(error Name one: VERSION=v5)) --stack $(STACK)

rollback: setup ## Let PARTS of STACK (prod) run the version before.
	$(PYTHON) -m infra.deploy rollback $(PARTS) --stack $(STACK)

destroy: setup ## Remove the app of STACK (dev) and its data.
	$(PYTHON) -m infra.deploy destroy $(STACK)

down: setup ## Remove the embedded cluster, or the app from KUBE_CONTEXT.
	$(PYTHON) -m infra.deploy down $(STACK)

test: lint checkers ## Run the linters and all tests that this machine can run.
	$(PYTHON) -m tests.packages
	$(PYTHON) -m pytest $(SIDE_BY_SIDE) --cov --cov-report=term

test-all: test ## Ask about ten thousand descriptions and measure the speed too.
	$(PYTHON) -m pytest $(SIDE_BY_SIDE) tests/test_properties.py tests/mistakes/test_generated.py tests/api_server/test_generated.py --hypothesis-profile=thorough
	$(PYTHON) -m pytest tests/e2e/test_prod.py --rate=200 --seconds=60
	$(PYTHON) -m pytest tests/e2e/test_edits.py --edits
	$(PYTHON) -m benchmarks.render
	$(PYTHON) -m benchmarks.preview
	$(PYTHON) -m benchmarks.diff

lint: setup ## Run the linters and type checkers.
	$(VENV)/bin/pre-commit run --all-files

format: setup ## Format the code.
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

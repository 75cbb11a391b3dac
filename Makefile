# Everything one does with this repository. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PRODUCTION := RINGI_PROCESS=manage SECRET_KEY=check-$$(printf 'x%.0s' {1..60})y8Q DATABASE_URL=postgres://ringi_app@127.0.0.1/ringi

.PHONY: help env demo test test-steady test-long test-deployment bench-blueprints bench-doors bench-evaluation bench-forms bench-pages bench-runs check format lock docs migrations screenshots secrets clean

help: ## List what can be done
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

env: .venv/.ready ## Create the environment (the other targets do it themselves)

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.ready: requirements/dev.txt | .venv/bin/python
	$(INSTALL) -r requirements/dev.txt
	touch $@

# What the demo needs is part of what everything needs: where that is installed, nothing is missing.
.venv/.demo: requirements/demo.txt | .venv/bin/python
	test .venv/.ready -nt requirements/demo.txt || $(INSTALL) -r requirements/demo.txt
	touch $@

demo: .venv/.demo ## Start the product with a realistic estate; Ctrl-C stops it
	$(BIN)/python -m apps.sandbox

test: env ## Run every test
	$(BIN)/python -m pytest -n 3

test-steady: env ## Run every test three times while two loops hold the cores, and print what fell
	$(BIN)/python -m tests.steady

test-long: env ## Run the tests that wait for minutes
	$(BIN)/python -m pytest -m long
	RINGI_EXAMPLES=25 $(BIN)/python -m pytest -n 2 tests/conformance/test_plans.py
	RINGI_EXAMPLES=100 $(BIN)/python -m pytest -n 2 tests/integration/reviews/test_races.py tests/integration/reviews/test_integrity.py

test-deployment: env ## Deploy on this machine's PostgreSQL, Redis and nginx, and break it in every way
	$(BIN)/python -m pytest -m deployment -s tests/deployment

bench-doors: env ## Measure the pages beside 2,000 connections that send nothing, or half a request
	$(BIN)/python -m tests.bench.doors

bench-blueprints: env ## Measure an export of 500 resources, and environments of 300 side by side
	$(BIN)/python -m tests.bench.blueprints

bench-evaluation: env ## Measure the evaluation of a plan of 500 changes
	$(BIN)/python -m tests.bench.evaluation

bench-forms: env ## Measure the form of every type beside a plain form of as many fields
	$(BIN)/python -m tests.bench.forms

bench-pages: env ## Measure the pages of an installation that has grown for years
	$(BIN)/python -m tests.bench.pages

bench-runs: env ## Measure runs of the running demo beside a script that makes the same calls
	$(BIN)/python -m tests.bench.runs

screenshots: env ## Take a picture of every page, light and dark, wide and narrow, into .build/screenshots
	fc-list :lang=ja | grep -q . || apt-get install -y -qq --no-install-recommends fonts-noto-cjk
	$(BIN)/python -m tests.e2e.screenshots

check: env ## Formatting, lint, types, layers, templates, migrations, deployment, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	SECRET_KEY=types $(BIN)/mypy apps config
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(PRODUCTION) $(BIN)/python manage.py makemigrations --check --dry-run --skip-checks
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m apps.catalog.reference --check
	$(BIN)/python -m apps.aws.permissions --check
	$(BIN)/python -m apps.changes.diagram --check
	$(PRODUCTION) $(BIN)/python -m config.reference --check
	mkdir -p .build && $(PRODUCTION) $(BIN)/python manage.py spectacular --validate --file .build/openapi.yaml
	diff -u docs/openapi.yaml .build/openapi.yaml

format: env ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: env ## Write the generated documents again
	$(BIN)/python -m apps.catalog.reference
	$(BIN)/python -m apps.aws.permissions
	$(BIN)/python -m apps.changes.diagram
	$(PRODUCTION) $(BIN)/python -m config.reference
	$(PRODUCTION) $(BIN)/python manage.py spectacular --validate --file docs/openapi.yaml

migrations: env ## Write migrations for changed models
	$(PRODUCTION) $(BIN)/python manage.py makemigrations --skip-checks

secrets: ## Write new secrets for docker-compose.yml into secrets/; what is there is kept
	config/deployment/secrets.sh

lock: env ## Resolve the pinned requirements again
	$(BIN)/python -m pip install --quiet uv
	for set in runtime demo dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links requirements/$$set.in -o requirements/$$set.txt; done

clean: ## Remove what the demo, the tests and the checks leave
	rm -rf .demo .build .pytest_cache .mypy_cache .ruff_cache staticfiles

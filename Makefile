# Two commands do everything: `make demo` and `make test`. They need python3 (3.11 to 3.13, with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
UV := $(BIN)/uv
MELTANO := $(BIN)/meltano
REHEARSAL := $(MELTANO) --environment=rehearsal
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate
PLUGINS := line-tap postgres-local redshift-local sandbox tap-clevertap tap-facebook tap-googleads tap-postgres target-redshift
say = @printf '\n==> %s\n' "$(1)"

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo rehearsal test test-long lint format bench docs lock clean always

help: ## Show what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.plugins .env ## Install Meltano and every plugin, pinned
setup-dev: setup $(VENV)/.dev

demo: setup ## Run the main job in the sandbox and show its numbers
	$(call say,Starting the sandbox: a Postgres and a small company that does not exist)
	@$(MELTANO) --environment=sandbox invoke sandbox start
	$(call say,Loading CleverTap, Facebook Ads, Google Ads and the shop into the warehouse - then dbt models and tests)
	@$(MELTANO) --environment=sandbox run demo
	@$(MELTANO) --environment=sandbox invoke sandbox summary

rehearsal: setup ## Run the main job on the production path: S3, COPY and dbt-redshift, all of them stand-ins
	$(call say,Starting the sandbox and the stand-in for Redshift)
	@$(REHEARSAL) invoke sandbox start
	@$(REHEARSAL) invoke redshift-local start
	$(call say,Loading CleverTap, Facebook Ads, Google Ads and the shop through S3 - then dbt models and tests)
	@$(REHEARSAL) run demo
	@$(REHEARSAL) invoke sandbox summary

test: setup-dev ## Run the tests (those that take minutes: make test-long)
	$(call say,Running the tests)
	@$(PYTEST) -m "not long"

test-long: setup-dev ## Run the tests that take minutes
	$(call say,Running the long tests)
	@$(PYTEST) -m long

lint: setup-dev ## Check Python, SQL and types
	$(call say,ruff)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(call say,mypy)
	@for part in plugins/*/src plugins/*/tests tests; do $(BIN)/mypy --no-error-summary $$part || exit 1; done
	$(call say,sqlfluff)
	@cd transform && $(BIN)/sqlfluff lint --disable-progress-bar models tests

format: setup-dev ## Put Python and SQL into the project's form
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; cd transform && $(BIN)/sqlfluff fix models tests

bench: setup-dev ## Measure the hot paths side by side (BENCH="--rounds 1 --case wide")
	@$(BIN)/python -m tests.bench $(BENCH)

docs: setup ## Build the dbt docs site, one page
	@$(MELTANO) --environment=sandbox invoke sandbox start
	@$(MELTANO) --environment=sandbox run dbt:docs
	@echo "transform/target/static_index.html"

lock: $(VENV)/.meltano ## Renew the locks (no addresses in them)
	@$(LOCK) --group dev --upgrade --output-file requirements-dev.txt
	@grep -v '^-e' requirements-dev.txt > $(VENV)/constraints.txt
	@$(LOCK) pyproject.toml --constraint $(VENV)/constraints.txt --output-file requirements.txt
	@for plugin in $(PLUGINS); do \
	  $(LOCK) plugins/$$plugin/pyproject.toml --no-emit-package line-tap --no-emit-package postgres-local --constraint $(VENV)/constraints.txt --output-file plugins/$$plugin/requirements.txt || exit 1; done
	@$(LOCK) extract/tap-facebook--hub.in --upgrade --output-file extract/tap-facebook--hub.txt
	@$(LOCK) transform/requirements.in --upgrade --output-file transform/requirements.txt

clean: ## Stop sandbox and redshift-local, and remove everything that was made here
	@if [ -x .meltano/utilities/redshift-local/venv/bin/redshift-local ]; then $(REHEARSAL) invoke redshift-local remove; fi
	@if [ -x .meltano/utilities/sandbox/venv/bin/sandbox ]; then $(MELTANO) --environment=sandbox invoke sandbox remove; fi
	@rm -rf .sandbox .redshift-local .meltano .bench $(VENV) transform/target transform/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +

.env: always
	@[ -f .env ] || cp .env.example .env
	@awk -F= 'NR == FNR { has[$$1]; next } /^[A-Z]/ && !($$1 in has)' .env .env.example >> .env

$(VENV)/.meltano: requirements.txt
	$(call say,Installing Meltano into $(VENV))
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; v in ((3, 11), (3, 12), (3, 13)) or sys.exit("Headwater needs Python 3.11 to 3.13; this is %d.%d. Name another: make PYTHON=python3.12 ..." % v)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.txt)"
	@$(UV) pip install --quiet --python $(BIN)/python --requirement requirements.txt
	@touch $@

$(VENV)/.plugins: $(VENV)/.meltano $(wildcard *.meltano.yml */*.meltano.yml plugins/*/*.meltano.yml plugins/*/pyproject.toml plugins/*/requirements.txt extract/*.txt transform/requirements.txt)
	$(call say,Installing the plugins - each into an environment of its own)
	@$(MELTANO) --environment=sandbox --log-level=warning install
	@touch $@

$(VENV)/.dev: $(VENV)/.meltano requirements-dev.txt $(wildcard plugins/*/pyproject.toml)
	$(call say,Installing what the checks need)
	@$(UV) pip install --quiet --python $(BIN)/python --requirement requirements-dev.txt
	@touch $@

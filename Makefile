# Two commands do all the set-up: `make demo` and `make test`. `make help` lists the rest.
# They need Python 3.10 or newer (with venv and pip) and make; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
PEER := .peer
SQLALCHEMY20 := .venv-sqlalchemy20
RUN := $(VENV)/bin/python
WORKERS ?= auto
PYTHONS ?= python3.10 python3.12 python3.13 python3.14
ON_SQLALCHEMY := $(addprefix tests/,api autogenerate ddl operations runtime stories)
SOURCES := src/alembic tests tools benchmarks examples

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types house unit unit20 pythons golden golden20 stubs bench faults docs lock hooks clean

help: ## list the targets
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/ready ## the main job on embedded SQLite; URL=... runs it on another database
	$(RUN) examples/bookshop/demo.py $(if $(URL),--url "$(URL)")

test: lint types unit unit20 ## everything: lint, types, tests on both SQLAlchemy series

check: lint types house ## the fast part: lint, types, house rules

lint: $(VENV)/ready ## ruff: rules and format
	$(VENV)/bin/ruff check $(SOURCES)
	$(VENV)/bin/ruff format --check $(SOURCES)

types: $(VENV)/ready ## mypy --strict, the source and the cases of tests/typing
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy tests/typing/*_cases.py

house: $(VENV)/ready ## floors, sizes, lightness, doors, stubs
	$(RUN) -m pytest -q tests/house

unit: $(VENV)/ready $(PEER)/ready ## the tests, with the newest SQLAlchemy; nightly, faults, chains, clients have longer ones
	ALEMBIC_PEER_PYTHON=$(CURDIR)/$(PEER)/bin/python $(RUN) -m pytest -q -n $(WORKERS) tests

unit20: $(SQLALCHEMY20)/ready ## the rooms that use SQLAlchemy again, with SQLAlchemy 2.0 and a part of the catalogues
	ALEMBIC_CATALOGUE=$(or $(ALEMBIC_CATALOGUE),short) \
	  $(SQLALCHEMY20)/bin/python -m pytest -q -n $(WORKERS) -m "not differential" \
	  --ignore tests/autogenerate/test_mirror.py --ignore tests/autogenerate/test_random_models.py $(ON_SQLALCHEMY)

pythons: ## the same on each other Python that is here (PYTHONS="python3.10 ...")
	@for each in $(PYTHONS); do \
	  if $$each -c "" 2>/dev/null; then $(MAKE) unit PYTHON=$$each VENV=.venv-$$each || exit 1; \
	  else echo "$$each is not here"; fi; done

faults: $(VENV)/ready ## kills at every point and 32 migrators at once, on each database; an hour or so
	ALEMBIC_FAULTS=full $(RUN) -m pytest -q tests/faults

golden: $(VENV)/ready ## rewrite the golden files; read the difference before you commit it
	$(RUN) -m pytest -q tests/ddl --update-golden

golden20: $(SQLALCHEMY20)/ready ## their lines for SQLAlchemy 2.0, after `make golden`
	$(SQLALCHEMY20)/bin/python -m pytest -q tests/ddl --update-golden

stubs: $(VENV)/ready ## write op.pyi and context.pyi anew
	$(RUN) tools/write_stubs.py

bench: $(VENV)/ready $(PEER)/ready ## ratios against the peer and the bare limit; BENCH="--case PATTERN" for a part
	$(RUN) benchmarks/run.py --peer $(PEER)/bin/python $(BENCH)

docs: $(VENV)/ready ## build the documentation into docs/_build/html, warnings are errors
	$(RUN) -m pip install -q -r requirements/docs.txt
	$(RUN) -m sphinx -W --keep-going -q -b html docs docs/_build/html

lock: ## pin the development dependencies anew
	$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install -q uv
	for name in dev docs peer; do .cache/lock/bin/uv pip compile --quiet --upgrade --universal \
	  --python-version 3.10 --no-header --no-annotate --no-emit-index-url \
	  requirements/$$name.in -o requirements/$$name.txt; done
	for name in tests/clients/requirements/*.in; do .cache/lock/bin/uv pip compile --quiet --upgrade --universal \
	  --python-version 3.10 --no-header --no-annotate --no-emit-index-url $$name -o $${name%.in}.txt; done

hooks: $(VENV)/ready ## lint and house rules before each commit
	$(RUN) -m pip install -q pre-commit
	$(VENV)/bin/pre-commit install

clean: ## remove what the other targets made
	rm -rf $(VENV) $(PEER) $(SQLALCHEMY20) .cache .mypy_cache .ruff_cache .pytest_cache docs/_build build dist

$(VENV)/ready: pyproject.toml requirements/dev.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install -q --disable-pip-version-check -r requirements/dev.txt
	$(RUN) -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

$(SQLALCHEMY20)/ready: pyproject.toml requirements/dev.txt
	$(PYTHON) -m venv $(SQLALCHEMY20)
	grep -iv '^sqlalchemy==' requirements/dev.txt > $(SQLALCHEMY20)/requirements.txt
	$(SQLALCHEMY20)/bin/python -m pip install -q --disable-pip-version-check \
	  -r $(SQLALCHEMY20)/requirements.txt "SQLAlchemy[asyncio]==2.0.58"
	$(SQLALCHEMY20)/bin/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

$(PEER)/ready: requirements/peer.txt
	$(PYTHON) -m venv $(PEER)
	$(PEER)/bin/python -m pip install -q --disable-pip-version-check -r requirements/peer.txt
	touch $@

.PHONY: chains clients thirdparty
chains: $(VENV)/ready ## migrations of real packages, with the peer and here (CHAINS="NAME ..."); installs them first
	$(RUN) tests/chains/run.py $(CHAINS)

clients: $(VENV)/ready ## packages that use Alembic, with the peer and here (CLIENTS="NAME ..." or --short)
	$(RUN) tests/clients/run.py $(CLIENTS)

thirdparty: $(VENV)/ready ## impls of dialect packages, with the peer and here; installs them first
	$(RUN) tests/thirdparty/run.py

.PHONY: nightly
nightly: $(VENV)/ready $(PEER)/ready ## autogenerate's whole catalogue, and random models by the thousand (EXAMPLES=4000)
	ALEMBIC_CATALOGUE=full ALEMBIC_EXAMPLES=$(or $(EXAMPLES),4000) \
	  ALEMBIC_PEER_PYTHON=$(CURDIR)/$(PEER)/bin/python $(RUN) -m pytest -q -n $(WORKERS) tests/autogenerate

# Needs Python 3.11 or later and nothing else; everything goes into .venv.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

.PHONY: install run test bench lock clean

install: .venv/installed

run: install
	$(BIN)/guatu migrate
	$(BIN)/guatu replay seeds/
	$(BIN)/guatu serve

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks

# New versions of everything, by hash, with no host name in the files.
lock: .venv/installed-dev
	$(COMPILE) --upgrade --output-file requirements-build.lock requirements-build.in
	$(COMPILE) --upgrade --output-file requirements.lock pyproject.toml
	$(COMPILE) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find service tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# The build tools come first and by hash too, so that what is built here is built with known tools and without isolation.
.venv/python: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Guatu needs Python 3.11 or later: make PYTHON=/path/to/python")'
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements-build.lock
	@touch $@

.venv/installed: .venv/python requirements.lock pyproject.toml
	$(PIP) install --no-build-isolation --require-hashes -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP) install --no-build-isolation --require-hashes -r requirements-dev.lock
	@touch $@

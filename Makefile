# `make app` runs the app, `make test` runs all tests; both create .venv and install what is missing.
PYTHON ?= $(shell for python in python3.12 python3.11 python3 python; do \
	$$python -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null \
	&& echo $$python && break; done)
PY := .venv/bin/python
PORT ?= 8501
# Two test files at a time, the slowest first (see tests/conftest.py); `make test PARALLEL=` runs one at a time.
PARALLEL ?= -n 2 --dist loadfile --no-loadscope-reorder
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: app test test-all attack quick lint system bench bundle thumbnails lock clean

app: .venv/app system
	$(PY) -m streamlit run app.py --server.port $(PORT)

test: .venv/dev system lint
	$(PY) -m pytest $(PARALLEL)

# Every preset as code in every API and loop, run alone and compared, every architecture of keras.applications
# through import, and every layer in every export format: an hour or more.
test-all: test
	$(PY) -m pytest $(PARALLEL) -m allcode

# What once broke the app, repeated: damaged input, kills, a busy machine. Half an hour, with nothing else running.
attack: .venv/dev system
	$(PY) -m pytest -m attack

quick: .venv/dev lint
	$(PY) -m pytest $(PARALLEL) -m "not browser and not slow"

lint: .venv/dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports --no-cache
	$(PY) -m mypy

bench: .venv/dev
	$(PY) -m benchmarks

# The canvas library, built from blockwright/ui/frontend/canvas with Node.js 20; the result is committed.
bundle:
	cd blockwright/ui/frontend/canvas && npm ci --no-audit --no-fund && node build.mjs

# The shapes of the examples' networks, which their cards on the page Start draw; the result is committed.
thumbnails: .venv/app
	$(PY) -m blockwright.network.topology blockwright/ui/start/topologies.json

# The Debian packages that draw PNG files and drive the browser tests; without the rights to install
# them the app still runs, and says what is missing.
system:
	@.ci/packages $(if $(filter test test-all attack,$(MAKECMDGOALS)),graphviz chromium,graphviz)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Blockwright needs Python 3.11 or 3.12, with its venv module."; exit 1; }
	$(PYTHON) -m venv .venv || { .ci/packages python3-venv && $(PYTHON) -m venv --clear .venv; }
	$(PY) -m pip install --quiet --upgrade pip

.venv/app: requirements.txt | .venv/bin/python
	$(PY) -m pip install --quiet -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt | .venv/bin/python
	$(PY) -m pip install --quiet -r requirements-dev.txt
	@touch $@ .venv/app

# Every package, also indirect ones, with its version and hashes, for all systems: what requirements*.txt resolve to.
# Versions that still fit stay; `make lock UPGRADE=--upgrade` takes the latest ones. The result is committed.
lock: | .venv/bin/python
	$(PY) -m venv .venv/uv && .venv/uv/bin/python -m pip install --quiet uv==0.13.9
	for name in requirements requirements-dev; do UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/uv/bin/uv pip compile \
		$$name.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		$(UPGRADE) --quiet --output-file $$name.lock || exit 1; done

clean:
	rm -rf .venv

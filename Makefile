# Everything here works on a fresh machine with Python 3.11+ and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test check bench lab docs setup browser cluster clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    set up, then run the whole path on the shipped data into demo/"
	@echo "make test    set up, then run the tests"
	@echo "make check   format, lint, types, import layers, tests"
	@echo "make browser tests in a real Chromium;  make cluster  tests on a real Slurm"
	@echo "make bench   benchmarks, printed as ratios"
	@echo "make lab     JupyterLab on the notebooks"
	@echo "make docs    the manual, into docs/_build/index.html; it needs no network to be read"

setup: $(READY)

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[all,dev,docs]"
	touch $(READY)

demo: setup
	$(BIN)/workbench demo --out demo $(DEMO)

test: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

browser: setup
	$(BIN)/python -m pytest tests/browser -m "browser and not slow" -o cache_dir=.pytest_cache/browser

cluster: setup
	$(BIN)/python -m pytest tests/cluster -m cluster -o cache_dir=.pytest_cache/cluster

bench: setup
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

lab: setup
	@mkdir -p $(VENV)/share/jupyter/lab/settings  # no news, no update check: nothing asks for the network
	@printf '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
		> $(VENV)/share/jupyter/lab/settings/overrides.json
	$(BIN)/jupyter lab --ServerApp.root_dir=notebooks --ip=127.0.0.1

docs: setup
	$(BIN)/python -m sphinx -W --keep-going --quiet -b html -d docs/_build/.doctrees docs docs/_build

clean:
	rm -rf demo ci-output build dist docs/_build docs/generated

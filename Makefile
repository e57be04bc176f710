# Everything sets itself up: `make demo` and `make test` work in a fresh checkout with Python 3.11 or newer.

VENV   ?= .venv
BIN    := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell \
            $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
# Two stamps: running the program needs less than developing it.
RUN := $(VENV)/.kpi-run
DEV := $(VENV)/.kpi-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# An editable install compiles nothing, and where PYTHONDONTWRITEBYTECODE is set every start would: a tenth of a second.
COMPILE := $(BIN)/python -m compileall -q kpi
# xdist pays off from two cores; more workers than eight only cost memory.
TEST_OPTIONS ?= -n auto --dist worksteal

.PHONY: help demo test prove golden lint format messages bench drift fuzz wheel clean

help:
	@echo "make demo      set up and run the embedded example"
	@echo "make test      set up and run the tests (ARGS='-k name' to choose)"
	@echo "make prove     hold the engine to the reference on CASES random definitions (SEED=... for others)"
	@echo "make lint      format, style, types, import layers"
	@echo "make format    let ruff rewrite what it can"
	@echo "make messages  extract the sentences to translate and compile the catalogues"
	@echo "make golden    write the golden files anew (then read the diff)"
	@echo "make bench     run the benchmarks (ARGS=--report writes docs/benchmarks.md)"
	@echo "make drift     fail if a ratio is twice the recorded one (ARGS=--record records anew)"
	@echo "make fuzz      fuzz the readers, formulas and definitions with atheris (ARGS='--seconds 600 file')"
	@echo "make wheel     build dist/kpi-*.whl"
	@echo "make clean     remove everything that make has made"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "kpi needs Python 3.11 or newer; none was found. Give one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(RUN): pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@$(COMPILE)
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@$(COMPILE)
	@touch $@ $(RUN)

demo: $(RUN)
	@$(BIN)/kpi demo

test: $(DEV)
	@$(COMPILE)
	$(BIN)/python -m pytest $(TEST_OPTIONS) $(ARGS)

CASES ?= 1000000
SEED  ?= 0
prove: $(DEV)
	KPI_CASES=$(CASES) KPI_SEED=$(SEED) $(BIN)/python -m pytest $(TEST_OPTIONS) -k give tests/evaluation/test_many_cases.py

golden: $(DEV)
	$(BIN)/python -m pytest $(TEST_OPTIONS) --update-golden $(ARGS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict kpi
	$(BIN)/lint-imports

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(DEV)
	$(BIN)/python -m kpi.locale.catalogue

bench: $(DEV)
	$(BIN)/python -m benchmarks $(ARGS)

drift: $(DEV)
	$(BIN)/python -m benchmarks.drift $(ARGS)

fuzz: $(DEV)
	$(PIP) --editable '.[fuzz]'
	$(BIN)/python -m fuzz $(ARGS)

wheel: $(DEV)
	@rm -rf dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .fuzz

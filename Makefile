# Everything the project does from a clone. `make` alone lists the targets.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
READY := $(VENV)/.ready

# `make test TESTS=tests/test_merkle.py PYTEST_ARGS="-k inclusion"`
TESTS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format types bench catalogues wheel-smoke coverage clean distclean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## virtual environment, the package and the tools of development

# pip 25.1 is the first that installs dependency groups.
$(READY): pyproject.toml scripts/find_python.sh
	$$(sh scripts/find_python.sh) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --upgrade 'pip>=25.1'
	$(PYTHON) -m pip install --quiet --editable '.[heic,ocr]' --group dev
	@touch $@

demo: setup ## the main job, from screenshots to a verified dossier
	@sh scripts/system_tools.sh --or-extra $(PYTHON) tesseract
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash demo/run.sh

test: setup ## the tests (TESTS=..., PYTEST_ARGS=...)
	@sh scripts/system_tools.sh --or-skip tesseract pdftotext qpdf openssl
	$(PYTHON) -m pytest -n 2 $(PYTEST_ARGS) $(TESTS)

coverage: setup ## the tests, with branch coverage
	@sh scripts/system_tools.sh --or-skip tesseract pdftotext qpdf openssl
	$(PYTHON) -m pytest -n 2 --cov --cov-branch --cov-report=term $(PYTEST_ARGS) $(TESTS)

lint: setup ## style, format and types
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

format: setup ## write the format that lint wants
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: setup ## types alone
	$(PYTHON) -m mypy

bench: setup ## speed, as ratios taken in one run
	@sh scripts/system_tools.sh --or-skip tesseract openssl
	$(PYTHON) -m bench

catalogues: setup ## extract, merge and compile the French and English sentences
	$(PYTHON) scripts/catalogues.py

wheel-smoke: setup ## build the wheel and use it outside the source tree
	bash scripts/wheel_smoke.sh $(PYTHON)

clean: ## remove what the other targets made, except the virtual environment
	rm -rf build dist demo/out .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## the virtual environment too
	rm -rf $(VENV)

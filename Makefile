# Everything the project does from a clone. `make` alone lists the targets.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
READY := $(VENV)/.ready

# `make test TESTS=tests/test_merkle.py PYTEST_ARGS="-k inclusion"`
TESTS ?=
PYTEST_ARGS ?=
# `make eval CORPUS=path/to/corpus`, or so many degraded pictures of each page of evaluation/held_out, besides the clean one.
CORPUS ?=
EVAL_SHARE ?= 1
# What the tests run beside Python; .ci/run insists on them.
TEST_TOOLS := tesseract pdftotext qpdf openssl unzip javac softhsm2-util chromium node npm soffice
# What the tests of the browser verifier build it with; without npm they skip and say so.
NODE_MODULES := if command -v npm >/dev/null; then cd verifier-web && npm ci --silent --no-audit --no-fund; fi

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format types bench eval learn figures phrase catalogues verifier vectors golden wheel-smoke coverage clean distclean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## virtual environment, the package and the tools of development

# pip 25.1 is the first that installs dependency groups.
$(READY): pyproject.toml scripts/find_python.sh
	$$(sh scripts/find_python.sh) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --upgrade 'pip>=25.1'
	$(PYTHON) -m pip install --quiet --editable '.[heic,ocr,ots,pkcs11]' --group dev
	@touch $@

demo: setup ## the main job, from screenshots to a verified dossier
	@sh scripts/system_tools.sh --or-extra $(PYTHON) tesseract
	@sh scripts/system_tools.sh openssl
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash demo/run.sh

test: setup ## the tests (TESTS=..., PYTEST_ARGS=...)
	@sh scripts/system_tools.sh --or-skip $(TEST_TOOLS)
	@$(NODE_MODULES)
	$(PYTHON) -m pytest -n 2 $(PYTEST_ARGS) $(TESTS)

coverage: setup ## the tests, with branch coverage
	@sh scripts/system_tools.sh --or-skip $(TEST_TOOLS)
	@$(NODE_MODULES)
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

eval: setup ## reading measured on labelled screenshots (CORPUS=..., or one that is made first; EVAL_SHARE=N pages each)
	@sh scripts/system_tools.sh tesseract chromium
	test -n "$(CORPUS)" || $(PYTHON) -m evaluation make --pages $(filter-out %/information.json,$(wildcard evaluation/held_out/*.json)) --out build/eval --per-page $(EVAL_SHARE)
	$(PYTHON) bench/eval_ocr.py $(or $(CORPUS),build/eval) --out build/predictions.jsonl
	$(PYTHON) -m evaluation score $(or $(CORPUS),build/eval) build/predictions.jsonl --into docs/legibility.md

phrase: setup ## a phrase of a platform added, and tested (PLATFORM= TEXT= OUTCOME= SOURCE= CONFIDENCE= EXAMPLE= NOT= DETAIL=)
	@$(PYTHON) scripts/phrase.py "$$PLATFORM" "$$TEXT" --outcome "$$OUTCOME" --source "$$SOURCE" \
		--confidence "$$CONFIDENCE" --example "$$EXAMPLE" $${NOT:+--not "$$NOT"} $${DETAIL:+--detail "$$DETAIL"}
	$(PYTHON) -m pytest -q tests/test_ocr_phrases.py tests/test_ocr_catalogue.py tests/test_ocr_wordings.py

learn: setup ## the classifier of sentences, learned anew from the examples in evaluation/
	$(PYTHON) -m evaluation.learn

figures: setup ## the reader of figures, learned anew from lines drawn in the fonts that evaluation/README.md names
	$(PYTHON) -m evaluation.figures

catalogues: setup ## extract, merge and compile the French and English sentences
	$(PYTHON) scripts/catalogues.py

verifier: setup ## the browser verifier, built from verifier-web (after `make catalogues`)
	@sh scripts/system_tools.sh node npm
	cd verifier-web && npm ci --no-audit --no-fund
	$(PYTHON) verifier-web/generate.py
	cd verifier-web && node build.mjs
	$(PYTHON) scripts/page_digest.py

vectors: setup ## the published vectors, made anew
	PYTHONPATH=tests $(PYTHON) -m vectors.make

golden: setup ## the pictures of pages that tests compare, drawn anew: look at them before you commit
	PYTHONPATH=tests $(PYTHON) scripts/golden.py

wheel-smoke: setup ## build the wheel and use it outside the source tree
	bash scripts/wheel_smoke.sh $(PYTHON)

clean: ## remove what the other targets made, except the virtual environment
	rm -rf build dist demo/out .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean ## the virtual environment too
	rm -rf $(VENV)

# Release QA. `make` or `make help` lists what there is.

PYTHON ?= python3
PORT ?= 7860
INDEX ?= index
RELEASES ?= seeds
BIN := .venv/bin

# Two tests at a time would wait for each other's threads, spinning.
ONE_THREAD := OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE

export GRADIO_ANALYTICS_ENABLED := False

.DEFAULT_GOAL := help
.PHONY: help run index test proof proof-service proof-formats proof-page proof-cluster proof-image pictures check bench bench-size bench-throughput bench-update questions reader lock clean

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "make %-13s %s\n", $$1, $$2}'
	@echo "Settings: PORT=7860 INDEX=index RELEASES=seeds PYTHON=python3, e.g. make run PORT=7961"

run: index  ## install, build the index if it is missing or stale, open the chat on 127.0.0.1
	@$(BIN)/python app.py --port $(PORT) --index $(INDEX) --releases $(RELEASES)

index: .venv/installed  ## build the index of RELEASES; quick if nothing has changed
	@$(BIN)/python -m qa build --releases $(RELEASES) --index $(INDEX)

test: .venv/installed-dev  ## install what tests need, then run every test; TESTS=PATH for some
	@$(ONE_THREAD) $(BIN)/python -m pytest -q -n 2 --dist worksteal $(TESTS)

proof: .venv/installed-dev  ## prove the index against power cuts, kills, failing disks, damage and rivals; some hours
	@QA_PROOF=full $(BIN)/python -m tests.reliability.prove docs/evidence

proof-service: .venv/installed-dev  ## send the routes for programs 10,000 requests made from their OpenAPI
	@$(BIN)/python -m tests.service.contract 10000

proof-formats: .venv/installed-dev  ## give each reader of a format 100,000 made and damaged files; one to two hours
	@$(BIN)/python -m tests.fuzzing.prove docs/evidence $(or $(INPUTS),100000)
	@QA_PROOF=full $(BIN)/python -m pytest -q tests/test_formats_fuzzed.py

proof-page: .venv/installed-dev  ## every hostile passage in every field, in a real Chromium; some minutes
	@QA_PROOF=full $(BIN)/python -m pytest -q tests/test_web_page.py

proof-cluster: .venv/installed-dev  ## lose every machine of a cluster in a build, and go on; some minutes
	@QA_PROOF=full $(BIN)/python -m pytest -q tests/test_cluster.py

proof-image: .venv/installed-dev  ## do the steps of the Dockerfile without an engine, up to a healthy server; as root, some minutes
	@$(BIN)/python -m tests.image.prove

pictures: .venv/installed-dev  ## pictures of the page over the sample releases, and how soon it answers, into docs/pictures
	@$(BIN)/python -m benchmarks.pictures

check: .venv/installed-dev  ## formatting, lint, docstrings, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/installed-dev  ## speed of building and answering; BENCH_RELEASES=DIR for your own
	@$(BIN)/python -m benchmarks.speed --releases $(or $(BENCH_RELEASES),$(RELEASES))

bench-size: .venv/installed-dev  ## serving against size, into docs/size.md; SOURCE=INDEX is multiplied
	@$(BIN)/python -m benchmarks.size --source $(or $(SOURCE),$(INDEX)) $(SIZE_OPTIONS)

bench-update: .venv/installed-dev  ## adding, changing and removing a release, into docs/size.md; BENCH_RELEASES=DIR
	@$(BIN)/python -m benchmarks.update --releases $(or $(BENCH_RELEASES),$(RELEASES)) --out docs $(UPDATE_OPTIONS)

bench-throughput: .venv/installed-dev  ## building against plain encoding and the machine's peak, into docs/throughput.md
	@$(BIN)/python -m benchmarks.throughput --releases $(RELEASES) $(THROUGHPUT_OPTIONS)

questions: .venv/installed-dev  ## train anew how questions are read; TRAINING=DIR of questions, INDEX of their releases
	@$(BIN)/python -m benchmarks.train_question_side --training $(or $(TRAINING),$(error name the folder of training files: make questions TRAINING=DIR)) --index $(INDEX) $(TRAIN_OPTIONS)

reader: .venv/installed-dev  ## train the reader anew; TRAINING=DIR of questions, INDEX of their releases
	@$(BIN)/python -m benchmarks.train_reader --training $(or $(TRAINING),$(error name the folder of training files: make reader TRAINING=DIR)) --index $(INDEX) $(TRAIN_OPTIONS)

lock: .venv/installed-dev  ## choose newest versions anew and write them to the lock files
	@$(BIN)/python -m benchmarks.lock

clean:  ## remove the environment and caches; releases and index stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing the pinned packages into .venv (some minutes the first time)"
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.lock
	@touch $@

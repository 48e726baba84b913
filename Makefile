# Each target sets up what it needs first; see bootstrap.
.PHONY: demo up test test-all check bench lock notice glossary knowledge fix clean
.DEFAULT_GOAL := help
BIN := .venv/bin

help:
	@echo "make demo    see it working with a made-up runner"
	@echo "make up      start it with your own data"
	@echo "make test    run the tests, without the long runs of faults and kills"
	@echo "make test-all  run every test"
	@echo "make check   lint, types, layers, notebooks, docs"
	@echo "make bench   measure the hot paths"
	@echo "make fix     format and mend what the linter can"
	@echo "make lock    resolve the lock files anew"
	@echo "make notice  write NOTICE anew, after make lock"
	@echo "make glossary  write the glossary anew, after a definition changed"
	@echo "make knowledge  write the list of the coach's sources anew, after a passage changed"

demo:
	@./bootstrap
	@exec $(BIN)/runningcoach demo

up:
	@./bootstrap
	@exec $(BIN)/runningcoach up

# Tests start many processes, which would each compile all modules if none kept what it compiled.
unexport PYTHONDONTWRITEBYTECODE
ALONE := $(BIN)/python -m pytest -n 0 -m alone tests/test_up.py
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

test:
	@./bootstrap dev
	$(ALONE)
	$(PYTEST) -m "not deep and not alone"

test-all:
	@./bootstrap dev
	$(ALONE)
	$(PYTEST) -m "not alone"

check:
	@./bootstrap dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/check tests/notebooks

bench:
	@./bootstrap dev
	$(BIN)/python -m benchmarks

fix:
	@./bootstrap dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	--python-version 3.12 --upgrade pyproject.toml

lock:
	$(LOCK) --group setup -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

notice:
	@./bootstrap dev
	$(BIN)/python tools/make_notice.py

glossary:
	@./bootstrap dev
	$(BIN)/python tools/make_glossary.py

knowledge:
	@./bootstrap dev
	$(BIN)/python tools/make_knowledge.py

clean:
	rm -rf .venv build dist

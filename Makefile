PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.PHONY: run test check-content lint bench install install-dev lock

# Prepares everything and serves on http://$(HOST):$(PORT).
run: install
	@exec .venv/bin/python -m kb.serve

test: install-dev
	@scripts/browser
	@exec .venv/bin/python -m pytest $(ARGS)

# Proves the articles: examples run, links lead somewhere, words are spelt right.
check-content: install-dev
	@exec .venv/bin/python -m pytest tests/content $(ARGS)

lint: install-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .

# The search beside other engines, on our own content or on what ARGS names.
bench: install-dev
	.venv/bin/python -m pip install -q -r benchmarks/requirements.txt
	@exec .venv/bin/python -m benchmarks search $(ARGS)

install:
	@PYTHON="$(PYTHON)" scripts/install requirements.txt

install-dev:
	@PYTHON="$(PYTHON)" scripts/install requirements-dev.txt

# Writes the locks anew from pyproject.toml.
lock: install-dev
	scripts/lock

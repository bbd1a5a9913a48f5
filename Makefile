PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

# With ARGS one process does: a worker of its own takes longer to start than most choices to run.
WORKERS ?= $(if $(ARGS),0,auto)
VENV = .venv
# Compiled tests are kept, whatever the environment says: each process would compile them again.
PYTEST = env PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -m pytest --numprocesses $(WORKERS) \
	--dist loadgroup
FAST = not browser and not content and not slow
# What runs without processes and tools of its own, and so on every Python and PostgreSQL.
PLAIN = not browser and not content and (not slow or thorough)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-plain test-long coverage check-content format lint typecheck bench \
	install install-dev lock clean

help: ## Says what each target is for.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: install ## Prepares everything and serves on http://$HOST:$PORT.
	@exec .venv/bin/python -m kb.serve

test: install-dev ## Runs every test, or those that ARGS name: make test ARGS=tests/search.
	@exec $(PYTEST) $(ARGS)

test-fast: install-dev ## Runs, of the tests that need neither browser nor content and are not slow, one case of each table.
	@exec $(PYTEST) -m "$(FAST)" --one-case $(ARGS)

test-plain: install-dev ## Runs the fast tests and the thorough ones, of each table one case.
	@exec $(PYTEST) -m "$(PLAIN)" --one-case $(ARGS)

test-long: install-dev ## Runs the slow tests, with ten times as many generated histories.
	@exec $(PYTEST) -m slow --hypothesis-profile long $(ARGS)

coverage: install-dev ## Says which lines the tests leave out, of all of them or of those ARGS name.
	@mkdir -p var/coverage
	.venv/bin/coverage erase
	.venv/bin/coverage run -m pytest --numprocesses $(WORKERS) --dist loadgroup -m "$(PLAIN)" $(ARGS)
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report

check-content: install-dev ## Proves the articles: examples run, links lead somewhere, words are spelt right.
	@exec $(PYTEST) tests/content $(ARGS)

format: install-dev ## Formats the code and mends what the linter can.
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lint: install-dev typecheck ## Checks style, imports, types, templates, scripts and styles.
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet templates
	node_modules/.bin/biome lint --error-on-warnings

typecheck: install-dev ## Checks types.
	.venv/bin/mypy .

bench: install-dev ## Measures the search beside other engines, on content/ or on what ARGS names.
	.venv/bin/python -m pip install -q -r benchmarks/requirements.txt
	@exec .venv/bin/python -m benchmarks search $(ARGS)

install: ## Installs what the site needs into .venv.
	@PYTHON="$(PYTHON)" scripts/install requirements.txt

install-dev: ## Installs what the tests and linters need, too.
	@PYTHON="$(PYTHON)" scripts/install requirements-dev.txt

lock: install-dev ## Writes the locks from pyproject.toml and package.json.
	scripts/lock

clean: ## Removes what tools leave behind; var/ with the database and .venv stay.
	rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
		staticfiles var/coverage
	find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune \
		-exec rm -rf {} +

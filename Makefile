# Two commands matter: `make demo` (the product, with demo people) and `make test` (everything).
# With DATABASE_URL and REDIS_URL in the environment they use those servers, else private ones.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py
WITH_SERVERS = $(BIN)/python -m spinecare.embedded run --
TEMPLATES = $$(find templates -name '*.html')
UV_COMPILE = ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(UPGRADE)
# One more than there are processors: tests of real processes mostly wait.
WORKERS = $$($(BIN)/python -c 'import os; print(min(os.cpu_count(), 7) + 1)')
# What production would set, so that `check --deploy` sees what production is.
PRODUCTION = SPINECARE_MODE=production SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	DATABASE_URL=postgresql://spinecare@localhost/spinecare REDIS_URL=redis://localhost/0 \
	ALLOWED_HOSTS=spinecare.example SITE_URL=https://spinecare.example

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A DATABASE_URL alone would mean production.
export SPINECARE_MODE ?= development

.PHONY: help demo test lint messages bench-accuracy bench-requests bench-sweep bench-imports browser services stop reset lock
help: ## what this file can do
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/demo.done ## the product with demo people, until Ctrl-C
	@$(BIN)/python -m spinecare.launch

test: .venv/dev.done browser ## everything; a part: make test ARGS="tests/pathway -n0"
	$(WITH_SERVERS) $(BIN)/pytest $(or $(ARGS),-n $(WORKERS) --dist loadfile --cov)

lint: .venv/dev.done ## every check that needs no test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djade --check $(TEMPLATES)
	$(BIN)/djhtml --check $(TEMPLATES)
	$(BIN)/djlint --lint --quiet $(TEMPLATES)
	$(WITH_SERVERS) $(MANAGE) makemigrations --check --dry-run
	@echo "manage.py check --deploy, as production sees it"
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

messages: .venv/dev.done ## gather the patients' texts into locale/, compile them, say what has no Spanish yet
	@DJANGO_SETTINGS_MODULE=spinecare.settings $(BIN)/python -m spinecare.catalogue

bench-accuracy: .venv/dev.done ## how often the flags are right, on simulated people, old and new: ARGS=--quick
	$(BIN)/python -m bench.accuracy $(ARGS)
	$(BIN)/python -m bench.stress $(ARGS)

bench-imports: .venv/dev.done ## seconds and memory of an import: ARGS="10000 100000"
	$(BIN)/python -m bench.imports $(ARGS)

bench-requests: .venv/dev.done ## how long a clinician's pages take, beside an empty one: ARGS="--patients 2000"
	$(WITH_SERVERS) $(BIN)/python -m bench.requests $(ARGS)

bench-sweep: .venv/dev.done ## how fast a night's review is, beside a scan of its rows: ARGS=--full
	$(WITH_SERVERS) $(BIN)/python -m bench.sweep $(ARGS)

browser: ## a Chromium for the browser tests, where none is
	@.ci/chromium

services: .venv/demo.done ## start the private PostgreSQL and Redis of this checkout, and leave them running
	@$(BIN)/python -m spinecare.embedded start
stop: ## stop them
	@$(BIN)/python -m spinecare.embedded stop

reset: ## stop the demo of this checkout and forget it: its data, its keys, its logs
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m spinecare.launch reset; else rm -rf .local; fi

lock: .venv/dev.done ## pin requirements/*.in with hashes; newer versions: make lock UPGRADE=--upgrade
	cd requirements && $(UV_COMPILE) base.in -o base.txt
	cd requirements && $(UV_COMPILE) base.in embedded.in -c base.txt -o embedded.txt
	cd requirements && $(UV_COMPILE) base.in embedded.in dev.in -c embedded.txt -o dev.txt

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Spinecare needs Python 3.11 or later. Install it" \
		"(Debian, Ubuntu: apt-get install python3 python3-venv), or say where it is:" \
		"make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python could make no virtual environment." \
		"Install its venv module (Debian, Ubuntu: apt-get install python3-venv) and try again."; exit 1; }

# $(1).txt is a superset of base.txt; the stamp is younger than it when all of it is installed.
define install
	@echo "  Python packages, pinned in requirements/$(1).txt (about $(2))"
	@began=$$(date +%s); $(BIN)/pip install --quiet --require-hashes -r requirements/$(1).txt \
		&& touch $@ && echo "  installed in $$(( $$(date +%s) - began )) s"
endef
.venv/demo.done: requirements/embedded.txt | .venv/bin/pip
	$(call install,embedded,20 s)
.venv/dev.done: requirements/dev.txt | .venv/bin/pip
	$(call install,dev,a minute)

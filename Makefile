# Two commands matter: `make demo` (the product, with demo people) and `make test` (everything).
PYTHON ?= python3

.venv: requirements/dev.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --require-hashes -r requirements/dev.txt
	touch .venv

.PHONY: services stop
services: ## start the private PostgreSQL and Redis of this checkout and leave them running
	.venv/bin/python -m spinecare.embedded start
stop: ## stop them
	.venv/bin/python -m spinecare.embedded stop

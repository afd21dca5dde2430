# Two commands matter: `make demo` (the product, with demo people) and `make test` (everything).
PYTHON ?= python3

.venv: requirements/dev.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --require-hashes -r requirements/dev.txt
	touch .venv

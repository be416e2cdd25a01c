# make run    the whole system with a demo county; Ctrl-C ends it. Another port: make run PORT=8001
# make test   the test suite on SQLite
# make screenshots   every page as each person sees it, at 390 and 1440 px, into var/screenshots (needs Chromium; OUT=folder)
# make papers   every printed form, filled and blank, and the duty report in every form, as pictures into var/papers (OUT=folder)
# make bench  how fast it is, on a PostgreSQL (DATABASE_URL), into benchmarks/RESULTS.md; all: SIZES="county province country"
# Needed: git, make, and Python 3.11 or newer with venv (Debian: python3-venv). The plain commands are in the README.

PIP = .venv/bin/python -m pip install --disable-pip-version-check --require-hashes

run: install
	.venv/bin/python manage.py up $(if $(PORT),--port $(PORT))

install: .venv/installed

test: .venv/installed-for-tests
	.venv/bin/python -m pytest -n 2 --create-db --reuse-db

screenshots: .venv/installed-for-tests
	.venv/bin/python -m tests.pages $(OUT)

papers: .venv/installed-for-tests
	.venv/bin/python -m tests.pages.papers $(OUT)

bench: install
	.venv/bin/python -m benchmarks $(SIZES) $(if $(ONLY),--only $(ONLY)) $(if $(FRESH),--fresh)

.venv/installed: requirements.txt | .venv/bin/pip
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-for-tests: requirements-dev.txt | .venv/bin/pip
	$(PIP) -r requirements-dev.txt
	@touch $@

# The newest Python that runs: its name alone proves nothing (pyenv keeps names of versions that are not active).
.venv/bin/pip:
	@for python in python3.13 python3.12 python3.11 python3; do \
	    $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    echo "$$($$python -V) -> .venv"; $$python -m venv .venv && exit 0; \
	done; echo "Python 3.11+ with venv is needed (apt-get install python3-venv)" >&2; exit 1

.PHONY: run install test screenshots papers bench

# Everything a developer or CI does. The environment is made in .venv from the hashed lock file.
PY := .venv/bin/python
STAMP := .venv/.installed
ON_SERVER := tests/core/store tests/core/services tests/gui/test_on_server.py

.PHONY: run demo test test-postgresql check simulate dist dist-old drill bench bench-pdf lock clean

run: $(STAMP)
	@tools/setup.sh display
	$(PY) main.py

demo: $(STAMP)
	$(PY) main.py demo

test: $(STAMP) check
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 -q

# The store and its services once more, every store on a real PostgreSQL: a scratch one, gone when the tests end.
test-postgresql: $(STAMP)
	@tools/setup.sh postgresql
	QT_QPA_PLATFORM=offscreen tools/postgresql.sh run $(PY) -m pytest -n 2 -q $(ON_SERVER)

# 30 offices and a bureau on a post that loses, repeats, delays and damages their files; prints its figures.
simulate: $(STAMP)
	PYTHONPATH=. $(PY) tools/simulate.py

# The folder that is handed out: built, tried, packed into dist/ with its sums, and run from odd places.
dist: $(STAMP)
	PYTHONPATH=. $(PY) tools/dist.py
	$(PY) -m pytest -m dist -n 0 -q tests/dist

# The same for old Linux desktops: built in a chroot of their age, then tried with real keys in a bare one. Needs root.
dist-old: $(STAMP)
	@tools/setup.sh old-linux
	tools/old_linux/build.sh

# Update and going back, on the frozen program that `make dist` left and a next version made here.
drill: $(STAMP)
	PYTHONPATH=. $(PY) tools/drill.py

# Start, lists, saving, Excel, checks, exchange and pages, each beside a bare call of the same work, in one table.
bench: $(STAMP)
	$(PY) -m benchmarks.all

# 1,000 recommendation sheets, ours and others'; prints the ratios.
bench-pdf: $(STAMP) .venv-peers/.installed
	PYTHONPATH=. $(PY) benchmarks/pdf.py

check: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports

lock:
	tools/setup.sh lock

.venv-peers/.installed: benchmarks/peers.lock
	tools/setup.sh peers

$(STAMP): requirements.lock tools/setup.sh
	tools/setup.sh install

clean:
	rm -rf .venv .venv-peers greenladder-demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

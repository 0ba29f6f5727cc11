# Everything a developer or CI does. The environment is made in .venv from the hashed lock file.
PY := .venv/bin/python
STAMP := .venv/.installed

.PHONY: run demo test check lock clean

run: $(STAMP)
	@tools/setup.sh display
	$(PY) main.py

demo: $(STAMP)
	$(PY) main.py demo

test: $(STAMP) check
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 -q

check: $(STAMP)
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports

lock:
	tools/setup.sh lock

$(STAMP): requirements.lock tools/setup.sh
	tools/setup.sh install

clean:
	rm -rf .venv greenladder-demo build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

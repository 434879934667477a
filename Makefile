# Needs Python 3.11+ and make; the first run sets up .venv from the lock files.
PYTHON ?= python3
BIN := .venv/bin
# Half as many again as there are cores: tests also wait, for servers, browsers and databases.
WORKERS ?= $(shell expr \( $$(nproc) \* 3 + 1 \) / 2)

.PHONY: demo test check bench serve docs lock run-environment dev-environment clean

demo: run-environment  ## the embedded gate on a simulated day, and the handbook data where they are
	@$(BIN)/zhamen demo

serve: run-environment  ## the gate on http://127.0.0.1:8080
	@$(BIN)/zhamen serve

test: dev-environment  ## every test
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: dev-environment  ## what is checked without running: style, types, floors
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/ruff format --check src tests benchmarks tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: dev-environment  ## every benchmark scenario, written to benchmarks/results
	@$(BIN)/python -m benchmarks

docs: dev-environment  ## write the generated reference pages anew
	@$(BIN)/python tools/reference.py

lock: dev-environment  ## resolve the lock files anew
	@$(BIN)/python tools/lock.py

run-environment:
	@$(PYTHON) tools/environment.py run

dev-environment:
	@$(PYTHON) tools/environment.py dev

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Two commands are enough: `make search` and `make test`. Both install what they need, once.
#   make search DESIGN=path/to/design.v ARGS="--objective area --liberty sky130"
PYTHON ?= python3
DESIGN ?= examples/bin_to_bcd.v
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install search test check icarus clean

search: install
	$(BIN)/eda-rl search $(DESIGN) $(ARGS)

test: install
	$(BIN)/python -m pytest -n auto

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "eda-rl needs Python 3.10 or later: make PYTHON=/path/to/python3"; exit 3; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "no virtual environment can be made: apt-get install python3-venv"; exit 3; }
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@command -v iverilog >/dev/null || $(MAKE) --no-print-directory icarus
	@touch $@

# Icarus Verilog simulates netlists against RTL; a search works without it.
icarus:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq iverilog >/dev/null; \
	elif sudo -n true 2>/dev/null && command -v apt-get >/dev/null; then \
		sudo apt-get update -qq && sudo apt-get install -y -qq iverilog >/dev/null; \
	else \
		echo "Icarus Verilog is missing: run 'sudo apt-get install iverilog' to simulate netlists"; \
	fi

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

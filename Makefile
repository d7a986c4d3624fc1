# What people and CI type. Everything is done by the programs it names; see infra/tools/README.md.
BIN := .venv/bin
TOOLS := $(wildcard infra/tools/*.py infra/tools/*/*.py)

.DEFAULT_GOAL := help
.PHONY: help demo test bench check tools browser environment

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: tools  ## one rack, from specification to a Slurm job (KEEP=1 leaves the lab up)
	@KEEP="$(KEEP)" $(BIN)/python tests/demo.py

test: tools browser check  ## every check and every test, the lab included
	@$(BIN)/python -m pytest

bench: environment  ## how fast rendering is, as ratios, beside pyavd, kapitan and Ansible
	@$(BIN)/python tests/bench/run.py

check: environment  ## formats, types, imports and playbooks, without running anything
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	MYPYPATH=infra/tools $(BIN)/mypy --cache-dir .mypy_cache/tools $(TOOLS)
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict --config-file playbooks/.yamllint playbooks .pre-commit-config.yaml
	cd playbooks && ../$(BIN)/ansible-lint --offline

tools:  ## set up what this machine lacks, once: packages, environments, node image, Pulumi
	@infra/tools/set-up

browser:  ## Chromium, for the tests of the report
	@infra/tools/set-up browser

environment:  ## only .venv
	@infra/tools/set-up environment

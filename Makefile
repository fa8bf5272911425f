# Beseda's commands. `make help` lists them; what each does is in tools/.

SHELL := /bin/bash
DATA ?=
LISTEN ?= 127.0.0.1:8080

.DEFAULT_GOAL := help
.PHONY: help run demo test check openapi fmt bench soak fuzz sabotage pictures book

help: ## This table
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  run and demo take DATA=folder and LISTEN=host:port."

run: ## Build what changed and start Beseda on http://127.0.0.1:8080, data in ./data
	@tools/run.sh serve "$(or $(DATA),./data)" "$(LISTEN)"

demo: ## The same with a made-up company, data in ./data-demo
	@tools/run.sh demo "$(or $(DATA),./data-demo)" "$(LISTEN)"

test: ## Everything: check, unit tests, the Rust suite on SQLite and PostgreSQL, journeys in a browser
	@tools/test.sh

check: ## Format, lints, types, licences, the API document
	@tools/check.sh

openapi: ## Write docs/api/openapi.json from the code
	@tools/openapi.sh

fmt: ## Format the Rust sources
	@cargo fmt --all

bench: ## Measure the server beside the limits of this machine (SECONDS_EACH=5 MESSAGES=1000000)
	@tools/bench.sh "$(or $(SECONDS_EACH),5)" "$(or $(MESSAGES),1000000)"

soak: ## The long form of the fault suite: kills by the hundred on each engine, lines cut at every byte (KILLS=500)
	@KILLS=$(or $(KILLS),500) CUTS=all tools/with-postgres.sh cargo test -p beseda --test binary --test it -- --nocapture --test-threads=1 kill:: kill_channels:: torn::

fuzz: ## Bent inputs for every parser of what comes from outside, an hour in all (FUZZ_SECONDS each)
	@tools/fuzz.sh "$(FUZZ_SECONDS)"

sabotage: ## Break one promise after another: the tests that guard it must fail
	@tools/sabotage.sh

pictures: ## Take the pictures of README.md from a running demo (URL=http://127.0.0.1:8080)
	@node tools/pictures.mjs $(URL)

book: ## Build the book of docs/ (needs mdbook)
	@mdbook build docs

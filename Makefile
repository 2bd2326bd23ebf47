# Everything a person or a machine does with this repository. `make help` lists it.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# One step after another, whatever -j says: Vite empties frontend/dist while it
# builds, and the Go program embeds that folder.
.NOTPARALLEL:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN := build/bin/sidetrack
WEB_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path 'frontend/dist/*' -not -path 'frontend/e2e/*' 2>/dev/null)

.PHONY: help run build test bench clean generate notices sdkbundle \
	tools test-tools web-lint go-lint drift go-test e2e

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: build ## Build and start Sidetrack; it prints the address to open
	@exec $(BIN) serve

build: tools $(BIN) ## Build build/bin/sidetrack, user interface included

test: tools test-tools web-lint build go-lint drift e2e go-test ## Check everything: lint, unit tests, the built program, real SDKs

bench: ## Measure the hot paths
	go test -run '^$$' -bench . -benchmem ./backend/...

generate: build e2e/node_modules/.package-lock.json ## Write the API document and the types made from it
	scripts/generate frontend/src/api

notices: build e2e/node_modules/.package-lock.json ## Write NOTICES.txt, the licences of what we ship
	node scripts/notices.mjs

sdkbundle: e2e/node_modules/.package-lock.json ## Copy Segment's browser library to where it is embedded
	node scripts/bundle.mjs

clean: ## Remove what was built
	rm -rf build/bin frontend/node_modules e2e/node_modules
	find frontend/dist -mindepth 1 -not -name .gitkeep -delete

# ---- steps of the above

tools:
	@scripts/need tools

test-tools:
	@scripts/need apt gcc=gcc git=git chromium=chromium

# npm writes this file last, so it is older than the lock exactly when an install is due.
%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	cd $* && npm ci --no-audit --no-fund
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(WEB_SOURCES)
	cd frontend && npm run build
	@touch $@

# Go knows best whether anything changed, so it is always asked.
.PHONY: $(BIN)
$(BIN): frontend/dist/index.html
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $@ .

web-lint: frontend/node_modules/.package-lock.json
	cd frontend && npm run lint
	cd frontend && npm run typecheck
	cd frontend && npm test

go-lint:
	@unformatted=$$(gofmt -l *.go backend e2e/*.go); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change: $$unformatted" >&2; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

drift: e2e/node_modules/.package-lock.json
	node scripts/bundle.mjs --check
	scripts/generate --check frontend/src/api

e2e: e2e/node_modules/.package-lock.json
	cd e2e && npm test

go-test:
	go test -race ./...

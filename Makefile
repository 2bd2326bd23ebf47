# Everything a person or a machine does with this repository. `make help` lists it.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# One step after another, whatever -j says: Vite empties frontend/dist while it
# builds, and the Go program embeds that folder.
.NOTPARALLEL:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN := build/bin/sidetrack
DESKTOP := build/bin/sidetrack-desktop
LDFLAGS := -s -w -X main.version=$(VERSION)
# Wails' own tags: with a window, for WebKitGTK 4.1.
DESKTOP_TAGS := desktop,production,webkit2_41
ON_LINUX := $(filter Linux,$(shell uname -s))
WEB_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path 'frontend/dist/*' -not -path 'frontend/e2e/*' 2>/dev/null)

.PHONY: help run build desktop test bench clean generate notices sdkbundle screenshots \
	tools test-tools web-lint go-lint drift go-test e2e

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: ## Build Sidetrack and open its window; without a display, print the address to open
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
		$(MAKE) --no-print-directory desktop; exec $(DESKTOP); \
	else \
		$(MAKE) --no-print-directory build; exec $(BIN) serve; \
	fi

build: tools $(BIN) ## Build build/bin/sidetrack, user interface included

desktop: tools $(DESKTOP) ## Build build/bin/sidetrack-desktop, the same program with a window

test: tools test-tools web-lint build $(if $(ON_LINUX),desktop) go-lint drift e2e go-test ## Check everything: lint, unit tests, the built program, real SDKs

EVENTS ?= 1000000
bench: build ## Measure the hot paths beside yardsticks (EVENTS=5000000 for a large log)
	go run ./tools/bench -binary $(BIN) -dist frontend/dist -events $(EVENTS)

generate: build e2e/node_modules/.package-lock.json ## Write the API document and the types made from it
	scripts/generate frontend/src/api

notices: build e2e/node_modules/.package-lock.json ## Write NOTICES.txt, the licences of what we ship
	node scripts/notices.mjs

sdkbundle: e2e/node_modules/.package-lock.json ## Copy Segment's browser library to where it is embedded
	node scripts/bundle.mjs

screenshots: build e2e/node_modules/.package-lock.json ## Take the README's picture anew, in Chromium
	node scripts/screenshots.mjs

clean: ## Remove what was built
	rm -rf build/bin frontend/node_modules e2e/node_modules
	find frontend/dist -mindepth 1 -not -name .gitkeep -delete

# ---- steps of the above

tools:
	@scripts/need tools

test-tools:
	@scripts/need apt gcc=gcc git=git chromium=chromium $(if $(ON_LINUX),Xvfb=xvfb xauth=xauth xdotool=xdotool \
		import=imagemagick dbus-run-session=dbus dbus-launch=dbus-x11 openbox=openbox)

# npm writes this file last, so it is older than the lock exactly when an install is due.
%/node_modules/.package-lock.json: %/package-lock.json %/package.json
	cd $* && npm ci --no-audit --no-fund
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(WEB_SOURCES)
	cd frontend && npm run build
	@touch $@

# Go knows best whether anything changed, so it is always asked.
.PHONY: $(BIN) $(DESKTOP)
$(BIN): frontend/dist/index.html
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $@ .

$(DESKTOP): frontend/dist/index.html
	@$(if $(ON_LINUX),scripts/need apt gcc=gcc pkg-config=pkg-config lib:gtk+-3.0=libgtk-3-dev lib:webkit2gtk-4.1=libwebkit2gtk-4.1-dev)
	CGO_ENABLED=1 go build -trimpath -tags $(DESKTOP_TAGS) -ldflags '$(LDFLAGS)' -o $@ .

web-lint: frontend/node_modules/.package-lock.json
	cd frontend && npm run lint
	cd frontend && npm run typecheck
	cd frontend && npm test

go-lint:
	@unformatted=$$(gofmt -l *.go backend tools e2e/*.go); \
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

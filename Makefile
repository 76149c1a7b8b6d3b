# SPDX-License-Identifier: Apache-2.0
# make run: install what is missing, build, explain a pod here and on a two-socket machine.
# make test: install what is missing, run every test.

.PHONY: help build run install uninstall deb test crash fuzz test-address test-browser test-install test-kit test-long test-service test-threads test-vm check format api-docs bench clean man setup

help:
	@echo 'make run        build and explain the example pods, here and on a two-socket machine'
	@echo 'make test       build and run the tests'
	@echo 'make build      build everything in release mode, into .build/release'
	@echo 'make check      format, licence lines, import rules'
	@echo 'make format     put the sources into the format that check asks for'
	@echo 'make crash      kill commands at each system call, let calls fail and the power too'
	@echo 'make fuzz       feed the readers of a kubelet'"'"'s files by libFuzzer, for FUZZ_SECONDS (60)'
	@echo 'make bench      measure, and print ratios against an oracle or a peer'
	@echo 'make test-long  the laws over many more generated cases, in release mode'
	@echo 'make test-address  host and providers under the address and undefined-behaviour sanitizers'
	@echo 'make test-threads  what runs in several threads, under the thread sanitizer'
	@echo 'make test-vm    the commands on a real kernel: a virtual machine with four nodes'
	@echo 'make test-browser  the pages of explain and topology in a headless Chromium'
	@echo 'make install    put what make build built below PREFIX (/usr/local), after DESTDIR; make uninstall takes it away'
	@echo 'make deb        a Debian package, in .build'
	@echo 'make test-install  install, move, run, build agents in C, Rust, Go and Python against it, remove; and the package'
	@echo 'make test-service  the service: handed its socket, described, measured, under load, killed'
	@echo 'make test-kit   begin, build and test a provider in each language'
	@echo 'make man        write docs/man/numa-hints.1 anew from what the commands say of themselves'
	@echo 'make api-docs   the API reference of the Swift products by DocC, into .build-docs/html'
	@echo 'make clean      remove what was built'

setup:
	@scripts/setup

build: setup
	swift build -c release

run: build
	@scripts/demo .build/release/numa-hints

test: setup
	swift test --skip CrashTests

crash: build
	NUMA_HINTS_BUILT=.build/release swift test --filter CrashTests

fuzz: setup
	@scripts/fuzz $${FUZZ_SECONDS:-60}

test-long: setup
	NUMA_HINTS_CASES=$${NUMA_HINTS_CASES:-20000} swift test -c release --scratch-path .build-long -Xswiftc -enable-testing --filter Law

# The flag lets the libraries leave open what the sanitizer's runtime has; leaks are the C example's to show, since the
# Swift runtime keeps what it made.
sanitized = NUMA_HINTS_SANITIZED=1 swift test --scratch-path .build-$(1) --sanitize=$(2) $(3)

test-address: setup
	ASAN_OPTIONS=detect_leaks=0 $(call sanitized,asan,address,-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined) \
	  --filter 'Provider(Host|Kit|Wire)Tests|(CPU|Devices|Hugepages|Memory|PCI|SRIOV)ProviderTests'

test-threads: setup
	$(call sanitized,tsan,thread,-Xlinker --export-dynamic) --filter 'GoodProviderTests|LedgerLockTests|ProviderHostTests'

test-vm: build
	@Tests/vm/run .build/release/numa-hints

test-browser: build
	@Tests/browser/run .build/release/numa-hints

install:
	@scripts/setup patchelf:the\ run\ paths\ of\ what\ is\ installed
	@scripts/install .build/release

uninstall:
	@scripts/install --remove

deb: build
	@scripts/setup dpkg-dev:the\ Debian\ package patchelf:the\ run\ paths\ of\ what\ is\ installed
	@scripts/deb .build/release .build

test-service: build
	@scripts/setup curl:asking\ the\ service prometheus:checking\ its\ metrics python3-venv:a\ test\ client systemd:checking\ its\ units
	@[ -x .build/schemathesis/bin/schemathesis ] || { python3 -m venv .build/schemathesis && .build/schemathesis/bin/pip install -q schemathesis==4.32.5; }
	@Tests/service/run .build/release .build/schemathesis/bin/schemathesis

test-install: build
	@scripts/setup dpkg-dev:the\ Debian\ package fish:its\ completions zsh:its\ completions patchelf:the\ run\ paths\ of\ what\ is\ installed
	@Tests/install/run .build/release

test-kit: build
	@Tests/kit/run .build/release/numa-hints

check: setup
	@scripts/check

format: setup
	swift format -i -r Package.swift Sources Plugins Tests

bench: setup
	swift build -c release
	@.build/release/numa-hints-bench

api-docs: setup
	@scripts/api-docs

man: setup
	swift package generate-manual --configuration debug --section 1 --date "$$(git log -1 --format=%cs)"
	cp .build/plugins/GenerateManual/outputs/numa-hints/numa-hints.1 docs/man/

clean:
	rm -rf .build .build-asan .build-docs .build-long .build-fuzz .build-tsan

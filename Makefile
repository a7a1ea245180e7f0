# The few commands of the project; `make help` lists them. Everything else is Maven's business.

DATA  ?= data
BIND  ?= 127.0.0.1
PORT  ?= 8080
MVN   ?= mvn
# More arguments for Maven, such as -Dtest=SomeTest.
ARGS  ?=
# How much longer than in `make test` the repeated tests run in `make soak`.
SOAK_FACTOR ?= 20

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: run test soak package bench format clean help

# Finds a JDK and Maven, or says in one line what is missing.
TOOLS = . src/main/dist/lib/find-java.sh; \
	find_java javac || { echo "make: no JDK 21 or newer found: set JAVA_HOME to one, or put its bin folder on the PATH" >&2; exit 1; }; \
	command -v $(MVN) >/dev/null 2>&1 || { echo "make: Maven not found: put mvn on the PATH, or name it as in 'make MVN=/path/to/mvn'" >&2; exit 1; }; \
	if [ $$JAVA_MAJOR -ge 24 ]; then MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow $${MAVEN_OPTS:-}"; fi; \
	export JAVA_HOME MAVEN_OPTS

# A package that is newer than its sources is used as it is: a restart takes seconds, and a server
# that runs from it keeps its files.
PACKAGED = target/omnigraph-current/.complete
BUILD_PACKAGE = $(MVN) -B -q -Pdist -Dmaven.test.skip=true process-test-classes $(ARGS)

run: ## build, create the demo graph in DATA (default data/), serve it on BIND:PORT (default 127.0.0.1:8080)
	@if [ ! -e $(PACKAGED) ] || [ -n "$$(find pom.xml LICENSE conf src/main -newer $(PACKAGED) | head -n 1)" ]; then \
	  $(TOOLS); echo "Building ..."; $(BUILD_PACKAGE) || exit 1; fi; \
	exec target/omnigraph-current/bin/omnigraph-demo --data "$(DATA)" --bind "$(BIND):$(PORT)"

test: ## run the whole test suite, with format, compiler, null and dependency checks
	@rm -rf target/classes  # the checks work inside the compiler, so everything is compiled anew
	@$(TOOLS); $(MVN) -B -Pdist,quality test $(ARGS) </dev/null

soak: ## run the same tests SOAK_FACTOR times longer (default 20) wherever they repeat something
	@$(TOOLS); $(MVN) -B -Pdist -Dsoak.factor=$(SOAK_FACTOR) test $(ARGS) </dev/null

package: ## lay out target/omnigraph-<version>/ with bin/, lib/ and conf/
	@$(TOOLS); $(BUILD_PACKAGE) && echo "packaged $$(cd target/omnigraph-current && pwd -P)"

bench: ## measure, and write docs/benchmarks/<date>-<commit>.md and .json
	@$(TOOLS); $(MVN) -B -q -Pbench test $(ARGS) </dev/null

format: ## format the Java sources
	@$(TOOLS); $(MVN) -B -q spotless:apply $(ARGS)

clean: ## remove everything the build made; the data folder stays
	rm -rf target

help: ## show this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

# "make help" lists what there is. A JDK 21 or newer is found by itself; Maven comes with the wrapper.

SHELL := /bin/sh
ARGS ?=
ENV ?=

# Exported for the Maven wrapper. Evaluated once, and only by targets that need it.
JDK = $(eval JDK := $$(shell bin/find-jdk))$(JDK)
MAVEN = JAVA_HOME="$(JDK)" ./mvnw --batch-mode

.DEFAULT_GOAL := help
.PHONY: help demo test test-deploy build bootstrap plan deploy destroy functions benchmark format containers terraform-check clean jdk

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-17s %s\n", $$1, $$2 }'

demo: jdk ## Run the whole pipeline on embedded servers and show that it worked; ARGS=--keep leaves it up
	@echo "Building (the first time downloads what it needs; that takes some minutes) ..."
	@$(MAVEN) --quiet package -pl local -am -DskipTests -Dshade.skip -Dspotless.check.skip -Denforcer.skip
	@JAVA_HOME="$(JDK)" bin/totesys demo $(ARGS)

# Terraform's tests run beside the first modules, which leave a core idle.
test: jdk ## Build everything and run every test that needs nothing but a JDK
	@mkdir -p target
	@bin/check-terraform >target/check-terraform.log 2>&1 & checks=$$!; \
	$(MAVEN) --threads 2 verify; maven=$$?; \
	wait $$checks; terraform=$$?; \
	cat target/check-terraform.log; \
	if [ $$terraform -ne 0 ]; then echo "The Terraform code does not pass its checks, see above."; fi; \
	exit $$((maven + terraform))

test-deploy: jdk ## Deploy to an emulator of AWS, run ticks there, take it away again: AWS_ENDPOINT_URL, moto or LocalStack
	@echo "Building ..."
	@$(MAVEN) --quiet verify -pl local -am -Dtest.deployment=true -Dit.test=DeploymentIT -Dtest=NoUnitTest \
	    -Dfailsafe.failIfNoSpecifiedTests=false -Dsurefire.failIfNoSpecifiedTests=false \
	    -Dmdep.analyze.skip -Dspotless.check.skip -Denforcer.skip

build: jdk ## Build the three function jars and the totesys command, without tests
	$(MAVEN) package -DskipTests

bootstrap: ## Make the bucket for Terraform's state, once for an AWS account; shows it and asks first
	@bin/deployment bootstrap

plan: ## Show what a deployment would change in AWS: make plan ENV=dev
	@bin/deployment check "$(ENV)"
	@$(MAKE) --no-print-directory functions
	@bin/deployment plan "$(ENV)"

deploy: ## Deploy an environment; shows what changes and asks first: make deploy ENV=dev
	@bin/deployment check "$(ENV)"
	@$(MAKE) --no-print-directory functions
	@bin/deployment deploy "$(ENV)"

# Terraform does not even destroy without the jars: it reads every variable and file first.
destroy: ## Take an environment out of AWS; shows what goes and asks first: make destroy ENV=dev
	@bin/deployment check "$(ENV)"
	@$(MAKE) --no-print-directory functions
	@bin/deployment destroy "$(ENV)"

functions: jdk
	@echo "Building the three functions ..."
	@$(MAVEN) --quiet package -pl extract-lambda,transform-lambda,load-lambda -am -DskipTests

benchmark: jdk ## What the stages cost beside the bare work, or beside DuckDB; ARGS="first-load --help" says how
	@$(MAVEN) --quiet package -pl benchmarks -am -DskipTests -Dshade.skip -Dspotless.check.skip -Denforcer.skip
	@"$(JDK)/bin/java" -jar benchmarks/target/benchmarks.jar $(ARGS)

format: jdk ## Put every source file into the house format
	$(MAVEN) --quiet spotless:apply

containers: jdk ## The integration tests on LocalStack and PostgreSQL in Docker
	$(MAVEN) verify -Pcontainers

terraform-check: ## Check Terraform's format and validity, where terraform is installed
	@bin/check-terraform

clean: jdk ## Remove everything that was built
	$(MAVEN) --quiet clean

jdk:
	@test -n "$(JDK)"

# Every target runs the setup first, so that it works in a new clone.
CONFIGURATION ?= Release
BUILD = dotnet build FashionAE.sln --configuration $(CONFIGURATION) --nologo --verbosity quiet

.PHONY: setup build data demo report pictures examples test quick test-ways pack stranger fuzz bench anomalies vectors choices format \
	site links spell workflows outdated release-dry-run coverage mutate clean

setup:
	@eng/setup.sh

build: setup
	@$(BUILD)

# Installs or downloads Fashion-MNIST if it is missing. Never fails, since many programs run on data/sample.
data: build
	@eng/data.sh $(CONFIGURATION)

# Trains short forms of both studies, compares their results, and writes a report.
demo: data
	@eng/demo.sh

# Writes the report on runs of both studies. RUNS="DIR DIR DIR" sets the runs, REPORT the file.
RUNS ?= $(wildcard runs/rotation-upright runs/rotation-rotated runs/denoising)
REPORT ?= runs/report/report.html
report: data
	@./fashionae report $(RUNS) --out $(REPORT)

# Takes the pictures of README.md and docs/ from a report on RUNS, or on the runs of make demo.
pictures: data
	@eng/pictures.sh $(or $(RUNS),$(wildcard runs/demo/rotation-upright runs/demo/rotation-rotated runs/demo/denoising))

# Runs the example programs on FASHION_MNIST, or on data/sample.
examples: data
	@eng/examples.sh

# Runs all tests, two projects at the same time. Each project computes with one thread (tests/test.runsettings). Lists the skipped and the
# failed tests at the end; SKIPPED_AS=linux fails if a test was skipped only because a program is not installed (eng/test_results.py).
SKIPPED_AS ?= local
test: data
	@rm -rf artifacts/test-results
	@failed=0; dotnet test FashionAE.sln --configuration $(CONFIGURATION) --no-build --nologo -maxcpucount:2 --logger trx \
		--results-directory artifacts/test-results --blame-hang-timeout 30m --blame-hang-dump-type none || failed=$$?; \
		python3 eng/test_results.py $(SKIPPED_AS) && exit $$failed

# For the inner loop: builds the two libraries and runs their tests, except slow classes ([Trait("Pace", "slow")]).
quick: setup
	@dotnet test eng/quick.slnf --configuration $(CONFIGURATION) --nologo --verbosity quiet -maxcpucount:2 --filter Pace!=slow --logger "console;verbosity=minimal"

# Runs the tests in the conditions of other machines: one thread, no AVX-512, one core, busy, in the background. Needs over an hour.
test-ways: build
	@eng/test-ways.sh

# Creates the packages in artifacts/package/release. Needs only the SDK and builds only src/.
pack:
	@eng/setup.sh sdk
	@rm -rf artifacts/package
	@set -e; for project in src/*/; do dotnet pack $$project --configuration $(CONFIGURATION) --nologo --verbosity quiet; done

# Follows README.md as a new user would, from an empty folder to a served model. Creates its own packages, as the page says.
stranger:
	@eng/stranger.sh

# Tests all readers with altered files for FUZZ_SECONDS. FUZZ_SEED=N repeats the files of an earlier run.
FUZZ_SECONDS ?= 600
fuzz: data
	@FUZZ_SECONDS=$(FUZZ_SECONDS) dotnet test tests/FashionAE.Robustness.Tests --configuration $(CONFIGURATION) --no-build --nologo \
		--filter FullyQualifiedName~Fuzz --logger "console;verbosity=detailed"

# Measures the speed relative to plain TorchSharp and PyTorch.
bench: data
	@eng/bench.sh

# Compares anomaly detection on all of Fashion-MNIST with the detectors of scikit-learn. Needs one to two hours.
anomalies: data
	@eng/anomalies.sh

# Compares anomalies and latent vectors of tables with PyTorch and scikit-learn, and measures the speed. Needs half an hour.
vectors: build
	@eng/vectors.sh

# Latent sizes, epochs and architectures: the curves of docs/choosing-a-model.md. 35 minutes of processor time; CHOICES_ROWS=60000 uses all training rows.
choices: data
	@eng/choices.sh

# Excludes the public API analyzers: every build runs them, and they fail here because dotnet format lacks some references.
format:
	@dotnet format FashionAE.sln --verify-no-changes --exclude-diagnostics RS0016 RS0017 RS0026 RS0027 RS0036 RS0037 RS0041

# The reference site: the API and the pages, into artifacts/site. It needs Python 3.
site:
	@eng/setup.sh sdk
	@eng/site/build.sh $(CONFIGURATION)

# Links and anchors of the Markdown pages.
links:
	@python3 eng/links.py

# The spelling of pages, and of comments and texts in src/ (cspell), and the patterns of English that this project avoids.
spell:
	@eng/english.py
	@eng/spelling.sh

# The workflows of .github: syntax, pinned actions, permissions.
workflows:
	@eng/workflows.sh

# Packages that have newer versions.
outdated: setup
	@eng/outdated.sh

# Everything that a release does except for publishing: checks the version, packs, checks the packages and lists what would be pushed.
release-dry-run:
	@eng/release.sh $(TAG)

# How many lines of the two libraries their tests run, without the slowest classes; into artifacts/coverage.
coverage: setup
	@rm -rf artifacts/coverage
	@dotnet test eng/quick.slnf --configuration $(CONFIGURATION) --nologo --verbosity quiet -maxcpucount:2 --filter Pace!=slow \
		-p:Coverage=true --collect "XPlat Code Coverage" --results-directory artifacts/coverage

# Mutation testing of the metrics and scores (Stryker), with their own tests: 15 minutes for torch, hours for mlnet. MUTATE=torch or mlnet runs one of the two.
MUTATE ?= torch mlnet
mutate: setup
	@eng/mutate.sh $(MUTATE)

clean:
	@rm -rf artifacts

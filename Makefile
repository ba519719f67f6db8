# Every target sets up first, so that each of them works as a first command.
CONFIGURATION ?= Release
BUILD = dotnet build FashionAE.sln --configuration $(CONFIGURATION) --nologo --verbosity quiet

.PHONY: setup build data demo report pictures examples test quick test-ways pack stranger fuzz bench anomalies vectors choices format clean

setup:
	@eng/setup.sh

build: setup
	@$(BUILD)

# Fashion-MNIST, where it is not there yet. What runs on data/sample goes on without it.
data: build
	@eng/data.sh $(CONFIGURATION)

# Both studies in a short form, their results side by side, and a report on them.
demo: data
	@eng/demo.sh

# The report on runs of both studies; RUNS="DIR DIR DIR" names them, REPORT the file.
RUNS ?= $(wildcard runs/rotation-upright runs/rotation-rotated runs/denoising)
REPORT ?= runs/report/report.html
report: data
	@./fashionae report $(RUNS) --out $(REPORT)

# The pictures of README.md and docs/, from a report on RUNS, or else on those of make demo.
pictures: data
	@eng/pictures.sh $(or $(RUNS),$(wildcard runs/demo/rotation-upright runs/demo/rotation-rotated runs/demo/denoising))

# The example programs, on the sample of the data set or on FASHION_MNIST.
examples: data
	@eng/examples.sh

# Two test projects at a time: each of them computes with one thread (tests/test.runsettings).
test: data
	@dotnet test FashionAE.sln --configuration $(CONFIGURATION) --no-build --nologo -maxcpucount:2 \
		--results-directory artifacts/test-results --blame-hang-timeout 30m --blame-hang-dump-type none

# The inner loop: builds the two libraries and runs their tests, without the classes that take longest ([Trait("Pace", "slow")]).
quick: setup
	@dotnet test eng/quick.slnf --configuration $(CONFIGURATION) --nologo --verbosity quiet -maxcpucount:2 --filter Pace!=slow --logger "console;verbosity=minimal"

# The tests as other machines would run them: one thread, no AVX-512, one core, busy, in the background. An hour and more.
test-ways: build
	@eng/test-ways.sh

# The packages, into artifacts/package/release. It needs the SDK alone and builds src/ alone, and the report for the command.
pack:
	@eng/setup.sh sdk
	@rm -rf artifacts/package
	@set -e; for project in src/*/; do dotnet pack $$project --configuration $(CONFIGURATION) --nologo --verbosity quiet; done

# From README.md to a served model, in an empty place; it makes its own packages, as the page says.
stranger:
	@eng/stranger.sh

# Altered files for FUZZ_SECONDS; FUZZ_SEED=N begins with the same ones again.
FUZZ_SECONDS ?= 600
fuzz: data
	@FUZZ_SECONDS=$(FUZZ_SECONDS) dotnet test tests/FashionAE.Robustness.Tests --configuration $(CONFIGURATION) --no-build --nologo \
		--filter FullyQualifiedName~Fuzz --logger "console;verbosity=detailed"

# Ratios to PyTorch, measured in one run.
bench: data
	@eng/bench.sh

# Anomalies in the whole of Fashion-MNIST, beside scikit-learn's detectors; two hours.
anomalies: data
	@eng/anomalies.sh

# Anomalies and codes of tables, beside PyTorch and scikit-learn, and the speed of tables; half an hour.
vectors: build
	@eng/vectors.sh

# Latent sizes, epochs and architectures: the curves of docs/choosing-a-model.md. 35 minutes of processor time; CHOICES_ROWS=60000 uses all training rows.
choices: data
	@eng/choices.sh

# The lists of the public API are checked by every build; dotnet format does not see the references that they are made with.
format:
	@dotnet format FashionAE.sln --verify-no-changes --exclude-diagnostics RS0016 RS0017 RS0026 RS0027 RS0036 RS0037 RS0041

clean:
	@rm -rf artifacts

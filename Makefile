# Every target sets up first, so that each of them works as a first command.
CONFIGURATION ?= Release
BUILD = dotnet build FashionAE.sln --configuration $(CONFIGURATION) --nologo --verbosity quiet

.PHONY: setup build demo report examples test bench format clean

setup:
	@eng/setup.sh

build: setup
	@$(BUILD)

# Both studies in a short form, their results side by side, and a report on them.
demo: build
	@eng/demo.sh

# The report on runs of both studies; RUNS="DIR DIR DIR" names them, REPORT the file.
RUNS ?= $(wildcard runs/rotation-upright runs/rotation-rotated runs/denoising)
REPORT ?= runs/report/report.html
report: build
	@./fashionae report $(RUNS) --out $(REPORT)

# The example programs, on the sample of the data set or on FASHION_MNIST.
examples: build
	@eng/examples.sh

# One test project at a time: each of them computes on all cores.
test: build
	@dotnet test FashionAE.sln --configuration $(CONFIGURATION) --no-build --nologo -maxcpucount:1

# Ratios to PyTorch, measured in one run.
bench: build
	@eng/bench.sh

format:
	@dotnet format FashionAE.sln --verify-no-changes

clean:
	@rm -rf artifacts

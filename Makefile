# Every target sets up first, so that each of them works as a first command.
CONFIGURATION ?= Release
BUILD = dotnet build FashionAE.sln --configuration $(CONFIGURATION) --nologo --verbosity quiet

.PHONY: setup build demo examples test bench format clean

setup:
	@eng/setup.sh

build: setup
	@$(BUILD)

# Both studies in a short form, then their results side by side.
demo: build
	@eng/demo.sh

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
	@rm -rf artifacts .stack

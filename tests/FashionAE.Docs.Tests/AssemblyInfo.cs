// Blocks run in a current directory of their own, which belongs to the process, as torch's generator does.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

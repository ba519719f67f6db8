// Torch's default generator and its threads belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

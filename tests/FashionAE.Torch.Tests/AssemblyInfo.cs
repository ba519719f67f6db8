// Torch's default generator and its threads are shared by the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// Blocks change the current directory and use torch's generator. Both are shared by the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

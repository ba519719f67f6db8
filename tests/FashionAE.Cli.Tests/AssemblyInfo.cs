// Two classes at a time: each waits for processes that compute with one thread, in folders of their own, and none draws from torch's one
// generator in this process.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

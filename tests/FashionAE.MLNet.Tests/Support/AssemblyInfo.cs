// Training draws from torch's global generator, which parallel tests would share.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

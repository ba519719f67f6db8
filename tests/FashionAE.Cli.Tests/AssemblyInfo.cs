// Trainings draw from torch's one generator, which tests beside each other would share.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

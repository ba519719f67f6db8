namespace FashionAE.Report.Tests.Figures.Support;

/// <summary>Tests of the same figures. They seed torch's default generator, which belongs to the process: no others run beside them.</summary>
[CollectionDefinition(nameof(SharedFigures), DisableParallelization = true)]
public sealed class SharedFigures : ICollectionFixture<RotationFixture>, ICollectionFixture<DenoisingFixture>;

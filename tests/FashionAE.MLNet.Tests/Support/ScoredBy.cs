namespace FashionAE.MLNet.Tests.Support;

/// <summary>
/// Lets <see cref="Models"/> score with one engine during a class of tests. The tests of this project do not run in parallel.
/// </summary>
public abstract class ScoredBy : IDisposable
{
    protected ScoredBy(ScoringEngine engine) => Models.Engine = engine;

    public void Dispose() => Models.Engine = ScoringEngine.Auto;
}

public sealed class ScoredByLibTorch() : ScoredBy(ScoringEngine.LibTorch);

public sealed class ScoredByOnnxRuntime() : ScoredBy(ScoringEngine.OnnxRuntime);

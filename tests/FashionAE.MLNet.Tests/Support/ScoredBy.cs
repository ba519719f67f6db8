namespace FashionAE.MLNet.Tests.Support;

/// <summary>Lets <see cref="Models"/> score by one engine while the tests of a class run; no two tests of this project run at once.</summary>
public abstract class ScoredBy : IDisposable
{
    protected ScoredBy(ScoringEngine engine) => Models.Engine = engine;

    public void Dispose() => Models.Engine = ScoringEngine.Auto;
}

public sealed class ScoredByLibTorch() : ScoredBy(ScoringEngine.LibTorch);

public sealed class ScoredByOnnxRuntime() : ScoredBy(ScoringEngine.OnnxRuntime);

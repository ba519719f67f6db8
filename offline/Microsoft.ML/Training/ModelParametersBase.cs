namespace Microsoft.ML.Trainers;

/// <summary>What a trainer has learned.</summary>
public abstract class ModelParametersBase<TOutput> : ICanSaveModel
{
    private protected ModelParametersBase()
    {
    }

    internal abstract int FeatureCount { get; }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        SaveCore(ctx);
    }

    internal abstract void Map(ReadOnlySpan<float> features, ref TOutput score);

    private protected abstract void SaveCore(ModelSaveContext ctx);
}

using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators one after another, each fitted to what those before it make of the data, whatever their scopes are.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    public readonly IEstimator<TLastTransformer> LastEstimator;
    private readonly Member[] _members;

    public EstimatorChain() => _members = [];

    private EstimatorChain(IEnumerable<Member> members)
    {
        _members = members.ToArray();
        LastEstimator = (IEstimator<TLastTransformer>)_members[^1].Estimator;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // What cannot fit is to fail before the first member has trained.
        GetOutputSchema(SchemaShape.Create(input.Schema));

        var (data, transformers) = (input, new List<ITransformer>());
        foreach (var member in _members)
        {
            transformers.Add(member.Estimator.Fit(data));
            data = transformers[^1].Transform(data);
            if (member.IsCachedAfter)
                data = new CacheDataView(data, null);
        }
        return new TransformerChain<TLastTransformer>(transformers, _members.Select(member => member.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _members.Aggregate(inputSchema, (shape, member) => member.Estimator.GetOutputSchema(shape));
    }

    /// <summary>Has the data cached that the next estimators are fitted to.</summary>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        return _members.Length == 0
            ? this
            : new EstimatorChain<TLastTransformer>([.. _members[..^1], _members[^1] with { IsCachedAfter = true }]);
    }

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new EstimatorChain<TNewTrans>(_members.Select(m => new EstimatorChain<TNewTrans>.Member(m.Estimator, m.Scope, m.IsCachedAfter))
            .Append(new EstimatorChain<TNewTrans>.Member(estimator, scope, false)));
    }

    internal sealed record Member(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool IsCachedAfter);
}

using System.Collections;

namespace Offline.Microsoft.ML.Tests.Transforms;

public class ChainTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Each_estimator_is_fitted_to_what_those_before_it_made()
    {
        var data = new Table(3).AddFloat("X", row => row);
        var pipeline = _ml.Transforms.CopyColumns("Y", "X").Append(_ml.Transforms.NormalizeMinMax("Y"))
            .Append(_ml.Transforms.Concatenate("F", "X", "Y"));
        var model = pipeline.Fit(data);
        Assert.Equal([[0, 0], [1, 0.5f], [2, 1]], model.Transform(data).Vectors("F"));
        Assert.Same(model.LastTransformer, model.Last());
        Assert.IsType<ColumnConcatenatingTransformer>(model.LastTransformer);
        Assert.NotNull(pipeline.LastEstimator);
        Assert.Equal(3, model.Count());
    }

    [Fact]
    public void What_cannot_fit_fails_before_anything_is_read()
    {
        var data = new Table(3).AddFloat("X", row => row);
        var pipeline = _ml.Transforms.NormalizeMinMax("X").Append(_ml.Transforms.CopyColumns("Y", "Nope"));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => pipeline.Fit(data));
        Assert.Equal("Could not find input column 'Nope' (Parameter 'inputSchema')", error.Message);
        Assert.Equal(0, data.Opened);
    }

    [Fact]
    public void An_empty_chain_changes_nothing()
    {
        var data = new Table(3).AddFloat("X", row => row);
        var pipeline = new EstimatorChain<ITransformer>();
        Assert.Null(pipeline.LastEstimator);
        var model = pipeline.AppendCacheCheckpoint(_ml).Fit(data);
        Assert.Null(model.LastTransformer);
        Assert.Same(data, model.Transform(data));
        Assert.Same(data.Schema, ((ITransformer)model).GetRowToRowMapper(data.Schema).OutputSchema);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void After_a_checkpoint_the_source_is_not_read_again(bool cached, int readings)
    {
        var data = new Table(7).AddFloat("X", row => row).AddFloat("Y", row => row);
        var start = _ml.Transforms.CopyColumns("Z", "X");
        var pipeline = (cached ? start.AppendCacheCheckpoint(_ml) : new EstimatorChain<ITransformer>().Append(start))
            .Append(_ml.Transforms.NormalizeMinMax("A", "X")).Append(_ml.Transforms.NormalizeMinMax("B", "X"));
        pipeline.Fit(data);
        Assert.Equal(7 * readings, data.Reads["X"]);
    }

    [Fact]
    public void The_delegate_gets_the_transformer_that_is_returned()
    {
        ITransformer seen = null;
        var data = new Table(3).AddFloat("X", row => row);
        var estimator = _ml.Transforms.NormalizeMinMax("X").WithOnFitDelegate(transformer => seen = transformer);
        Assert.Null(seen);
        var fitted = estimator.Fit(data);
        Assert.Same(fitted, seen);
        Assert.Equal(
            _ml.Transforms.NormalizeMinMax("X").GetOutputSchema(SchemaShape.Create(data.Schema)).Describe(),
            estimator.GetOutputSchema(SchemaShape.Create(data.Schema)).Describe());
    }

    [Fact]
    public void Transformers_are_appended_to_transformers()
    {
        var data = new Table(3).AddFloat("X", row => row);
        var first = _ml.Transforms.CopyColumns("Y", "X").Fit(data);
        var second = _ml.Transforms.NormalizeMinMax("Y", "X").Fit(data);
        var chain = first.Append(second);
        Assert.Equal([first, (ITransformer)second], chain);
        Assert.Same(second, chain.LastTransformer);
        Assert.Equal(3, chain.Append(first, TransformerScope.Training).Count());
        Assert.Equal([first, (ITransformer)second], new TransformerChain<ITransformer>(first).Append(second));
        Assert.Equal(3, ((IEnumerable)new TransformerChain<ITransformer>(first, second, first)).Cast<object>().Count());
    }

    [Fact]
    public void Members_and_scopes_must_agree()
    {
        Assert.Throws<InvalidOperationException>(() => new TransformerChain<ITransformer>([new Tripler()], []));
        Assert.Throws<InvalidOperationException>(() => new TransformerChain<Tripler>(new Weights([])));
    }

    [Fact]
    public void A_chain_disposes_its_members()
    {
        var (first, second) = (new Tripler(), new Tripler());
        new TransformerChain<ITransformer>(first, new Weights([]), new TransformerChain<ITransformer>(second)).Dispose();
        Assert.True(first.IsDisposed && second.IsDisposed);
    }
}

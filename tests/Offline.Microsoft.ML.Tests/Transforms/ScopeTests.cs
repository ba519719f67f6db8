namespace Offline.Microsoft.ML.Tests.Transforms;

/// <summary>A transformer that makes three rows of one, in each of the scopes.</summary>
public class ScopeTests
{
    private readonly MLContext _ml = new(1);
    private readonly Table _training = new Table(100).AddFloat("X", row => row + 1);
    private readonly Table _test = new Table(10).AddFloat("X", row => row + 1);

    [Theory]
    [InlineData(TransformerScope.Training, 10)]
    [InlineData(TransformerScope.Everything, 30)]
    [InlineData(TransformerScope.TrainTest, 10)]
    public void Fit_sees_all_rows_and_transform_those_of_scoring(TransformerScope scope, int scored)
    {
        var (model, tripler, last) = Fit(scope);
        Assert.Equal(300, last.RowsOfFit);
        Assert.Equal(300, tripler.Served);
        Assert.Equal(scored, model.Transform(_test).Count());
        Assert.Equal(30, model.Transform(_test, TransformerScope.Everything).Count());
    }

    [Theory]
    [InlineData(TransformerScope.Training, true)]
    [InlineData(TransformerScope.Everything, false)]
    [InlineData(TransformerScope.TrainTest, true)]
    public void Only_the_model_for_scoring_can_map_rows_and_only_without_the_member(TransformerScope scope, bool canMap)
    {
        ITransformer model = Fit(scope).Model;
        Assert.False(model.IsRowToRowMapper);
        Assert.Throws<InvalidOperationException>(() => model.GetRowToRowMapper(_test.Schema));
        ITransformer scoring = ((TransformerChain<Weights>)model).GetModelFor(TransformerScope.Scoring);
        Assert.Equal(canMap, scoring.IsRowToRowMapper);
        if (canMap)
            Assert.Same(_test.Schema, scoring.GetRowToRowMapper(_test.Schema).InputSchema);
    }

    [Theory]
    [InlineData(TransformerScope.Training, 10)]
    [InlineData(TransformerScope.Everything, 30)]
    [InlineData(TransformerScope.TrainTest, 10)]
    public void Scopes_are_saved(TransformerScope scope, int scored)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(Fit(scope).Model, _test.Schema, stream);
        stream.Position = 0;
        var loaded = Assert.IsType<TransformerChain<ITransformer>>(new MLContext(1).Model.Load(stream, out _));
        Assert.Equal(3, loaded.Count());
        Assert.Equal(scored, loaded.Transform(_test).Count());
        Assert.Equal(scored == 30 ? 3 : 2, loaded.GetModelFor(TransformerScope.Scoring).Count());
    }

    [Fact]
    public void A_chain_in_a_chain_is_not_looked_into()
    {
        var outer = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.NormalizeMinMax("X").Append(new TestEstimator<Tripler>(new Tripler()), TransformerScope.Training)).Fit(_training);
        Assert.Equal(10, outer.Transform(_test).Count());
        Assert.False(((ITransformer)outer.GetModelFor(TransformerScope.Scoring)).IsRowToRowMapper);
    }

    [Fact]
    public void The_schema_is_that_of_scoring()
    {
        var copy = _ml.Transforms.CopyColumns("Y", "X");
        var model = copy.Append(_ml.Transforms.CopyColumns("Z", "X"), TransformerScope.Testing).Fit(_training);
        Assert.Equal(["X", "Y"], model.GetOutputSchema(_test.Schema).Select(column => column.Name));
        Assert.Equal(["X", "Z"], model.GetOutputSchema(_test.Schema, TransformerScope.Testing).Select(column => column.Name).Where(name => name != "Y"));
        Assert.Empty(model.GetModelFor(TransformerScope.None));
    }

    private (TransformerChain<Weights> Model, Tripler Tripler, TestEstimator<Weights> Last) Fit(TransformerScope scope)
    {
        var tripler = new Tripler();
        var last = new TestEstimator<Weights>(new Weights([1, 2]));
        // Fitting the tripler reads its input, not what it serves.
        var pipeline = _ml.Transforms.NormalizeMinMax("X").Append(new TestEstimator<Tripler>(tripler), scope).Append(last);
        return (pipeline.Fit(_training), tripler, last);
    }
}

namespace Offline.Microsoft.ML.Tests.Data;

public sealed class PredictionEngineTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly RecordingTransformer _transformer = new();

    public void Dispose() => _transformer.Dispose();

    [Fact]
    public void The_mapper_is_asked_once_for_all_columns_and_getters_for_those_of_the_output()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Input, Output>(_transformer);
        for (var i = 0; i < 3; i++)
            Assert.Equal([2f * i, 4], engine.Predict(new Input { X = [i, 2] }).Y);
        Assert.Equal(["GetRowToRowMapper", "GetRow X,Name,Y,Unused"], _transformer.Calls);
        Assert.Equal(["Name", "Y"], _transformer.Getters.Order());
        Assert.Equal(_transformer.OutputSchema.Select(c => c.ToString()), engine.OutputSchema.Select(c => c.ToString()));
    }

    [Fact]
    public void The_position_grows_with_every_prediction()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Input, Output>(_transformer);
        Assert.Equal(-1, _transformer.Inputs.Single().Position);
        for (var i = 0; i < 3; i++)
            engine.Predict(new Input { X = [1, 2] });
        Assert.Equal([0L, 1, 2], _transformer.Positions);
    }

    [Fact]
    public void Predictions_are_new_objects_unless_one_is_given()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Input, Output>(_transformer);
        var first = engine.Predict(new Input { X = [1, 2], Name = "a" });
        var second = engine.Predict(new Input { X = [3, 4], Name = "b" });
        Assert.Equal([2f, 4], first.Y);
        Assert.Equal(("a", "b"), (first.Name, second.Name));

        var (same, array) = (second, second.Y);
        engine.Predict(new Input { X = [5, 6], Name = "c" }, ref second);
        Assert.Same(same, second);
        Assert.Same(array, second.Y);
        Assert.Equal([10f, 12], array);

        Output none = null;
        engine.Predict(new Input { X = [5, 6] }, ref none);
        Assert.Equal([10f, 12], none.Y);
        Assert.Throws<ArgumentNullException>(() => engine.Predict(null));
    }

    [Fact]
    public void What_maps_no_rows_to_rows_is_refused()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Model.CreatePredictionEngine<Input, Output>(new RecordingTransformer { IsRowToRowMapper = false }));
        Assert.Equal("Must be a row to row mapper (Parameter 'transformer')", exception.Message);
    }

    [Fact]
    public void Members_without_a_column_are_ignored_unless_told_otherwise()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Input, Unknown>(_transformer);
        Assert.Equal(8, engine.Predict(new Input { X = [1, 2] }).Nope);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, Unknown>(_transformer, false));
        Assert.Equal("Could not find  column 'Nope' (Parameter 'Schema')", exception.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            _ml.Model.CreatePredictionEngine<Input, Unknown>(_transformer, _ml.Data.LoadFromEnumerable(Array.Empty<Input>()).Schema));
    }

    [Fact]
    public void A_member_of_another_type_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => _ml.Model.CreatePredictionEngine<Input, WrongType>(_transformer));

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void The_engine_disposes_the_transformer_once_if_it_owns_it(bool? owns, bool disposes)
    {
        var engine = owns is null
            ? _ml.Model.CreatePredictionEngine<Input, Output>(_transformer)
            : _ml.Model.CreatePredictionEngine<Input, Output>(_transformer, new PredictionEngineOptions { OwnsTransformer = owns.Value });
        engine.Dispose();
        engine.Dispose();
        Assert.Equal(disposes ? 1 : 0, _transformer.Calls.Count(c => c == "Dispose"));
    }

    [Fact]
    public void Options_ignore_missing_columns_and_own_the_transformer()
    {
        var options = new PredictionEngineOptions();
        Assert.True(options.IgnoreMissingColumns);
        Assert.True(options.OwnsTransformer);
        Assert.Null(options.InputSchemaDefinition);
        Assert.Null(options.OutputSchemaDefinition);
    }

    [Fact]
    public void Definitions_name_the_columns_of_input_and_output()
    {
        var (input, output) = (SchemaDefinition.Create(typeof(Features)), SchemaDefinition.Create(typeof(Features), SchemaDefinition.Direction.Write));
        input["Values"].ColumnName = "X";
        output["Values"].ColumnName = "Y";
        using var engine = _ml.Model.CreatePredictionEngine<Features, Features>(
            _transformer, inputSchemaDefinition: input, outputSchemaDefinition: output);
        Assert.Equal([2f, 6], engine.Predict(new Features { Values = [1, 3] }).Values);
        Assert.Equal("X: Vector<Single>", engine.OutputSchema[0].ToString());
    }

    [Fact]
    public void A_schema_gives_its_annotations_to_the_input()
    {
        var definition = SchemaDefinition.Create(typeof(Input));
        definition["X"].AddAnnotation("IsNormalized", true, BooleanDataViewType.Instance);
        var schema = _ml.Data.LoadFromEnumerable(Array.Empty<Input>(), definition).Schema;
        using var engine = _ml.Model.CreatePredictionEngine<Input, Output>(_transformer, schema);
        Assert.True(engine.OutputSchema["X"].IsNormalized());
    }

    [Fact]
    public void Custom_mappings_can_be_asked_row_by_row()
    {
        var transformer = _ml.Transforms.CustomMapping<Input, Output>(
            (input, output) => (output.Y, output.Name) = ([input.X.Sum()], input.Name + "!"), null)
            .Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Input>()));
        using var engine = _ml.Model.CreatePredictionEngine<Input, Output>(transformer);
        for (var i = 0; i < 3; i++)
        {
            var output = engine.Predict(new Input { X = [i, 2], Name = "n" + i });
            Assert.Equal([i + 2f], output.Y);
            Assert.Equal($"n{i}!", output.Name);
        }
    }

    /// <summary>Once its buffers have their size, an engine that fills a given object allocates nothing.</summary>
    [Fact]
    public void Predictions_into_a_given_object_allocate_nothing()
    {
        using var engine = _ml.Model.CreatePredictionEngine<Large, Large>(Identity());
        var (input, output) = (new Large { X = new float[784] }, new Large());
        for (var i = 0; i < 10; i++)
            engine.Predict(input, ref output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            engine.Predict(input, ref output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        ITransformer Identity() => _ml.Transforms.CustomMapping<Large, Output>((_, _) => { }, null).Fit(_ml.Data.LoadFromEnumerable(Array.Empty<Large>()));
    }

    private sealed class Input
    {
        public float[] X { get; set; }

        public string Name { get; set; }
    }

    private sealed class Output
    {
        public string Name { get; set; }

        public float[] Y { get; set; }
    }

    private sealed class Large
    {
        [VectorType(784)]
        public float[] X { get; set; }
    }

    private sealed class Features
    {
        public float[] Values { get; set; }
    }

    private sealed class Unknown
    {
        public float Nope { get; set; } = 8;
    }

    private sealed class WrongType
    {
        public int Name { get; set; }
    }
}

namespace Offline.Microsoft.ML.Tests.Data;

public class SplitTests
{
    private readonly MLContext _ml = new(1);
    private readonly StreamView _view = new(5000) { CanShuffle = true };

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Every_row_is_in_one_of_the_two_sets(double fraction)
    {
        var split = _ml.Data.TrainTestSplit(_view, fraction, seed: 2);
        var test = split.TestSet.Ids();
        Assert.Equal(Enumerable.Range(0, 5000).Except(test), split.TrainSet.Ids());
        Assert.Equal(test.Order(), test);
        // Six standard deviations of a binomial count.
        var deviation = Math.Sqrt(5000 * fraction * (1 - fraction));
        Assert.InRange(test.Count, 5000 * fraction - 6 * deviation, 5000 * fraction + 6 * deviation);
    }

    [Fact]
    public void Rows_keep_their_ids_and_are_counted_anew()
    {
        var rows = _ml.Data.TrainTestSplit(_view).TestSet.ReadIds();
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (long)i), rows.Select(r => r.Position));
        Assert.All(rows, row => Assert.Equal(StreamView.IdOf(row.Id), row.RowId));
    }

    [Fact]
    public void The_seed_chooses_the_rows()
    {
        Assert.Equal(Test(2), Test(2));
        Assert.NotEqual(Test(2), Test(3));
        Assert.Equal(Test(null), Test(null));

        List<int> Test(int? seed) => _ml.Data.TrainTestSplit(_view, 0.3, seed: seed).TestSet.Ids();
    }

    [Fact]
    public void The_input_is_never_read_in_another_order()
    {
        var test = _ml.Data.TrainTestSplit(_view).TestSet;
        Assert.False(test.CanShuffle);
        using var cursor = test.GetRowCursor(test.Schema, new Random(3));
        Assert.Null(_view.LastRandom);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    public void Folds_part_the_rows(int folds)
    {
        var splits = _ml.Data.CrossValidationSplit(_view, folds, seed: 4);
        Assert.Equal(folds, splits.Count);
        Assert.Equal(Enumerable.Range(0, 5000), splits.SelectMany(s => s.TestSet.Ids()).Order());
        foreach (var split in splits)
        {
            var test = split.TestSet.Ids();
            Assert.Equal(Enumerable.Range(0, 5000).Except(test), split.TrainSet.Ids());
            Assert.InRange(test.Count, 0.8 * 5000 / folds, 1.2 * 5000 / folds);
        }
    }

    [Fact]
    public void The_columns_stay_as_they_are()
    {
        var split = _ml.Data.CrossValidationSplit(_view)[0];
        Assert.Equal(_view.Schema, split.TrainSet.Schema);
        Assert.Equal(_view.Schema, split.TestSet.Schema);
    }

    [Fact]
    public void Fractions_folds_and_keys_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(_view, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.TrainTestSplit(_view, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CrossValidationSplit(_view, 1));
        Assert.Throws<NotSupportedException>(() => _ml.Data.TrainTestSplit(_view, samplingKeyColumnName: "Id"));
        Assert.Equal(0, _view.Opened);
    }
}

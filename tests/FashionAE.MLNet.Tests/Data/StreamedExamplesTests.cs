using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;

namespace FashionAE.MLNet.Tests.Data;

public class StreamedExamplesTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void A_split_has_all_rows_in_two_parts_or_is_refused_like_that_of_examples_in_memory()
    {
        var view = Images.View(_ml, 5);
        var rows = new ImageRows(view, ImageColumn.Find(view.Schema, "Pixels", "input", Images.Shape), null);
        using var examples = new StreamedExamples(rows, 5, bufferSize: 2);
        var refused = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            try
            {
                var (remaining, heldOut) = examples.Split(0.3, seed);
                Assert.True(remaining.Count >= 2 && heldOut.Count >= 1);
                Assert.Equal(5, remaining.Count + heldOut.Count);
            }
            catch (ArgumentOutOfRangeException e)
            {
                Assert.Equal("fraction", e.ParamName);
                Assert.Contains("or the seed", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        // The probability that none of the five rows is held out is 0.17, and that four or five are is 0.03.
        Assert.InRange(refused, 5, 50);
    }
}

using FashionAE.MLNet.Tests.Support;
using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet.Tests.Columns;

/// <summary>Scoring warns once per view of a vector whose row is missing. The warning names the value that is the cause.</summary>
public sealed class MissingRowTests
{
    private const string Advice = "train with MissingValues.Mask";

    private readonly MLContext _ml = new(1);

    [Fact]
    public void NaN_without_a_mask_is_reported_with_the_mask_as_a_remedy() =>
        Message.Says(Warning(MissingValues.Refuse, (3, float.NaN), (5, float.PositiveInfinity)), "the value NaN in row 4", "slot 3 ('Load')", Advice);

    [Theory]
    [InlineData(MissingValues.Refuse)]
    [InlineData(MissingValues.Mask)]
    public void An_infinite_value_is_reported_with_a_remedy_that_applies_to_it(MissingValues missing)
    {
        var warning = Warning(missing, (1, float.NegativeInfinity));
        Message.Says(warning, "'Features'", "the value -Infinity in row 4", "slot 1 (", "FilterByCustomPredicate");
        Assert.DoesNotContain(Advice, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_mask_the_infinite_value_is_reported_rather_than_a_NaN_before_it()
    {
        var warning = Warning(MissingValues.Mask, (0, float.NaN), (3, float.PositiveInfinity));
        Message.Says(warning, "the value Infinity in row 4", "slot 3 ('Load')");
        Assert.DoesNotContain(Advice, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_mask_a_row_of_only_NaN_has_no_value()
    {
        var warning = Warning(MissingValues.Mask, [.. Enumerable.Range(0, 6).Select(slot => (slot, float.NaN))]);
        Message.Says(warning, "'Features' has no value in row 4", "FilterByCustomPredicate");
        Assert.DoesNotContain(Advice, warning, StringComparison.Ordinal);
    }

    /// <summary>Scores rows of which row 4 has other values in some slots, and returns the warning.</summary>
    private string Warning(MissingValues missing, params (int Slot, float Value)[] values)
    {
        var rows = SensorRow.Rows(30);
        using var model = _ml.Transforms.EncodeWithAutoencoder("Code", "Features", new AutoencoderOptions
        {
            Architecture = new VectorArchitecture(2) { MissingValues = missing },
            Epochs = 1,
            Seed = 1,
        }).Fit(SensorRow.View(_ml, rows));
        foreach (var (slot, value) in values)
            rows[4].Values[slot] = value;
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        var codes = model.Transform(SensorRow.View(_ml, rows)).GetColumn<float[]>("Code").ToArray();
        Assert.Equal([4], codes.Index().Where(pair => !float.IsFinite(pair.Item[0])).Select(pair => pair.Index));
        return Assert.Single(warnings);
    }
}

using FashionAE.MLNet;
using FashionAE.Report.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Report.Tests.Figures;

/// <summary>Tests which columns of the view and the model the figures use.</summary>
public sealed class ColumnTests
{
    private static readonly MLContext Context = new(seed: 1);

    private static readonly IDataView View = FourValues.View(Context, ("b", [1, 2, 0, 0]), ("a", [3, 4, 0, 0]), ("b", [5, 6, 0, 0]));

    [Theory]
    [InlineData("Label", "b,a,b")]
    [InlineData("Key", "b,a,b")]
    [InlineData("IsOdd", "False,True,False")]
    [InlineData("Number", "0.5,1.5,2.5")]
    [InlineData(null, "b,a,b")]
    public void Any_column_of_single_values_can_define_classes(string? column, string expected)
    {
        var view = Context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(View).Transform(View);
        using var model = Truncation.Of(Context, view, InputShape.Vector(4), latentSize: 2);
        var plane = AutoencoderFigures.Read(model, view, new() { LabelColumnName = column }).Codes();
        Assert.Equal(expected.Split(','), plane.Points.Select(point => plane.Classes[point.Class]));
    }

    [Fact]
    public void Classes_beyond_200_are_combined()
    {
        var view = FourValues.View(Context, [.. Enumerable.Range(0, 250).Select(i => ($"class {i}", (float[])[i, 0, 0, 0]))]);
        using var model = Truncation.Of(Context, view, InputShape.Vector(4), latentSize: 2);
        var plane = AutoencoderFigures.Read(model, view).Codes();
        Assert.Equal(201, plane.Classes.Count);
        Assert.Equal("other", plane.Classes[plane.Points[249].Class]);
    }

    [Fact]
    public void Classes_may_come_from_a_step_after_the_autoencoder()
    {
        var pipeline = Context.Transforms.EncodeWithAutoencoder("Code", "Features", latentSize: 2, epochs: 1)
            .Append(Context.Transforms.CopyColumns("Cluster", "Label")).Append(Context.Transforms.SelectColumns("Code", "Cluster"));
        using var model = pipeline.Fit(View);
        Assert.Equal(["b", "a"], AutoencoderFigures.Read(model, View, new() { LabelColumnName = "Cluster" }).Codes().Classes);
    }

    [Fact]
    public void Rotated_copies_are_only_created_for_training()
    {
        var view = SmallImage.View(Context, 10, "x");
        var pipeline = Context.Transforms.CopyColumns("Whole", "Pixels")
            .Append(Context.Transforms.RotateImages("Pixels", copies: 2), TransformerScope.Training)
            .Append(Context.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: 1));
        using var model = pipeline.Fit(view);
        Assert.Equal(10, AutoencoderFigures.Read(model, view).Codes().Points.Count);
    }

    [Fact]
    public void Reconstructions_are_compared_with_the_target()
    {
        var noisy = Context.Transforms.CopyColumns("Clean", "Pixels").Append(Context.Transforms.AddGaussianNoise("Pixels", "Pixels"));
        var view = SmallImage.View(Context, 10, "x");
        view = noisy.Fit(view).Transform(view);
        using var model = Truncation.Of(Context, view, new ImageShape(1, 8, 8), latentSize: 2, "Pixels");
        var hardest = AutoencoderFigures.Read(model, view, new() { TargetColumnName = "Clean" }).Extremes()[0];
        Assert.Equal(["input", "target", "reconstruction", "error"], hardest.RowTitles);
        var (clean, decoded, error) = (hardest.Rows[1][0].Values, hardest.Rows[2][0].Values, hardest.Rows[3][0].Values);
        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(Math.Pow((double)clean[i] - decoded[i], 2), error[i], 1e-6));
    }

    [Fact]
    public void Invalid_columns_and_options_are_rejected_with_their_names()
    {
        using var model = Truncation.Of(Context, View, InputShape.Vector(4), latentSize: 2);
        Assert.Contains("'Nope'", Assert.Throws<ArgumentOutOfRangeException>(() =>
            AutoencoderFigures.Read(model, View, new() { LabelColumnName = "Nope" })).Message);
        Assert.Contains("'Features'", Assert.Throws<ArgumentException>(() =>
            AutoencoderFigures.Read(model, View, new() { LabelColumnName = "Features" })).Message);
        var other = Context.Transforms.CopyColumns("B", "Label").Fit(View);
        Assert.Contains("no autoencoder", Assert.Throws<ArgumentException>(() => AutoencoderFigures.Read(other, View)).Message);
        Assert.Throws<InvalidOperationException>(() => AutoencoderFigures.Read(model, Context.Data.FilterRowsByColumn(View, "Number", 100)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AutoencoderFigures.Read(model, View, new() { MaximumRows = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => AutoencoderFigures.Read(model, View, new() { GridSize = 1 }));
        Assert.Contains("'2026-06'", Assert.Throws<ArgumentException>(() => AutoencoderFigures.Read(model, View, new() { Id = "2026-06" })).Message);
        Assert.Throws<InvalidOperationException>(() => AutoencoderFigures.Read(model, View).Samples());
    }
}

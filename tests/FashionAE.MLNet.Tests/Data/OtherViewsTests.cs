using FashionAE.MLNet.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Data;

/// <summary>The views of the options ValidationSet and TestSet.</summary>
public class OtherViewsTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Data => Images.View(_ml, 40);

    [Fact]
    public void A_second_view_validates()
    {
        var options = Models.Options();
        options.ValidationSet = Images.View(_ml, 30, seed: 99);
        using var transformer = _ml.Transforms.ReconstructWithAutoencoder("Clean", "Pixels", options).Fit(Data);
        var held = transformer.Transform(options.ValidationSet);
        var errors = held.GetColumn<float[]>("Pixels").Zip(
            held.GetColumn<float[]>("Clean"), (a, b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average());
        Assert.Equal(errors.Average(), transformer.History!.Epochs[0].ValidationLoss!.Value, 1e-6);
    }

    [Theory]
    [InlineData(false, "ValidationSet")]
    [InlineData(true, "TestSet")]
    public void An_empty_view_is_named(bool isTest, string name) => Assert.Equal(
        $"{name} has 0 instances, aborting training.",
        Refused<InvalidOperationException>(isTest, Data, _ml.Data.LoadFromEnumerable(Array.Empty<ImageRow>())));

    [Theory]
    [InlineData(false, "Column 'Noisy' of ValidationSet has the value 255 in row 3, slot 5,")]
    [InlineData(true, "Column 'Noisy' of TestSet has the value 255 in row 3, slot 5,")]
    public void A_pixel_outside_the_unit_range_is_named_with_its_view(bool isTest, string start)
    {
        var rows = Images.Rows(10);
        rows[3].Noisy[5] = 255;
        Assert.StartsWith(start, Refused<InvalidOperationException>(isTest, Data, _ml.Data.LoadFromEnumerable(rows)));
    }

    /// <summary>The input is not read.</summary>
    [Theory]
    [InlineData(false, "Noisy", "ValidationSet input column 'Noisy'")]
    [InlineData(true, "Noisy", "TestSet input column 'Noisy'")]
    [InlineData(false, "Pixels", "ValidationSet target column 'Pixels'")]
    [InlineData(true, "Pixels", "TestSet target column 'Pixels'")]
    public void A_column_that_is_missing_is_named_with_its_view_before_any_is_read(bool isTest, string column, string named)
    {
        var (input, other) = (new SpyView(Data), _ml.Transforms.DropColumns(column).Fit(Data).Transform(Data));
        Assert.Contains(named, Refused<ArgumentOutOfRangeException>(isTest, input, other));
        Assert.Equal(0, input.Opened);
    }

    /// <summary>Fits the noisy column to the clean one, and returns the message of the exception.</summary>
    private string Refused<T>(bool isTest, IDataView input, IDataView other)
        where T : Exception
    {
        var options = Models.Options();
        options.TargetColumnName = "Pixels";
        (options.ValidationSet, options.TestSet) = isTest ? (Data, other) : (other, Data);
        return Assert.Throws<T>(() => _ml.Transforms.ReconstructWithAutoencoder("Clean", "Noisy", options).Fit(input)).Message;
    }
}

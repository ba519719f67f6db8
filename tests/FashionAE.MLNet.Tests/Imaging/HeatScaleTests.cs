using FashionAE.Tests.Shared;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Imaging;

/// <summary>Error maps on the color scale.</summary>
public sealed class HeatScaleTests
{
    private readonly MLContext _ml = new(1);

    /// <summary>Simulates color blindness for linear red, green and blue: Machado, Oliveira and Fernandes (2009), severity 1.</summary>
    public static TheoryData<string, double[]> Eyes => new()
    {
        { "normal", [1, 0, 0, 0, 1, 0, 0, 0, 1] },
        { "protanopia", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998] },
        { "deuteranopia", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881] },
        { "tritanopia", [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900] },
    };

    [Fact]
    public void The_colors_are_those_of_a_separate_program()
    {
        // Computed with a Python program from the paper's equation: start 0.4, rotations 0.35, hue 2, gamma 1.
        var expected = new (int Level, byte[] Color)[]
        {
            (0, [0, 0, 0]), (32, [75, 6, 56]), (64, [147, 19, 81]), (96, [203, 44, 85]), (128, [237, 81, 82]), (160, [250, 127, 89]),
            (192, [249, 177, 117]), (224, [245, 222, 174]), (255, [255, 255, 255]),
        };
        var colors = Colors();
        Assert.All(expected, e => Assert.Equal(e.Color, colors[e.Level]));
    }

    [Theory]
    [MemberData(nameof(Eyes))]
    public void Lightness_rises_at_every_level_for_every_kind_of_color_vision(string vision, double[] matrix)
    {
        var lightness = Colors().Select(color => Lightness(color, matrix)).ToArray();
        Assert.Equal(256, lightness.Length);
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.True(pair.Second > pair.First, $"{vision}: {pair}"));
        Assert.Equal(0, lightness[0], 1e-9);
        // Even steps: each quarter of the scale has between a seventh and two fifths of the lightness.
        Assert.All([64, 128, 192, 255], level => Assert.InRange(lightness[level] - lightness[Math.Max(0, level - 64)], 14, 40));
    }

    [Fact]
    public void The_heat_of_a_color_picture_is_the_mean_over_its_channels()
    {
        var options = new ImageDrawingEstimator.Options { Colors = DrawingColors.Heat, MaximumValue = 0.5f };
        // The means are 0, 0.25 and 2: the ends and the middle.
        var row = new ErrorMapRow { Errors = [0, 0.75f, 1, 0, 0, 2, 0, 0, 3], Mask = [false, false, false], Pixels = new float[9] };
        Assert.Equal([[0, 0, 0], [237, 81, 82], [255, 255, 255]], Draw(ErrorMapView.Make(_ml, [row], [3, 1, 3], [3, 1, 3]), options));
        // The mean is defined for any number of channels.
        options.Shape = new ImageShape(9, 1, 1);
        Assert.Equal([[255, 255, 255]], Draw(ErrorMapView.Make(_ml, [row], [3, 1, 3], [9]), options));
    }

    [Fact]
    public void A_detectors_map_needs_no_options_and_its_threshold_is_in_the_middle()
    {
        var row = Row(0, 0.01f, 0.02f, 0.04f, 1);
        var data = ErrorMapView.Make(_ml, row, 1, 5, threshold: 0.02f);
        byte[][] heat = [[0, 0, 0], [147, 19, 81], [237, 81, 82], [255, 255, 255], [255, 255, 255]];
        Assert.Equal(heat, Draw(data, new ImageDrawingEstimator.Options()));
        Assert.Equal(heat, Draw(_ml.Transforms.CopyColumns("Errors", "Errors").Fit(data).Transform(data), new ImageDrawingEstimator.Options()));
        // One setting does not change the default of the other.
        var gray = Draw(data, new ImageDrawingEstimator.Options { Colors = DrawingColors.Channels });
        Assert.Equal([0, 64, 128, 255, 255], gray.Select(color => (int)color[0]));
        Assert.All(gray, color => Assert.Single(color.Distinct()));
        Assert.Equal([237, 81, 82], Draw(data, new ImageDrawingEstimator.Options { MaximumValue = 2 })[4]);
        // Without a threshold it is a gray image whose maximum is 1.
        var plain = Draw(ErrorMapView.Make(_ml, row, 1, 5), new ImageDrawingEstimator.Options());
        Assert.Equal([0, 3, 5, 10, 255], plain.Select(color => (int)color[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.MaxValue)]
    public void A_threshold_that_gives_no_scale_is_refused_with_the_remedy(float threshold)
    {
        var data = ErrorMapView.Make(_ml, Row(0, 1), 1, 2, threshold);
        Message.Says<InvalidOperationException>(() => _ml.Transforms.DrawImages("Image", "Errors").Fit(data), "'Errors'", "threshold", "MaximumValue");
        Assert.Equal([255, 255, 255], Draw(data, new ImageDrawingEstimator.Options { MaximumValue = 1 })[1]);
    }

    [Fact]
    public void Colors_that_are_not_defined_are_refused() => Message.Says<ArgumentOutOfRangeException>(
        () => _ml.Transforms.DrawImages("Image", "Errors", new ImageDrawingEstimator.Options { Colors = (DrawingColors)7 }), "Colors");

    [Fact]
    public void A_file_that_was_written_before_there_were_colors_draws_as_it_did()
    {
        var model = _ml.Model.Load(Path.Combine(AppContext.BaseDirectory, "Imaging", "Cases", "drawing-before-colors.zip"), out _);
        float[] values = [0, 0.01f, 0.02f, 0.05f, 0.1f, 0.125f, 0.15f, 0.2f, 0.25f, 0.3f, 1, -1];
        var definition = SchemaDefinition.Create(typeof(LooseImage));
        definition["Pixels"].AddAnnotation("PixelThreshold", 0.01f, NumberDataViewType.Single);
        using var image = model.Transform(_ml.Data.LoadFromEnumerable([new LooseImage { Pixels = values }], definition)).GetColumn<MLImage>("Image").Single();
        // Drawn like the version that wrote the file.
        Assert.Equal("FF6600FFFF800AFFFF9914FF00CC33FF", Convert.ToHexString(image.Pixels));
    }

    [Fact]
    public void A_loaded_transformer_chooses_colors_and_range_as_the_saved_one()
    {
        var data = ErrorMapView.Make(_ml, Row(0, 0.01f, 0.02f, 0.04f, 1), 1, 5, threshold: 0.02f);
        using var file = new MemoryStream();
        _ml.Model.Save(_ml.Transforms.DrawImages("Image", "Errors").Fit(data), data.Schema, file);
        file.Position = 0;
        using var image = new MLContext().Model.Load(file, out _).Transform(data).GetColumn<MLImage>("Image").Single();
        Assert.Equal([82, 81, 237, 255], image.Pixels[8..12].ToArray());
    }

    private static ErrorMapRow Row(params float[] errors) =>
        new() { Errors = errors, Pixels = new float[errors.Length], Mask = new bool[errors.Length] };

    // CIELAB's lightness of a color of sRGB (IEC 61966-2-1), in double precision.
    private static double Lightness(byte[] color, double[] matrix)
    {
        var linear = Array.ConvertAll(color, part => part / 255.0 <= 0.04045 ? part / 255.0 / 12.92 : Math.Pow((part / 255.0 + 0.055) / 1.055, 2.4));
        double Seen(int row) => Math.Clamp(Enumerable.Range(0, 3).Sum(i => matrix[3 * row + i] * linear[i]), 0, 1);
        var luminance = 0.2126729 * Seen(0) + 0.7151522 * Seen(1) + 0.0721750 * Seen(2);
        return luminance > 216.0 / 24389 ? 116 * Math.Cbrt(luminance) - 16 : luminance * 24389 / 27;
    }

    private byte[][] Colors()
    {
        var levels = Row([.. Enumerable.Range(0, 256).Select(level => level / 255f)]);
        return Draw(
            ErrorMapView.Make(_ml, levels, 16, 16), new ImageDrawingEstimator.Options { Colors = DrawingColors.Heat, MaximumValue = 1 });
    }

    /// <summary>Draws the error map of the first row, and returns red, green and blue of each pixel.</summary>
    private byte[][] Draw(IDataView data, ImageDrawingEstimator.Options options)
    {
        using var image = _ml.Transforms.DrawImages("Image", "Errors", options).Fit(data).Transform(data).GetColumn<MLImage>("Image").First();
        return [.. image.Pixels.ToArray().Chunk(4).Select(p =>
        {
            Assert.Equal(255, p[3]);
            return new[] { p[2], p[1], p[0] };
        })];
    }

    private sealed class LooseImage
    {
        public float[] Pixels { get; set; } = [];
    }
}

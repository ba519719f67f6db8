namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>Makes images and views of them, and reads what transforms make of them.</summary>
internal static class Pictures
{
    public static readonly MLContext ML = new(1);

    public static TheoryData<MLPixelFormat> Formats => [MLPixelFormat.Bgra32, MLPixelFormat.Rgba32];

    public static MLImage Create(int width, int height, Func<int, int, Color> color, MLPixelFormat format = MLPixelFormat.Bgra32) =>
        MLImage.CreateFromPixels(width, height, format,
            Enumerable.Range(0, width * height).SelectMany(i => color(i % width, i / width).ToBytes(format)).ToArray());

    public static MLImage Random(int width, int height, int seed, bool opaque = true, MLPixelFormat format = MLPixelFormat.Bgra32)
    {
        var bytes = new byte[4 * width * height];
        new Random(seed).NextBytes(bytes);
        for (var i = 0; i < bytes.Length; i += 4)
        {
            if (opaque)
                bytes[i + 3] = 255;
            // Colours are multiplied by alpha.
            for (var j = i; j < i + 3; j++)
                bytes[j] = Math.Min(bytes[j], bytes[i + 3]);
        }
        return MLImage.CreateFromPixels(width, height, format, bytes);
    }

    public static Color At(this MLImage image, int x, int y) =>
        Color.FromBytes(image.Pixels.Slice(4 * (y * image.Width + x), 4), image.PixelFormat);

    public static Color[,] Colors(this MLImage image)
    {
        var colors = new Color[image.Height, image.Width];
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                colors[y, x] = image.At(x, y);
        return colors;
    }

    public static IDataView View(params MLImage[] images) => ML.Data.LoadFromEnumerable(Rows(images));

    /// <summary>A view whose column has a size.</summary>
    public static IDataView View(int height, int width, params MLImage[] images)
    {
        var definition = SchemaDefinition.Create(typeof(ImageRow));
        definition[nameof(ImageRow.Image)].ColumnType = new ImageDataViewType(height, width);
        return ML.Data.LoadFromEnumerable(Rows(images), definition);
    }

    /// <summary>The values of a column; of each row a fresh one.</summary>
    public static T[] Column<T>(this IDataView view, string name)
    {
        using var cursor = view.GetRowCursor([view.Schema[name]]);
        var getter = cursor.GetGetter<T>(view.Schema[name]);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            var value = default(T);
            getter(ref value);
            values.Add(value);
        }
        return [.. values];
    }

    /// <summary>What a transform makes of one image.</summary>
    public static MLImage Apply(this IEstimator<ITransformer> estimator, MLImage image)
    {
        var view = View(image);
        return Assert.Single(estimator.Fit(view).Transform(view).Column<MLImage>("Out"));
    }

    public static ITransformer Reload(ITransformer model)
    {
        using var stream = new MemoryStream();
        ML.Model.Save(model, null, stream);
        stream.Position = 0;
        // A context of its own, so that nothing is registered.
        return new MLContext(2).Model.Load(stream, out _);
    }

    private static ImageRow[] Rows(MLImage[] images) => images.Select((image, i) => new ImageRow { Number = i, Image = image }).ToArray();
}

using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.WithoutLibtorch;

/// <summary>Runs each component that needs no network on one image: black and gray halves.</summary>
internal static class Components
{
    public static void Run(MLContext ml, string model, Action<string, Func<object>> print)
    {
        var rows = ml.Data.LoadFromEnumerable([new Row()]);
        var shape = new ImageShape(1, 12, 12);
        print("noise", () => Means(ml.Transforms.AddGaussianNoise("Noisy", "Gray", standardDeviation: 0.01), "Noisy"));
        print("scaling", () => Means(ml.Transforms.ScalePixels("Scaled", "Bytes"), "Scaled"));
        print("scoring", () => Numbers(
            ml.Transforms.ScoreReconstruction("Black", "Gray", "Mse", "Psnr", "Ssim", "Map"), "Mse", "Psnr", "Ssim"));
        print("error map", () => Means(ml.Transforms.ScoreReconstruction("Black", "Gray", errorMapColumnName: "Map"), "Map"));
        print("evaluation", () => $"{ml.Reconstruction.Evaluate(rows, "Black", "Gray").MeanSquaredError:F4}");
        var drawing = ml.Transforms.DrawImages("Picture", "Gray", shape);
        print("drawing", () => drawing.Fit(rows).Transform(rows).GetColumn<MLImage>("Picture").Single().Pixels[0]);
        print("converting", () => Means(drawing.Append(ml.Transforms.ConvertToPixels("Pixels", shape, "Picture")), "Pixels"));
        print("loading", () =>
        {
            var (folder, image) = (Path.GetDirectoryName(model)!, Path.ChangeExtension(model, ".png"));
            drawing.Fit(rows).Transform(rows).GetColumn<MLImage>("Picture").Single().Save(image);
            var paths = ml.Data.LoadFromEnumerable([new { ImagePath = Path.GetFileName(image) }]);
            return Mean(ml.Transforms.LoadPixels("Pixels", folder, shape, "ImagePath").Fit(paths).Transform(paths), "Pixels");
        });
        print("decoding", () =>
        {
            var files = ml.Data.LoadFromEnumerable([new { Png = File.ReadAllBytes(Path.ChangeExtension(model, ".png")) }]);
            return Mean(ml.Transforms.DecodePixels("Pixels", shape, "Png").Fit(files).Transform(files), "Pixels");
        });
        var chain = (TransformerChain<ITransformer>?)null;
        print("model file", () => chain = (TransformerChain<ITransformer>)ml.Model.Load(model, out _));
        print("its rotation's schema", () => chain!.First().GetOutputSchema(rows.Schema)["Turned"].Type);
        print("its scoring part", () => Mean(chain!.GetModelFor(TransformerScope.Scoring).Transform(rows), "Noisy"));
        print("its rotation", () => chain!.First().Transform(rows));
        print("its rotation of a row", () => chain!.First().GetRowToRowMapper(rows.Schema));

        object Means(IEstimator<ITransformer> estimator, string column) => Mean(estimator.Fit(rows).Transform(rows), column);

        object Numbers(IEstimator<ITransformer> estimator, params string[] columns)
        {
            var view = estimator.Fit(rows).Transform(rows);
            return string.Join(' ', columns.Select(column => $"{view.GetColumn<float>(column).Single():F4}"));
        }

        static object Mean(IDataView view, string column) => $"{view.GetColumn<float[]>(column).Single().Average():F2}";
    }

    private sealed class Row
    {
        [VectorType(144)]
        public float[] Black { get; set; } = new float[144];

        [VectorType(144)]
        public float[] Gray { get; set; } = [.. Enumerable.Repeat(0.5f, 144)];

        [VectorType(144)]
        public byte[] Bytes { get; set; } = [.. Enumerable.Repeat((byte)51, 144)];
    }
}

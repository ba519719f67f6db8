using System.Globalization;
using FashionAE.MLNet;
using FashionAE.MLNet.WithOnnxRuntime;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

// usage: FashionAE.MLNet.WithOnnxRuntime save FOLDER
//        FashionAE.MLNet.WithOnnxRuntime score ENGINE DATA MODEL...
//        FashionAE.MLNet.WithOnnxRuntime judge DATA DETECTOR
//        FashionAE.MLNet.WithOnnxRuntime touch DATA AUTOENCODER
// save: saves own.zip and unwritable.zip, two custom networks; it needs libtorch. score: prints the columns that models add to the first
// garments in DATA, from a view and row by row. judge: prints all outputs of a detector for them, one row per line. touch: prints which
// components work without libtorch, and the messages of the others.
var ml = new MLContext(seed: 1);
switch (args[0])
{
    case "save":
        Save("own");
        Save("unwritable");
        break;
    case "score":
        foreach (var path in args[3..])
            Print(Path.GetFileName(path), () => Score(path, Enum.Parse<ScoringEngine>(args[1]), Garments(args[2])));
        break;
    case "judge":
        Judge(args[2], Garments(args[1]));
        break;
    default:
        Touch(Garments(args[1]), args[2]);
        break;
}

void Save(string name)
{
    var weights = Path.Combine(args[1], $"{name}.safetensors");
    using (var network = new OwnArchitecture(FashionMnist.Shape, 3, IsWritable: name == "own").Build(seed: 2))
        AutoencoderFile.Save(network, weights);
    var rows = ml.Data.LoadFromEnumerable([new Garment()]);
    using var model = ml.Transforms.ApplyAutoencoder("Code", "Pixels", weights).Fit(rows);
    ml.Model.Save(model, rows.Schema, Path.Combine(args[1], $"{name}.zip"));
}

IDataView Garments(string folder) => ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, folder), 5);

string Score(string path, ScoringEngine engine, IDataView garments)
{
    if (Path.GetExtension(path) == ".safetensors")
    {
        // The model file contains the size of its images.
        using var shape = ml.Transforms.ApplyAutoencoder("Code", "Pixels", path).Fit(ml.Data.LoadFromEnumerable([new Garment()]));
        shape.ScoringEngine = engine;
        var (size, start) = (shape.InputShape.Size, Math.Min(300, FashionMnist.Shape.Size - shape.InputShape.Size));
        var parts = garments.GetColumn<float[]>("Pixels").Select(pixels => new Garment { Pixels = pixels[start..(start + size)] });
        return Values(shape, ml.Data.LoadFromEnumerable(parts.ToArray()));
    }
    var view = ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(garments).Transform(garments);
    var model = ml.Model.Load(path, out _);
    using var owner = model as IDisposable;
    var values = "";
    foreach (var step in Steps(model))
    {
        if (step is AutoencoderTransformer autoencoder)
        {
            autoencoder.ScoringEngine = engine;
            values += Values(autoencoder, view);
        }
        // Only this component of these files needs libtorch.
        view = step is ImageRotatingTransformer ? ml.Transforms.CopyColumns("Turned", "Noisy").Fit(view).Transform(view) : step.Transform(view);
    }
    return values;
}

void Judge(string path, IDataView garments)
{
    using var detector = (AutoencoderTransformer)ml.Model.Load(path, out _);
    foreach (var row in ml.Data.CreateEnumerable<Verdict>(detector.Transform(garments), reuseRowObject: true))
    {
        IEnumerable<float> numbers = [row.Score, row.Probability, row.PredictedLabel ? 1 : 0, .. row.Where, .. row.Mask.Select(marked => marked ? 1f : 0)];
        Console.WriteLine(string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
    }
}

static IEnumerable<ITransformer> Steps(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

static string Values(AutoencoderTransformer model, IDataView view)
{
    var added = model.Transform(view);
    var mapper = model.GetRowToRowMapper(view.Schema);
    var column = added.Schema.GetColumnOrNull("Code") ?? added.Schema["Score"];
    using var cursor = view.GetRowCursor(view.Schema);
    using var row = mapper.GetRow(cursor, [mapper.OutputSchema[column.Name]]);
    IEnumerable<float> values = column.Type is VectorDataViewType
        ? [.. added.GetColumn<float[]>(column).SelectMany(code => code), .. Rows<VBuffer<float>>(cursor, row, column.Name).SelectMany(code => code.DenseValues())]
        : [.. added.GetColumn<float>(column), .. Rows<float>(cursor, row, column.Name)];
    return string.Concat(values.Select(value => value.ToString("R", CultureInfo.InvariantCulture) + " "));
}

static List<T> Rows<T>(DataViewRowCursor cursor, DataViewRow row, string column)
{
    var (get, values) = (row.GetGetter<T>(row.Schema[column]), new List<T>());
    while (cursor.MoveNext())
    {
        T value = default!;
        get(ref value);
        values.Add(value);
    }
    return values;
}

void Touch(IDataView garments, string path)
{
    using var model = (AutoencoderTransformer)ml.Model.Load(path, out _);
    Print("noise", () => Read<float[]>(ml.Transforms.AddGaussianNoise("New", "Pixels").Fit(garments)));
    Print("scale", () => Read<float[]>(ml.Transforms.ScalePixels("New", "Pixels").Fit(garments)));
    Print("draw", () => Read<MLImage>(ml.Transforms.DrawImages("New", "Pixels", FashionMnist.Shape).Fit(garments)));
    Print("score", () => Read<float>(ml.Transforms.ScoreReconstruction("Pixels", "Pixels", ssimColumnName: "New").Fit(garments)));
    Print("evaluate", () => ml.Reconstruction.Evaluate(garments, "Pixels", "Pixels").MeanSquaredError);
    Print("save", () =>
    {
        ml.Model.Save(model, garments.Schema, Stream.Null);
        return "saved";
    });
    Print("rotate", () => Read<float[]>(ml.Transforms.RotateImages("New", "Pixels").Fit(garments)));
    Print("options", () => new AutoencoderOptions());
    Print("train", () => ml.Transforms.EncodeWithAutoencoder("New", "Pixels"));
    Print("module", () => model.Model);
    Print("libtorch", () => Score(path, ScoringEngine.LibTorch, garments));

    int Read<T>(ITransformer step) => step.Transform(garments).GetColumn<T>("New").Count();
}

static void Print(string name, Func<object> touch)
{
    try
    {
        Console.WriteLine($"{name}: {touch()}");
    }
#pragma warning disable CA1031 // The tests check the printed exception.
    catch (Exception e)
#pragma warning restore CA1031
    {
        // ML.NET wraps the exceptions of a loader.
        var cause = e is TypeInitializationException or System.Reflection.TargetInvocationException ? e.InnerException! : e;
        Console.WriteLine($"{name}: {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}");
    }
}

internal sealed class Garment
{
    public float[] Pixels { get; set; } = [];
}

internal sealed class Verdict
{
    public float Score { get; set; }

    public float Probability { get; set; }

    public bool PredictedLabel { get; set; }

    public float[] Where { get; set; } = [];

    public bool[] Mask { get; set; } = [];
}

using System.Reflection;
using System.Text.RegularExpressions;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Robustness.Targets;

/// <summary>The bytes of a model.zip with every transformer of FashionAE.MLNet in it, which is then applied to a few rows.</summary>
internal class PipelineTarget(string folder) : Target(folder)
{
    private const int Side = 12;

    private readonly List<Row> _rows = [];
    private byte[] _original = [];

    /// <summary>Gets a value indicating whether all that was altered is ML.NET's own, which has no checksums, and so may be another step's data.</summary>
    public override bool MayDiffer => PipelineParts.Differing(Parts, PipelineParts.Read(FilePath)).All(part => !PipelineParts.IsOurs(part, Parts));

    protected string FilePath => PathOf("model.zip");

    /// <summary>Gets the parts of the unaltered file.</summary>
    protected Dictionary<string, byte[]> Parts { get; private set; } = [];

    public override void Prepare()
    {
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
            _rows.Add(new Row { Pixels = [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle())] });
        var (ml, shape) = (new MLContext(1), new ImageShape(1, Side, Side));
        var architecture = new DenseArchitecture(shape, 2) { HiddenSizes = [4] };
        var data = ml.Data.LoadFromEnumerable(_rows);
        using var model = ml.Transforms.RotateImages("Turned", "Pixels", copies: 1, seed: 1)
            .Append(ml.Transforms.AddGaussianNoise("Noisy", "Pixels", seed: 2))
            .Append(ml.Transforms.Autoencode(new AutoencoderEstimator.Options
            {
                InputColumnName = "Noisy",
                TargetColumnName = "Pixels",
                LatentColumnName = "Code",
                ReconstructionColumnName = "Clean",
                MseColumnName = "Mse",
                PsnrColumnName = "Psnr",
                SsimColumnName = "Ssim",
                ErrorMapColumnName = "Errors",
                Architecture = architecture,
                Epochs = 1,
                Seed = 3,
            }))
            .Append(ml.Transforms.Autoencode(new AutoencoderEstimator.Options
            {
                InputColumnName = "Pixels",
                LatentColumnName = "VectorCode",
                ErrorMapColumnName = "VectorErrors",
                Architecture = new VectorArchitecture(2) { HiddenSizes = [4], Activation = ActivationKind.Elu, MissingValues = MissingValues.Mask },
                Epochs = 1,
                Seed = 5,
            }))
            .Append(ml.Transforms.ScoreReconstruction("Turned", "Clean", "TurnedMse", "TurnedPsnr", "TurnedSsim", "TurnedErrors"))
            .Append(ml.Transforms.DrawOverlay("Overlay", "Pixels", "TurnedErrors", null, new OverlayDrawingEstimator.Options { MaximumValue = 1 }))
            .Append(ml.Transforms.DrawImages("Picture", "Pixels", shape))
            .Append(ml.Transforms.ConvertToPixels("Again", shape, "Picture"))
            .Append(ml.AnomalyDetection.Trainers.Autoencoder(new AutoencoderAnomalyTrainer.Options
            {
                FeatureColumnName = "Again",
                ProbabilityColumnName = "Probability",
                ErrorMapColumnName = "Where",
                MaskColumnName = "Mask",
                IsErrorMapWeighted = true,
                Score = new CombinedScore { Extremes = [AnomalyScore.WeightedError, AnomalyScore.LatentNeighbors] },
                Architecture = architecture,
                Epochs = 1,
                Seed = 4,
            }))
            .Fit(data);
        ml.Model.Save(model, data.Schema, FilePath);
        Parts = PipelineParts.Read(FilePath);
        // Without the time of day, so that it is the same in every process.
        PipelineParts.Write(FilePath, Parts);
        _original = File.ReadAllBytes(FilePath);
    }

    public override void Alter(Random random) => File.WriteAllBytes(FilePath, ByteMutation.Apply(_original, random));

    public override string Read()
    {
        // ML.NET 5.0 can take minutes over lengths that it finds in its own binary views.
        if (PipelineParts.Differing(Parts, PipelineParts.Read(FilePath)).Any(name => name.EndsWith("Schema", StringComparison.Ordinal)))
            throw new InvalidDataException("A view of ML.NET's was altered; its reader is not tried.");
        var ml = new MLContext(1);
        var model = ml.Model.Load(FilePath, out _);
        using var owner = model as IDisposable;
        var view = model.Transform(ml.Data.LoadFromEnumerable(_rows.Take(4)));
        return string.Join(' ', view.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name} {Values(view, column)}"));
    }

    /// <summary>
    /// What FashionAE.MLNet says (FormatException; InvalidDataException for the autoencoder's file; ArgumentOutOfRangeException where an altered
    /// step of ML.NET's makes another column than the next one needs), and what ML.NET and the reader of archives throw for damaged files.
    /// </summary>
    public override bool IsDocumented(Exception exception) => exception switch
    {
        FormatException or InvalidDataException or EndOfStreamException => true,
        ArgumentOutOfRangeException when MayDiffer => true,
        // An assembly of another name or culture, or of none; an entry that is missing; a version that it does not know; a column that is.
        FileLoadException or FileNotFoundException or ArgumentException or InvalidOperationException => IsOfMLNet(exception),
        // A fault of ML.NET 5.0: it makes arrays of negative length where a count was altered.
        OverflowException => IsOfMLNet(exception),
        _ => false,
    };

    /// <summary>ML.NET makes transformers by reflection.</summary>
    public override Exception CauseOf(Exception exception)
    {
        while (exception is TargetInvocationException or InvalidOperationException { Message: "Error during class instantiation" } && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }

    /// <summary>Whether ML.NET has come to it alone, without our code.</summary>
    private static bool IsOfMLNet(Exception exception) =>
        exception.StackTrace is { } trace && trace.Contains(" Microsoft.ML.", StringComparison.Ordinal) && !trace.Contains(" FashionAE.MLNet.", StringComparison.Ordinal);

    private static string Values(IDataView view, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType: NumberDataViewType item } when item == NumberDataViewType.Single =>
            Description.Of([.. view.GetColumn<float[]>(column).SelectMany(values => values)]),
        VectorDataViewType { ItemType: BooleanDataViewType } =>
            string.Concat(view.GetColumn<bool[]>(column).SelectMany(values => values).Select(value => value ? '1' : '0')),
        ImageDataViewType => string.Join(',', view.GetColumn<MLImage>(column).Select(image => Description.Of(image.Pixels))),
        NumberDataViewType type when type == NumberDataViewType.Single => Description.Of([.. view.GetColumn<float>(column)]),
        BooleanDataViewType => string.Join(',', view.GetColumn<bool>(column)),
        var other => $"{other}",
    };

    private sealed class Row
    {
        [VectorType(1, Side, Side)]
        public float[] Pixels { get; set; } = [];
    }
}

/// <summary>The bytes of one part of a model.zip that is a whole archive.</summary>
internal sealed class PipelineEntryTarget(string folder) : PipelineTarget(folder)
{
    public override void Alter(Random random)
    {
        var name = Parts.Keys.ElementAt(random.Next(Parts.Count));
        var altered = new Dictionary<string, byte[]>(Parts);
        if (random.Next(20) == 0)
            altered.Remove(name);
        else
            altered[name] = ByteMutation.Apply(Parts[name], random);
        PipelineParts.Write(FilePath, altered);
    }
}

/// <summary>The settings of one of our transformers, with a checksum that is right: other settings that it can have are other results.</summary>
internal sealed class PipelineSettingsTarget(string folder) : PipelineTarget(folder)
{
    public override bool MayDiffer => true;

    /// <summary>Drawing that has lost its maximum is refused with the column, as it is where it is fitted.</summary>
    public override bool IsDocumented(Exception exception) =>
        base.IsDocumented(exception) || (exception is InvalidOperationException && exception.Message.Contains("MaximumValue", StringComparison.Ordinal));

    public override void Alter(Random random)
    {
        string[] ours = [.. Parts.Keys.Where(name => PipelineParts.IsOurs(name, Parts) && name.EndsWith("Model.key", StringComparison.Ordinal))];
        var name = ours[random.Next(ours.Length)];
        PipelineParts.Write(FilePath, new Dictionary<string, byte[]>(Parts) { [name] = PipelineParts.WithSettings(Parts[name], text => Alter(text, random)) });
    }

    /// <summary>Changes neither length, on which the places of other things depend, nor what is said to be how long.</summary>
    private static string Alter(string text, Random random)
    {
        string[] values = ["null", "-1", "0", "true", "\"\"", "[]", "{}", "1e9", "1e99", "99", "-99", "9999999", "99999999999", "NaN", "1e-9"];
        for (var tries = 0; tries < 100; tries++)
        {
            var tokens = Regex.Matches(text, "-?[0-9.]+(E-?[0-9]+)?|\"[^\"]*\"|null|true|false|(?<!^){[^{}]*}");
            var (token, value) = (tokens[random.Next(tokens.Count)], values[random.Next(values.Length)]);
            // A name that is another is a setting that is missing.
            var isName = text[(token.Index + token.Length)..].StartsWith(':');
            value = isName ? $"\"_{token.Value[2..]}" : value;
            if (value.Length <= token.Length)
                return text[..token.Index] + value.PadRight(token.Length) + text[(token.Index + token.Length)..];
        }
        return text;
    }
}

using System.Reflection;
using System.Text.RegularExpressions;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace FashionAE.Robustness.Targets;

/// <summary>Alters the bytes of a model.zip with every transformer of FashionAE.MLNet, and applies the model to a few rows.</summary>
internal class PipelineTarget(string folder) : Target(folder)
{
    private const int Side = 12;

    private readonly List<Row> _rows = [];
    private byte[] _original = [];

    /// <summary>Gets a value indicating whether only parts of ML.NET are altered, which have no checksums.</summary>
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
        // Use a fixed time, so that the file is the same in every process.
        PipelineParts.Write(FilePath, Parts);
        _original = File.ReadAllBytes(FilePath);
    }

    public override void Alter(Random random) => File.WriteAllBytes(FilePath, ByteMutation.Apply(_original, random));

    public override string Read()
    {
        // ML.NET 5.0 can need minutes for altered lengths in its binary views.
        if (PipelineParts.Differing(Parts, PipelineParts.Read(FilePath)).Any(name => name.EndsWith("Schema", StringComparison.Ordinal)))
            throw new InvalidDataException("A view of ML.NET's was altered; its reader is not tried.");
        var ml = new MLContext(1);
        var model = ml.Model.Load(FilePath, out _);
        using var owner = model as IDisposable;
        var view = model.Transform(ml.Data.LoadFromEnumerable(_rows.Take(4)));
        return string.Join(' ', view.Schema.Where(column => !column.IsHidden).Select(column => $"{column.Name} {Values(view, column)}"));
    }

    /// <summary>
    /// Allows the exceptions of FashionAE.MLNet: FormatException, InvalidDataException for the autoencoder file, and
    /// ArgumentOutOfRangeException if an altered step of ML.NET adds another column than the next step needs. Also allows the exceptions of
    /// ML.NET and the archive reader for damaged files.
    /// </summary>
    public override bool IsDocumented(Exception exception) => exception switch
    {
        FormatException or InvalidDataException or EndOfStreamException => true,
        ArgumentOutOfRangeException when MayDiffer => true,
        // An assembly with another name or culture, or a missing one; a missing entry; an unknown version; a missing column.
        FileLoadException or FileNotFoundException or ArgumentException or InvalidOperationException => IsOfMLNet(exception),
        // A defect of ML.NET 5.0: it creates arrays of negative length if a count is altered.
        OverflowException => IsOfMLNet(exception),
        _ => false,
    };

    /// <summary>Unwraps exceptions of reflection, which ML.NET uses to create transformers.</summary>
    public override Exception CauseOf(Exception exception)
    {
        while (exception is TargetInvocationException or InvalidOperationException { Message: "Error during class instantiation" } && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }

    /// <summary>Returns whether the stack trace has only code of ML.NET.</summary>
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

/// <summary>Alters the bytes of one part of a model.zip, and writes a valid archive.</summary>
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

/// <summary>Alters the settings of a FashionAE transformer, and updates the checksum. Other valid settings may change the result.</summary>
internal sealed class PipelineSettingsTarget(string folder) : PipelineTarget(folder)
{
    public override bool MayDiffer => true;

    /// <summary>Allows the exception of a drawing step without its maximum, which names the column like Fit does.</summary>
    public override bool IsDocumented(Exception exception) =>
        base.IsDocumented(exception) || (exception is InvalidOperationException && exception.Message.Contains("MaximumValue", StringComparison.Ordinal));

    public override void Alter(Random random)
    {
        string[] ours = [.. Parts.Keys.Where(name => PipelineParts.IsOurs(name, Parts) && name.EndsWith("Model.key", StringComparison.Ordinal))];
        var name = ours[random.Next(ours.Length)];
        PipelineParts.Write(FilePath, new Dictionary<string, byte[]>(Parts) { [name] = PipelineParts.WithSettings(Parts[name], text => Alter(text, random)) });
    }

    /// <summary>Alters settings without changing lengths, because other positions in the file depend on them.</summary>
    private static string Alter(string text, Random random)
    {
        string[] values = ["null", "-1", "0", "true", "\"\"", "[]", "{}", "1e9", "1e99", "99", "-99", "9999999", "99999999999", "NaN", "1e-9"];
        for (var tries = 0; tries < 100; tries++)
        {
            var tokens = Regex.Matches(text, "-?[0-9.]+(E-?[0-9]+)?|\"[^\"]*\"|null|true|false|(?<!^){[^{}]*}");
            var (token, value) = (tokens[random.Next(tokens.Count)], values[random.Next(values.Length)]);
            // A different name means that the setting is missing.
            var isName = text[(token.Index + token.Length)..].StartsWith(':');
            value = isName ? $"\"_{token.Value[2..]}" : value;
            if (value.Length <= token.Length)
                return text[..token.Index] + value.PadRight(token.Length) + text[(token.Index + token.Length)..];
        }
        return text;
    }
}

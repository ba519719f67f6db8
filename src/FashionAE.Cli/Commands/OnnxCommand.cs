namespace FashionAE.Cli;

/// <summary>The command <c>fashionae onnx</c>.</summary>
internal static class OnnxCommand
{
    public static Command Create()
    {
        var command = new Command("onnx", "Exports an autoencoder to an ONNX file. ONNX Runtime runs it without libtorch.");
        var modelPath = new Argument<string>("MODEL") { Description = $"The model: {EncodingModel.Description}" };
        command.Add(modelPath);
        const string Parts = "Export the encoder, the decoder, or the whole: latent vectors, reconstructions and their errors.";
        var partName = command.Option<string>("--part", Parts).Default("encoder");
        partName.AcceptOnlyFromAmong([.. Enum.GetNames<OnnxPart>().Select(name => name.ToLowerInvariant())]);
        var output = command.OutOption("Write this file, such as encoder.onnx.", "FILE");
        var shaped = command.Option<bool>("--shaped", "Use images [N, C, H, W] instead of the vectors [N, C * H * W] of ML.NET.");
        var threshold = command.Option<float?>(
            "--threshold",
            "With --part whole: set IsAnomaly to true above this mean squared error, 0 or more."
            + " Default: the threshold of an anomaly detector in a .zip file that scores with the mean squared error.", "MSE");
        threshold.Check(result => result.GetValue(threshold) is { } value && !(value >= 0 && float.IsFinite(value))
            ? "--threshold must be 0 or more."
            : null);
        threshold.Check(result =>
            result.GetValue(partName) == "whole" || result.Errors.Any() ? null : "--threshold requires --part whole.");

        command.SetAction(parsed =>
        {
            var file = parsed.GetFile(output, example: "encoder.onnx");
            var path = parsed.GetValue(modelPath)!;
            var part = Enum.Parse<OnnxPart>(parsed.GetValue(partName)!, ignoreCase: true);
            using var model = EncodingModel.Load(new MLContext(), path);
            var hasErrorScore = model.Score is MeanSquaredErrorScore;
            var options = new OnnxFileOptions
            {
                FlatImages = !parsed.GetValue(shaped),
                Threshold = parsed.GetValue(threshold) ?? (part == OnnxPart.Whole && hasErrorScore ? model.Threshold : null),
            };
            if (File.Exists(Path.Combine(path, "options.json")))
                Describe(new RunFolder(path), options);
            var steps = part == OnnxPart.Decoder ? [] : StepsBefore(model);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            OnnxFile.Save(model.Network, file, part, options);

            var saved = part == OnnxPart.Whole ? "whole autoencoder" : parsed.GetValue(partName);
            Console.WriteLine($"Wrote the {saved} of {path} to {file} ({new FileInfo(file).Length / 1e6:F1} MB)");
            if (part == OnnxPart.Whole && model.Score is { } score && !hasErrorScore)
                Console.WriteLine(
                    $"Not in the file: the detector's {score.GetType().Name} and verdict. To export them, use ConvertToOnnx of ML.NET.");
            if (steps.Count > 0)
                Console.WriteLine(
                    $"Not in the file: the steps of {path} before the autoencoder. Apply them to each image to compute {OnnxFile.Pixels}:");
            steps.ForEach(step => Console.WriteLine($"    {step}"));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Describes the steps that compute the autoencoder's input, in order, each with the columns that it adds.</summary>
    private static List<string> StepsBefore(EncodingModel model)
    {
        try
        {
            return StepsFrom(model);
        }
        catch (ArgumentException)
        {
            // The first input column is unknown, because ML.NET does not save image columns. List all steps.
            return [.. model.Steps.Select(step => Describe(step, []))];
        }
    }

    private static List<string> StepsFrom(EncodingModel model)
    {
        var schemas = new List<DataViewSchema> { model.InputSchema };
        foreach (var step in model.Steps)
            schemas.Add(step.GetOutputSchema(schemas[^1]));
        var needed = new List<DataViewSchema.Column> { schemas[^1][model.Column] };
        var steps = new List<string>();
        for (var i = model.Steps.Count - 1; i >= 0; i--)
        {
            var (step, before) = (model.Steps[i], schemas[i]);
            var mapper = step.IsRowToRowMapper ? step.GetRowToRowMapper(before) : null;
            // Some steps replace a column of the same name. Others add a column at the end.
            bool IsPassed(DataViewSchema.Column column) => column.Index < before.Count
                && ReferenceEquals(before[column.Index].Annotations, column.Annotations) && before[column.Index].Type.Equals(column.Type)
                && mapper?.GetDependencies([column]).All(source => source.Index == column.Index) == true;
            var made = needed.Where(column => !IsPassed(column)).Select(column => column.Name).Distinct().ToArray();
            if (made.Length > 0)
                steps.Insert(0, Describe(step, made));
            needed = mapper is not null
                ? [.. mapper.GetDependencies(needed)]
                : [.. before.Where(column => needed.Any(n => n.Name == column.Name))];
        }
        return steps;
    }

    /// <summary>Returns the text of a step if its class overrides ToString; otherwise its type name and the columns that it adds.</summary>
    private static string Describe(ITransformer step, string[] made) => $"{step}" is var text && text != $"{step.GetType()}"
        ? text
        : string.Join(": ", new[] { step.GetType().Name, string.Join(", ", made) }.Where(part => part.Length > 0));

    /// <summary>Adds the class names and the training results of a run.</summary>
    private static void Describe(RunFolder run, OnnxFileOptions options)
    {
        var trained = run.ReadOptions();
        options.ClassNames = Study.Named(trained.Study).Classes ?? FashionMnist.ClassNames;
        var best = run.ReadHistory().Best;
        options.Metadata = new Dictionary<string, string>
        {
            ["fashionae.study"] = trained.Study,
            ["fashionae.recipe"] = trained.Recipe,
            ["fashionae.seed"] = $"{trained.Seed}",
            ["fashionae.best_epoch"] = $"{best?.Epoch}",
            ["fashionae.train_loss"] = $"{best?.TrainLoss:R}",
        };
    }
}

namespace FashionAE.Cli;

/// <summary>fashionae onnx</summary>
internal static class OnnxCommand
{
    public static Command Create()
    {
        var command = new Command("onnx", "Writes an autoencoder as an ONNX file, which ONNX Runtime runs without libtorch.");
        var modelPath = new Argument<string>("MODEL") { Description = EncodingModel.Description };
        command.Add(modelPath);
        var partName = command.Option<string>("--part", "What the file computes; whole: codes, reconstructions and their errors.")
            .Default("encoder");
        partName.AcceptOnlyFromAmong([.. Enum.GetNames<OnnxPart>().Select(name => name.ToLowerInvariant())]);
        var output = command.OutOption("The file to write, such as encoder.onnx.", "FILE");
        var shaped = command.Option<bool>("--shaped", "Images are [N, C, H, W] instead of vectors, [N, C * H * W], as ML.NET has them.");
        var threshold = command.Option<float?>(
            "--threshold",
            "With --part whole: the mean squared error above which IsAnomaly is true."
            + " An anomaly detector in a .zip file that scores by it brings its own.", "MSE");
        threshold.Check(result => result.GetValue(threshold) is { } value && !(value >= 0 && float.IsFinite(value))
            ? "--threshold must be 0 or more."
            : null);
        threshold.Check(result => result.GetValue(partName) == "whole" || result.Errors.Any() ? null : "--threshold is for --part whole.");

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
                    $"Not in the file: the detector's {score.GetType().Name} and its verdict, which ConvertToOnnx of ML.NET writes.");
            if (steps.Count > 0)
                Console.WriteLine(
                    $"Not in the file: what {path} does to an image before. Its caller must do the same to make {OnnxFile.Pixels} of it:");
            steps.ForEach(step => Console.WriteLine($"    {step}"));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The steps that the autoencoder's images come from, in their order, each with the columns that it adds.</summary>
    private static List<string> StepsBefore(EncodingModel model)
    {
        try
        {
            return StepsFrom(model);
        }
        catch (ArgumentException)
        {
            // They begin with a column that nobody tells of: ML.NET saves none of images. All of them, then.
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
            // Some steps put what they make in the place of a column of that name, others after all columns.
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

    /// <summary>What a step says of itself, or else its name and the columns that it adds.</summary>
    private static string Describe(ITransformer step, string[] made) => $"{step}" is var text && text != $"{step.GetType()}"
        ? text
        : string.Join(": ", new[] { step.GetType().Name, string.Join(", ", made) }.Where(part => part.Length > 0));

    /// <summary>What the run tells of its classes and figures.</summary>
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

using System.CommandLine.Parsing;
using System.Drawing;

namespace FashionAE.Cli;

/// <summary>The command <c>fashionae encode</c>.</summary>
internal static class EncodeCommand
{
    /// <summary>The largest value that <see cref="PixelOptions.MaximumPixels"/> accepts.</summary>
    public const int MostPixels = 500_000_000;

    public static Command Create()
    {
        var command = new Command("encode", "Encodes the images of a folder into a CSV table: File, Latent1, ..., Mse, Psnr, Ssim.");
        var modelPath = command.Option<string>("--model", $"Use this model: {EncodingModel.Description}", "MODEL");
        var images = command.Option<string>("--images", "Encode the PNG, JPEG, WebP, BMP and GIF files of this folder.", "DIR");
        modelPath.Required = images.Required = true;
        var output = command.OutOption("Write the table to this file, such as codes.csv.", "FILE");
        var invert = command.Option<bool>("--invert", "Invert the brightness: for dark garments on a light background.");
        var background = command.Option<Color?>(
            "--background", "Draw transparent pixels on this color, a name or #RRGGBB. Default: black.", "COLOR");
        background.CustomParser = ParseColor;
        var asStored = command.Option<bool>("--as-stored", "Ignore the orientation that photographs store (EXIF).");
        var maximumPixels = command.Option<int>(
            "--maximum-pixels", "Skip and list images with more pixels than this; 1 to 500,000,000.", "N")
            .Default(new PixelOptions().MaximumPixels)
            .Check(most => most.GetValueOrDefault<int>() is < 1 or > MostPixels ? $"--maximum-pixels must be 1 to {MostPixels}." : null);
        var recursive = command.Option<bool>("--recursive", "Include the images of subfolders.");
        const string Batch = "Encode this many images per batch, 1 or more. Smaller batches need less memory.";
        var batchSize = command.Option<int>("--batch-size", Batch, "N").Default(256);
        batchSize.MustBePositive();
        var shard = command.Option<string?>(
            "--shard",
            "Encode only part I of N, into a file next to the table; 'fashionae merge' joins all parts."
            + " Omit it under mpirun, where each process chooses its parts.", "I/N");
        shard.Check(result => result.GetValue(shard) is { } text && Shard.Parse(text) is null
            ? $"--shard is '{text}'; it must be a part and the number of parts, such as 3/8."
            : null);

        command.SetAction(parsed =>
        {
            if (MpiExchange.IsLaunched && parsed.GetValue(shard) is not null)
                throw new ArgumentException(
                    "--shard is for independent processes: omit it under mpirun, where each process chooses its parts.");
            var exchange = MpiJob.Join();
            var table = parsed.GetFile(output, example: "codes.csv");
            var options = new PixelOptions
            {
                Invert = parsed.GetValue(invert),
                Background = parsed.GetValue(background) ?? Color.Black,
                Upright = !parsed.GetValue(asStored),
                MaximumPixels = parsed.GetValue(maximumPixels),
            };
            var files = new ImageFiles(parsed.GetValue(images)!, parsed.GetValue(recursive));
            var ml = new MLContext();
            using var model = EncodingModel.Load(ml, parsed.GetValue(modelPath)!);
            if (MpiJob.IsFirst && files.Skipped is { } others)
                Console.WriteLine($"Skipped files with other extensions: {others}");
            using var interruption = new Interruption();
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(table))!);
            var encoder = new FolderEncoder(ml, model, files, options, parsed.GetValue(batchSize));
            var encoding = new TableEncoding(table, parsed.GetValue(modelPath)!, files, encoder, interruption.Token);
            try
            {
                if (exchange is not null)
                    return encoding.EncodeTogether(exchange);
                return Report(parsed.GetValue(shard) is { } text ? encoding.Encode(Shard.Parse(text)!) : encoding.Encode());
            }
            catch (Exception) when (interruption.Token.IsCancellationRequested)
            {
                Console.Error.WriteLine($"Stopped. {encoding.Writing} was not written.");
                // After a return, this rank would wait for the other ranks, which wait for its part. An exception ends all ranks.
                return exchange is null ? ExitCode.Interrupted : throw new OperationCanceledException(interruption.Token);
            }
        });
        return command;
    }

    /// <summary>Prints the images that could not be read.</summary>
    public static int Report(IReadOnlyList<UnreadableImage> unreadable)
    {
        foreach (var (file, reason) in unreadable)
            Console.Error.WriteLine($"error: {file}: {reason}");
        return unreadable.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Parses a color: a name or #RRGGBB.</summary>
    public static Color? ParseColor(ArgumentResult result)
    {
        try
        {
            var color = ColorTranslator.FromHtml(result.Tokens.Single().Value);
            if (color is { A: byte.MaxValue, IsSystemColor: false })
                return color;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
        }
        result.AddError($"--background is '{result.Tokens.Single().Value}'; it must be a color such as white or #F0F0F0.");
        return null;
    }
}

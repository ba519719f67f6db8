using System.CommandLine.Parsing;
using System.Drawing;

namespace FashionAE.Cli;

/// <summary>fashionae encode</summary>
internal static class EncodeCommand
{
    /// <summary>The most that <see cref="PixelOptions.MaximumPixels"/> takes.</summary>
    public const int MostPixels = 500_000_000;

    public static Command Create()
    {
        var command = new Command("encode", "Encodes the images of a folder into a table: File, Latent1, Latent2, ..., Mse, Psnr, Ssim.");
        var modelPath = command.Option<string>("--model", EncodingModel.Description, "MODEL");
        var images = command.Option<string>("--images", "The folder with PNG, JPEG, WebP, BMP and GIF files.", "DIR");
        modelPath.Required = images.Required = true;
        var output = command.OutOption("The table to write, such as codes.csv.", "FILE");
        var invert = command.Option<bool>("--invert", "Turn light into dark: for dark garments on light ground.");
        var background = command.Option<Color?>(
            "--background", "The color behind transparent pixels, a name or #RRGGBB; black unless given.", "COLOR");
        background.CustomParser = ParseColor;
        var asStored = command.Option<bool>("--as-stored", "Do not turn photographs upright as their files say (EXIF).");
        var maximumPixels = command.Option<int>(
            "--maximum-pixels", "The most pixels that an image may have, up to 500,000,000; larger ones are listed and not decoded.", "N")
            .Default(new PixelOptions().MaximumPixels)
            .Check(most => most.GetValueOrDefault<int>() is < 1 or > MostPixels ? $"--maximum-pixels must be 1 to {MostPixels}." : null);
        var recursive = command.Option<bool>("--recursive", "Take the images of subfolders too.");
        var batchSize = command.Option<int>("--batch-size", "How many images go through the network at once.", "N").Default(256);
        batchSize.MustBePositive();
        var shard = command.Option<string?>(
            "--shard",
            "Encode only the I-th of N parts, into a file beside the table; 'fashionae merge' makes one table of all."
            + " Processes that mpirun starts take their parts by themselves.", "I/N");
        shard.Check(result => result.GetValue(shard) is { } text && Shard.Parse(text) is null
            ? $"--shard is '{text}'; it must be a part of how many, such as 3/8."
            : null);

        command.SetAction(parsed =>
        {
            if (MpiExchange.IsLaunched && parsed.GetValue(shard) is not null)
                throw new ArgumentException(
                    "--shard is for processes that know nothing of each other; under mpirun each takes its parts by itself.");
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
                Console.Error.WriteLine($"Stopped; {encoding.Writing} was not written.");
                // Others would wait for the part of this one: as an error it ends them, too.
                return exchange is null ? ExitCode.Interrupted : throw new OperationCanceledException(interruption.Token);
            }
        });
        return command;
    }

    /// <summary>Names the images that are not in the table.</summary>
    public static int Report(IReadOnlyList<UnreadableImage> unreadable)
    {
        foreach (var (file, reason) in unreadable)
            Console.Error.WriteLine($"error: {file}: {reason}");
        return unreadable.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Reads a color that has a name or three pairs of digits.</summary>
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

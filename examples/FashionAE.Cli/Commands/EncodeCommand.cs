using System.CommandLine;
using System.CommandLine.Parsing;
using System.Drawing;
using FashionAE.Cli.Encoding;
using FashionAE.Cli.Images;
using FashionAE.Cli.Output;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae encode</summary>
internal sealed class EncodeCommand
{
    private const int MostImagesInShard = 1 << 16;

    // The most that PixelOptions takes.
    private const int MostPixels = 500_000_000;

    private readonly Option<string> _model = new("--model")
    {
        Description = "The folder of a run, a .safetensors file, or a .zip file that ml.Model.Save has made of a pipeline with an autoencoder.",
        HelpName = "MODEL",
        Required = true,
    };

    private readonly Option<string> _images = new("--images") { Description = "The folder with PNG, JPEG, WebP, BMP and GIF files.", HelpName = "DIR", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The table to write, such as codes.csv.", HelpName = "FILE", Required = true };
    private readonly Option<bool> _invert = new("--invert") { Description = "Turn light into dark: for dark garments on light ground." };
    private readonly Option<Color> _background = new("--background")
    {
        Description = "The color behind transparent pixels, a name or #RRGGBB; black unless given.",
        HelpName = "COLOR",
        CustomParser = ParseColor,
    };

    private readonly Option<bool> _asStored = new("--as-stored") { Description = "Do not turn photographs upright as their files say (EXIF)." };
    private readonly Option<int> _maximumPixels = new("--maximum-pixels")
    {
        Description = "The most pixels that an image may have, up to 500,000,000; larger ones are listed and not decoded.",
        HelpName = "N",
        DefaultValueFactory = _ => new PixelOptions().MaximumPixels,
    };

    private readonly Option<bool> _recursive = new("--recursive") { Description = "Take the images of subfolders too." };
    private readonly Option<int> _batchSize = new("--batch-size")
    {
        Description = "How many images go through the network at once.",
        HelpName = "N",
        DefaultValueFactory = _ => 256,
    };

    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Encode only the I-th of N parts, into a file beside the table; 'fashionae merge' makes one table of all. Processes that mpirun starts take their parts by themselves.",
        HelpName = "I/N",
    };

    private EncodeCommand()
    {
        _shard.Validators.Add(result =>
        {
            if (result.GetValue(_shard) is { } text && Shard.Parse(text) is null)
                result.AddError($"--shard is '{text}'; it must be a part of how many, such as 3/8.");
        });
        _out.MustNotBeEmpty();
        _batchSize.MustBePositive();
        _maximumPixels.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostPixels)
                result.AddError($"{_maximumPixels.Name} must be 1 to {MostPixels}.");
        });
    }

    public static Command Create()
    {
        var encode = new EncodeCommand();
        var command = new Command("encode", "Encodes the images of a folder into a table: File, Latent1, Latent2, ..., Mse, Psnr, Ssim.")
        {
            encode._model, encode._images, encode._out, encode._invert, encode._background, encode._asStored, encode._maximumPixels,
            encode._recursive, encode._batchSize, encode._shard,
        };
        command.SetAction(encode.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (MpiExchange.IsLaunched && parsed.GetValue(_shard) is not null)
            throw new ArgumentException($"{_shard.Name} is for processes that know nothing of each other; under mpirun each takes its parts by itself.");
        var exchange = MpiJob.Join();
        var table = OutputFile.Of(parsed, _out, example: "codes.csv");
        var (path, batchSize) = (parsed.GetValue(_model)!, parsed.GetValue(_batchSize));
        var options = new PixelOptions
        {
            Invert = parsed.GetValue(_invert),
            Background = parsed.GetValue(_background) is { IsEmpty: false } color ? color : Color.Black,
            Upright = !parsed.GetValue(_asStored),
            MaximumPixels = parsed.GetValue(_maximumPixels),
        };
        var files = new ImageFiles(parsed.GetValue(_images)!, parsed.GetValue(_recursive));
        var ml = new MLContext();
        using var model = EncodingModel.Load(ml, path);
        var encoder = new FolderEncoder(ml, model, options, batchSize);
        if (exchange is null or { Rank: 0 } && files.Skipped is { } others)
            Console.WriteLine($"Skipped files with other extensions: {others}");
        using var interruption = new Interruption();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(table))!);
        var written = table;
        try
        {
            if (exchange is not null)
                return EncodeTogether(exchange);
            return Report(parsed.GetValue(_shard) is { } text
                ? EncodeShard(Shard.Parse(text)!, ShardEnd.SourceOf(path, files, options, batchSize))
                : Encode(table, 0, files.Names.Count, (_, _) => { }));
        }
        catch (Exception) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine($"Stopped; {written} was not written.");
            // Others would wait for the part of this one: as an error it ends them, too.
            return exchange is null ? ExitCode.Interrupted : throw new OperationCanceledException(interruption.Token);
        }

        int EncodeTogether(MpiExchange exchange)
        {
            var source = ShardEnd.SourceOf(path, files, options, batchSize);
            // What is done stays done when a job is started again, with as many ranks or with others.
            var count = Math.Max(exchange.Size, files.Names.Count / MostImagesInShard + 1);
            for (var i = exchange.Rank; i < count; i += exchange.Size)
                EncodeShard(new Shard(i + 1, count), source);
            exchange.Barrier();
            return exchange.Rank == 0 ? MergeCommand.Merge(table, count, keep: false) : ExitCode.Success;
        }

        IReadOnlyList<UnreadableImage> EncodeShard(Shard shard, string source)
        {
            var (start, end) = shard.FilesOf(files.Names.Count, batchSize);
            var file = shard.FileOf(table);
            var times = ShardEnd.TimesOf(files, start, end);
            if (ShardEnd.Read(file) is not ({ } there, _) || (there.Source, there.Times) != (source, times))
                return Encode(file, start, end, (unreadable, stream) => new ShardEnd(source, times, end - start, unreadable).Write(stream));
            Console.WriteLine($"{file} is there, of the same model and images: nothing was encoded");
            return there.Unreadable;
        }

        IReadOnlyList<UnreadableImage> Encode(string file, int start, int end, Action<IReadOnlyList<UnreadableImage>, Stream> finish)
        {
            written = file;
            var before = files.Unreadable.Count;
            UnreadableImage[] unreadable = [];
            ProgressDisplay.Show("images", end - start, done => AtomicFile.Write(file, stream =>
            {
                encoder.Encode(files, start, end, stream, done, interruption.Token);
                unreadable = [.. files.Unreadable.Skip(before)];
                finish(unreadable, stream);
            }));
            Console.WriteLine($"Encoded {end - start - unreadable.Length:N0} of {end - start:N0} images into {file}");
            return unreadable;
        }
    }

    private static Color ParseColor(ArgumentResult result)
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
        return default;
    }

    /// <summary>Names the images that are not in the table.</summary>
    public static int Report(IReadOnlyList<UnreadableImage> unreadable)
    {
        foreach (var (file, reason) in unreadable)
            Console.Error.WriteLine($"error: {file}: {reason}");
        return unreadable.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}

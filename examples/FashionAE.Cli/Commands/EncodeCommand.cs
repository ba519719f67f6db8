using System.CommandLine;
using FashionAE.Cli.Encoding;
using FashionAE.Cli.Images;
using FashionAE.Cli.Output;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae encode</summary>
internal sealed class EncodeCommand
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "The folder of a run, a .safetensors file, or a .zip file that ml.Model.Save has made of a pipeline with an autoencoder.",
        HelpName = "MODEL",
        Required = true,
    };

    private readonly Option<string> _images = new("--images") { Description = "The folder with PNG and JPEG files.", HelpName = "DIR", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The table to write, such as codes.csv.", HelpName = "FILE", Required = true };
    private readonly Option<bool> _invert = new("--invert") { Description = "Turn light into dark: for dark garments on light ground." };
    private readonly Option<bool> _recursive = new("--recursive") { Description = "Take the images of subfolders too." };
    private readonly Option<int> _batchSize = new("--batch-size")
    {
        Description = "How many images go through the network at once.",
        HelpName = "N",
        DefaultValueFactory = _ => 256,
    };

    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Encode only the I-th of N parts, into a file beside the table; 'fashionae merge' makes one table of all.",
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
    }

    public static Command Create()
    {
        var encode = new EncodeCommand();
        var command = new Command("encode", "Encodes the images of a folder into a table: File, Latent1, Latent2, ..., Mse, Psnr, Ssim.")
        {
            encode._model, encode._images, encode._out, encode._invert, encode._recursive, encode._batchSize, encode._shard,
        };
        command.SetAction(encode.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var table = OutputFile.Of(parsed, _out, example: "codes.csv");
        var (path, invert, batchSize) = (parsed.GetValue(_model)!, parsed.GetValue(_invert), parsed.GetValue(_batchSize));
        var files = new ImageFiles(parsed.GetValue(_images)!, parsed.GetValue(_recursive));
        var ml = new MLContext();
        using var model = EncodingModel.Load(ml, path);
        var shard = parsed.GetValue(_shard) is { } text ? Shard.Parse(text) : null;
        var (start, end) = shard?.FilesOf(files.Names.Count, batchSize) ?? (0, files.Names.Count);
        var (source, times) = ("", "");
        if (shard is not null)
        {
            table = shard.FileOf(table);
            (source, times) = (ShardEnd.SourceOf(path, files, invert, batchSize), ShardEnd.TimesOf(files, start, end));
            if (ShardEnd.Read(table) is ({ } there, _) && (there.Source, there.Times) == (source, times))
            {
                Console.WriteLine($"{table} is there, of the same model and images: nothing was encoded");
                return Report(there.Unreadable);
            }
        }

        var encoder = new FolderEncoder(ml, model, invert, batchSize);
        using var interruption = new Interruption();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(table))!);
            ProgressDisplay.Show("images", end - start, done => AtomicFile.Write(table, stream =>
            {
                encoder.Encode(files, start, end, stream, done, interruption.Token);
                if (shard is not null)
                    new ShardEnd(source, times, end - start, files.Unreadable).Write(stream);
            }));
        }
        catch (Exception) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine($"Stopped; {table} was not written.");
            return ExitCode.Interrupted;
        }

        Console.WriteLine($"Encoded {end - start - files.Unreadable.Count:N0} of {end - start:N0} images into {table}");
        return Report(files.Unreadable);
    }

    /// <summary>Names the images that are not in the table.</summary>
    public static int Report(IReadOnlyList<UnreadableImage> unreadable)
    {
        foreach (var (file, reason) in unreadable)
            Console.Error.WriteLine($"error: {file}: {reason}");
        return unreadable.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}

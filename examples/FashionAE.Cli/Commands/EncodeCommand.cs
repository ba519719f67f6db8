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

    private EncodeCommand()
    {
        _out.MustNotBeEmpty();
        _batchSize.MustBePositive();
    }

    public static Command Create()
    {
        var encode = new EncodeCommand();
        var command = new Command("encode", "Encodes the images of a folder into a table: File, Latent1, Latent2, ..., Mse, Psnr, Ssim.")
        {
            encode._model, encode._images, encode._out, encode._invert, encode._recursive, encode._batchSize,
        };
        command.SetAction(encode.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var table = OutputFile.Of(parsed, _out, example: "codes.csv");
        var files = new ImageFiles(parsed.GetValue(_images)!, parsed.GetValue(_recursive));
        var ml = new MLContext();
        using var model = EncodingModel.Load(ml, parsed.GetValue(_model)!);
        var encoder = new FolderEncoder(ml, model, parsed.GetValue(_invert), parsed.GetValue(_batchSize));
        using var interruption = new Interruption();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(table))!);
            ProgressDisplay.Show("images", files.Names.Count, done =>
                AtomicFile.Write(table, stream => encoder.Encode(files, stream, done, interruption.Token)));
        }
        catch (Exception) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine($"Stopped; {table} was not written.");
            return ExitCode.Interrupted;
        }

        var encoded = files.Names.Count - files.Unreadable.Count;
        Console.WriteLine($"Encoded {encoded:N0} of {files.Names.Count:N0} images into {table}");
        foreach (var (file, reason) in files.Unreadable)
            Console.Error.WriteLine($"error: {file}: {reason}");
        return files.Unreadable.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}

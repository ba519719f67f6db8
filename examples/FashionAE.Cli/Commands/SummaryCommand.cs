using System.CommandLine;
using FashionAE.Cli.Encoding;
using FashionAE.Torch;
using Microsoft.ML;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae summary MODEL</summary>
internal static class SummaryCommand
{
    private static readonly Dictionary<string, AutoencoderArchitecture> Architectures = new()
    {
        ["convolutional"] = new ConvolutionalArchitecture(FashionMnist.Shape),
        ["dense"] = new DenseArchitecture(FashionMnist.Shape),
    };

    public static Command Create()
    {
        var name = new Argument<string>("MODEL")
        {
            Description = "convolutional, dense, the folder of a run, a .safetensors file, or a .zip file of ml.Model.Save.",
        };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && !Architectures.ContainsKey(value) && !Path.Exists(value))
                result.AddError($"'{value}' is not {string.Join(" or ", Architectures.Keys)}, and no file or folder: name one of these.");
        });
        var command = new Command("summary", "Lists the layers of a model, its parameters, and the memory that one image takes.") { name };
        command.SetAction(parsed => Run(parsed.GetValue(name)!));
        return command;
    }

    private static int Run(string name)
    {
        if (Architectures.TryGetValue(name, out var architecture))
        {
            using var network = architecture.Build();
            Console.WriteLine(NetworkSummary.Of(network));
            return ExitCode.Success;
        }
        using var model = EncodingModel.Load(new MLContext(), name);
        Console.WriteLine(NetworkSummary.Of(model.Network));
        return ExitCode.Success;
    }
}

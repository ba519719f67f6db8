using System.CommandLine;
using FashionAE.Cli.Output;
using FashionAE.Torch;

namespace FashionAE.Cli.Commands;

/// <summary>fashionae summary convolutional|dense</summary>
internal static class SummaryCommand
{
    private static readonly Dictionary<string, AutoencoderArchitecture> Architectures = new()
    {
        ["convolutional"] = new ConvolutionalArchitecture(FashionMnist.Shape),
        ["dense"] = new DenseArchitecture(FashionMnist.Shape),
    };

    public static Command Create()
    {
        var name = new Argument<string>("MODEL") { Description = "convolutional or dense." };
        name.AcceptOnlyFromAmong([.. Architectures.Keys]);
        var command = new Command("summary", "Lists the layers of a model, with output shapes and parameters.") { name };
        command.SetAction(parsed =>
        {
            using var model = Architectures[parsed.GetValue(name)!].Build();
            var layers = LayerSummary.Of(model);
            var table = new TextTable("layer", "kind", ">output shape", ">parameters");
            foreach (var layer in layers)
                table.Add(layer.Name, layer.Kind, string.Join(" x ", layer.OutputShape), $"{layer.Parameters:N0}");
            table.Add("total", "", "", $"{layers.Sum(layer => layer.Parameters):N0}");
            table.Print();
            return ExitCode.Success;
        });
        return command;
    }
}

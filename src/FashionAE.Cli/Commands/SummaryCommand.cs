namespace FashionAE.Cli;

/// <summary>The command <c>fashionae summary MODEL</c>.</summary>
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
            Description = "The network: convolutional, dense, the folder of a run, a .safetensors file, or a .zip file of ml.Model.Save.",
        };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } value && !Architectures.ContainsKey(value) && !Path.Exists(value))
                result.AddError($"'{value}' is not {string.Join(" or ", Architectures.Keys)}, and there is no such file or folder.");
        });
        var command = new Command("summary", "Lists the layers and parameters of a network, and the memory that one image needs.") { name };
        command.SetAction(parsed =>
        {
            var named = Architectures.GetValueOrDefault(parsed.GetValue(name)!);
            using var model = named is null ? EncodingModel.Load(new MLContext(), parsed.GetValue(name)!) : EncodingModel.Of(named.Build());
            Console.WriteLine(NetworkSummary.Of(model.Network));
            return ExitCode.Success;
        });
        return command;
    }
}

using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>Alters the bytes of a model file.</summary>
internal class ModelTarget(string folder) : Target(folder)
{
    private byte[] _original = [];

    protected string FilePath => PathOf("model.safetensors");

    public override void Prepare()
    {
        manual_seed(1);
        using var model = new DenseArchitecture(new ImageShape(1, 4, 6), 2) { HiddenSizes = [5, 3], Dropout = [0.1] }.Build();
        AutoencoderFile.Save(model, FilePath);
        _original = File.ReadAllBytes(FilePath);
    }

    public override void Alter(Random random) => File.WriteAllBytes(FilePath, ByteMutation.Apply(_original, random));

    public override string Read()
    {
        using var model = AutoencoderFile.Load(FilePath);
        return Description.Of(model);
    }
}

/// <summary>
/// Alters the description of the architecture in a model file, and updates the checksum. Another description that fits the weights, such as
/// for images of the same size, is a valid model. The cases alternate between a convolutional, a dense and a vector network.
/// </summary>
internal sealed class ArchitectureTarget(string folder) : ModelTarget(folder)
{
    private const string Key = "fashionae.architecture";

    private readonly List<SafeTensorsFile> _originals = [];

    public override bool MayDiffer => true;

    public override void Prepare()
    {
        manual_seed(1);
        using var model = new ConvolutionalArchitecture(new ImageShape(1, 8, 8), 2) { Channels = [2, 3] }.Build();
        AutoencoderFile.Save(model, FilePath);
        _originals.Add(SafeTensorsFile.Read(FilePath));
        using var ofVectors = new VectorArchitecture(2, 5)
        {
            HiddenSizes = [4],
            Dropout = [0.1],
            MissingValues = MissingValues.Mask,
            Scaling = FeatureScaling.Robust,
        }.Build();
        AutoencoderFile.Save(ofVectors, FilePath);
        _originals.Add(SafeTensorsFile.Read(FilePath));
        base.Prepare();
        _originals.Add(SafeTensorsFile.Read(FilePath));
    }

    public override void Alter(Random random)
    {
        var original = _originals[random.Next(_originals.Count)];
        SafeTensorsFile.Write(FilePath, original.Tensors, new Dictionary<string, string>(original.Metadata) { [Key] = TextMutation.Apply(original.Metadata[Key], random) });
    }
}

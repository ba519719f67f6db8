using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>The bytes of a model file.</summary>
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
/// The description of the architecture in a model file, with a checksum that is right: another description that the weights fit, such as
/// of images of the same size, is another model. The cases take turns with a convolutional network, a dense one and one for vectors.
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

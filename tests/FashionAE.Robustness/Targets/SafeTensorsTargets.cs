using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Robustness.Targets;

/// <summary>Alters the bytes of a safetensors file with a checksum.</summary>
internal class SafeTensorsTarget(string folder) : Target(folder)
{
    private static readonly Dictionary<string, string> Texts = new() { ["format"] = "pt", ["note"] = "Zwei Wörter" };

    private bool _isChecked = true;

    /// <summary>Gets a value indicating whether the name of the checksum is altered, so that the file has no checksum.</summary>
    public override bool MayDiffer => !_isChecked;

    protected string FilePath => PathOf("tensors.safetensors");

    protected byte[] Original { get; private set; } = [];

    public override void Prepare()
    {
        using var scope = NewDisposeScope();
        SafeTensorsFile.Write(FilePath, StoredTensor.Of(new Dictionary<string, Tensor>
        {
            ["matrix"] = arange(12, ScalarType.Float32).reshape(3, 4),
            ["doubles"] = arange(5, ScalarType.Float64),
            ["count"] = tensor(7L),
            ["none"] = zeros(0, 3),
            ["flags"] = arange(6, ScalarType.Byte).gt(2),
            ["bytes"] = arange(10, ScalarType.Byte),
        }), Texts);
        Original = File.ReadAllBytes(FilePath);
    }

    public override void Alter(Random random) => File.WriteAllBytes(FilePath, ByteMutation.Apply(Original, random));

    public override string Read()
    {
        var file = SafeTensorsFile.Read(FilePath);
        _isChecked = file.IsChecked;
        return $"{Description.Of(file.Tensors)} {string.Join(' ', Texts.Keys.Select(key => file.Metadata.GetValueOrDefault(key)))}";
    }
}

/// <summary>Alters the JSON of a safetensors header with the correct length and without a checksum. Other tensors are data.</summary>
internal sealed class SafeTensorsHeaderTarget(string folder) : SafeTensorsTarget(folder)
{
    private string _header = "";
    private byte[] _values = [];

    public override bool MayDiffer => true;

    public override void Prepare()
    {
        base.Prepare();
        var length = BinaryPrimitives.ReadInt32LittleEndian(Original);
        var header = JsonNode.Parse(Original.AsSpan(8, length))!;
        header["__metadata__"]!.AsObject().Remove("fashionae.sha256");
        (_header, _values) = (header.ToJsonString(), Original[(8 + length)..]);
        Write(_header);
    }

    public override void Alter(Random random) => Write(TextMutation.Apply(_header, random));

    private void Write(string header)
    {
        var (text, length) = (Encoding.UTF8.GetBytes(header), new byte[8]);
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(FilePath, [.. length, .. text, .. _values]);
    }
}

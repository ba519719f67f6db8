using System.IO.Compression;
using System.Text;

namespace Offline.Microsoft.ML.Tests.Transforms;

public sealed class ModelFileTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly Table _data = new Table(10).AddFloat("X", row => row).AddText("T", row => $"{row % 3}");

    [Fact]
    public void Entries_are_in_the_order_of_the_genuine()
    {
        Assert.Equal(
            [
                "TrainingInfo/Version.txt",
                "TransformerChain/Transform_000/Model.key",
                "TransformerChain/Transform_001/Weights.bin",
                "TransformerChain/Transform_001/Model.key",
                "TransformerChain/Transform_002/Transform_000/Model.key",
                "TransformerChain/Transform_002/Model.key",
                "TransformerChain/Model.key",
                "Schema",
            ],
            Names(Save(Model(), _data.Schema)));
        Assert.Equal(Names(Save(Model(), _data.Schema)).SkipLast(1), Names(Save(Model(), null)));
    }

    [Fact]
    public void The_chain_has_the_bytes_of_the_genuine()
    {
        var bytes = Entry(Save(Model(), null), "TransformerChain/Model.key");
        var assembly = typeof(MLContext).Assembly.FullName;
        Assert.Equal("ML\0MODEL", Encoding.ASCII.GetString(bytes, 0, 8));
        Assert.Equal(0x0001000200010002, BitConverter.ToInt64(bytes, 8));
        Assert.Equal([0x100, 4 + 3 * 4, 0, 0, 0, 0], Enumerable.Range(0, 6).Select(i => BitConverter.ToInt64(bytes, 0x10 + 8 * i)));
        Assert.Equal("XF\0CHAIN", Encoding.ASCII.GetString(bytes, 0x40, 8));
        Assert.Equal(0x0001000100010001, BitConverter.ToInt64(bytes, 0x48));
        Assert.Equal("TransformerChain\0\0\0\0\0\0\0\0" + new string('\0', 24), Encoding.ASCII.GetString(bytes, 0x50, 48));
        Assert.Equal([bytes.Length - 8, bytes.Length, 0x110], Enumerable.Range(0, 3).Select(i => BitConverter.ToInt64(bytes, 0x80 + 8 * i)));
        Assert.Equal(2 * assembly.Length, BitConverter.ToInt32(bytes, 0x98));
        Assert.All(bytes[0x9c..0x100], value => Assert.Equal(0, value));
        Assert.Equal([3, 7, 7, 7], Enumerable.Range(0, 4).Select(i => BitConverter.ToInt32(bytes, 0x100 + 4 * i)));
        Assert.Equal(assembly, Encoding.Unicode.GetString(bytes, 0x110, 2 * assembly.Length));
        Assert.Equal("LEDOM\0LM", Encoding.ASCII.GetString(bytes, bytes.Length - 8, 8));
    }

    [Fact]
    public void A_transformer_of_another_assembly_has_the_bytes_of_the_genuine()
    {
        var file = Save(new Weights([1, 2, 3]), null);
        Assert.Equal([1, 2, 3], Entry(file, "TransformerChain/Weights.bin"));
        var bytes = Entry(file, "TransformerChain/Model.key");
        Assert.Equal("TWEIGHTS", Encoding.ASCII.GetString(bytes, 0x40, 8));
        Assert.Equal("TestWeights", Encoding.ASCII.GetString(bytes, 0x50, 24).TrimEnd('\0'));
        Assert.Equal(4, BitConverter.ToInt64(bytes, 0x18));
        Assert.Equal(3, BitConverter.ToInt32(bytes, 0x100));
        Assert.Equal(typeof(Weights).Assembly.FullName, Encoding.Unicode.GetString(bytes[0x104..^8]));
    }

    [Fact]
    public void What_is_no_chain_is_loaded_as_itself()
    {
        var loaded = Load(Save(new Weights([1, 2, 3]), null), out var schema);
        Assert.Null(schema);
        Assert.Equal([1, 2, 3], Assert.IsType<Weights>(loaded).Bytes);
    }

    [Fact]
    public void A_model_is_saved_to_and_loaded_from_a_file()
    {
        _ml.Model.Save(Model(), _data.Schema, _path);
        var loaded = _ml.Model.Load(_path, out var schema);
        Assert.Equal(_data.Schema.Describe(), schema.Describe());
        Assert.Equal(Model().Transform(_data).Column<float>("X"), loaded.Transform(_data).Column<float>("X"));
        // Neither keeps it open.
        File.Delete(_path);
    }

    [Fact]
    public void A_model_is_saved_twice_with_the_same_entries()
    {
        var (first, second) = (Save(Model(), _data.Schema), Save(Model(), _data.Schema));
        Assert.All(Names(first), name => Assert.Equal(Entry(first, name), Entry(second, name)));
    }

    [Fact]
    public void Schemas_of_all_types_come_back()
    {
        var nested = new DataViewSchema.Annotations.Builder();
        nested.AddPrimitiveValue("Of", TextDataViewType.Instance, "an annotation".AsMemory());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true, nested.ToAnnotations());
        annotations.AddPrimitiveValue("Time", DateTimeOffsetDataViewType.Instance, new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(6)));
        annotations.AddPrimitiveValue("Long", NumberDataViewType.Int64, long.MinValue);
        annotations.Add("Names", new VectorDataViewType(TextDataViewType.Instance, 3),
            (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(3, ["a".AsMemory(), default, "äß€".AsMemory()]));
        annotations.Add("Sparse", new VectorDataViewType(NumberDataViewType.Double, 100),
            (ref VBuffer<double> value) => value = new VBuffer<double>(100, 2, [1.5, double.NaN], [3, 99]));
        var builder = new DataViewSchema.Builder();
        foreach (var type in PrimitiveTypes.All)
        {
            builder.AddColumn("Scalar", type);
            builder.AddColumn($"Vector of {type}", new VectorDataViewType(type));
        }
        foreach (var type in (Type[])[typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)])
            builder.AddColumn($"Key of {type}", new KeyDataViewType(type, 200));
        builder.AddColumn("Largest", new KeyDataViewType(typeof(ulong), ulong.MaxValue));
        builder.AddColumn("Image", new VectorDataViewType(NumberDataViewType.Single, 3, 28, 28), annotations.ToAnnotations());
        builder.AddColumn("Keys", new VectorDataViewType(new KeyDataViewType(typeof(uint), 5), 2, 0));
        var schema = builder.ToSchema();

        Load(Save(Model(), schema), out var loaded);
        Assert.Equal(schema.Describe(), loaded.Describe());
        Assert.Equal(schema.Select(column => column.Type), loaded.Select(column => column.Type));
        Assert.Equal(schema["Image"].Annotations.Schema.Describe(), loaded["Image"].Annotations.Schema.Describe());
        Assert.Equal("Of=String=an annotation", loaded["Image"].Annotations.Schema["IsNormalized"].Annotations.Schema.Count == 1
            ? new[] { loaded["Image"].Annotations.Schema["IsNormalized"] }.Select(DescribeNested).Single() : null);
    }

    [Fact]
    public void What_is_no_archive_is_refused_in_the_recorded_words()
    {
        var error = Assert.Throws<FormatException>(() => Load(new byte[100], out _));
        Assert.Equal(Golden.Text("error_load_garbage"), $"{error.GetType()}: {error.Message}");
        File.WriteAllText(_path, "garbage");
        Assert.Throws<FormatException>(() => _ml.Model.Load(_path, out _));
    }

    [Fact]
    public void A_file_that_is_not_there_is_not_found()
    {
        var error = Assert.Throws<FileNotFoundException>(() => _ml.Model.Load(_path, out _));
        Assert.Equal(Golden.Text("error_load_missing_file").Replace("<full path>", _path), $"{error.GetType()}: {error.Message}");
    }

    [Fact]
    public void An_archive_without_a_model_is_refused() =>
        Assert.Throws<FormatException>(() => Load(Rewrite(Save(Model(), null), (name, bytes) => name.StartsWith("Transformer") ? null : bytes), out _));

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        var file = Save(Model(), _data.Schema);
        foreach (var length in Enumerable.Range(0, 20).Select(i => file.Length * i / 20).Append(file.Length - 1))
            AssertRefused(file[..length]);
    }

    [Theory]
    [InlineData("TransformerChain/Transform_000/Model.key")]
    [InlineData("TransformerChain/Transform_002/Transform_000/Model.key")]
    [InlineData("TransformerChain/Model.key")]
    [InlineData("Schema")]
    public void An_entry_that_is_cut_off_or_missing_is_refused(string entry)
    {
        var file = Save(Model(), _data.Schema);
        var length = Entry(file, entry).Length;
        foreach (var cut in Enumerable.Range(0, 40).Select(i => length * i / 40))
            AssertRefused(Rewrite(file, (name, bytes) => name == entry ? bytes[..cut] : bytes));
        if (entry != "Schema")
            AssertRefused(Rewrite(file, (name, bytes) => name == entry ? null : bytes));
    }

    [Theory]
    [InlineData("TransformerChain/Transform_000/Model.key", 0x100)]
    [InlineData("TransformerChain/Transform_002/Transform_000/Model.key", 0x100)]
    [InlineData("TransformerChain/Model.key", 0)]
    [InlineData("Schema", 0)]
    public void An_altered_entry_is_refused_or_loaded_but_nothing_worse(string entry, int from)
    {
        var file = Save(Model(), _data.Schema);
        var random = new Random(3);
        for (var i = 0; i < 150; i++)
        {
            var altered = Rewrite(file, (name, bytes) =>
            {
                if (name == entry)
                    bytes[random.Next(from, bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            });
            var before = GC.GetAllocatedBytesForCurrentThread();
            // An altered name of an assembly is one of a file that is not there.
            var error = Record.Exception(() => Load(altered, out _));
            Assert.True(error is null or FormatException or InvalidDataException or FileNotFoundException or FileLoadException, $"{error}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        }
    }

    [Fact]
    public void A_count_beyond_the_end_is_refused_before_there_is_room_for_it()
    {
        var file = Rewrite(Save(Model(), null), (name, bytes) =>
        {
            if (name == "TransformerChain/Model.key")
                BitConverter.TryWriteBytes(bytes.AsSpan(0x100), int.MaxValue);
            return bytes;
        });
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => Load(file, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    public void Dispose() => File.Delete(_path);

    private static string DescribeNested(DataViewSchema.Column annotation)
    {
        ReadOnlyMemory<char> value = default;
        annotation.Annotations.GetValue("Of", ref value);
        return $"Of={annotation.Annotations.Schema["Of"].Type}={value}";
    }

    private static string[] Names(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return archive.Entries.Select(entry => entry.FullName).ToArray();
    }

    private static byte[] Entry(byte[] file, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        using var content = archive.GetEntry(name).Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The file with other entries; null leaves one out.</summary>
    private static byte[] Rewrite(byte[] file, Func<string, byte[], byte[]> change)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var name in Names(file))
                if (change(name, Entry(file, name)) is { } bytes)
                    using (var entry = archive.CreateEntry(name).Open())
                        entry.Write(bytes);
        return stream.ToArray();
    }

    private static void AssertRefused(byte[] file)
    {
        var error = Record.Exception(() => Load(file, out _));
        Assert.True(error is FormatException or InvalidDataException, $"{error}");
    }

    private static ITransformer Load(byte[] file, out DataViewSchema schema) => new MLContext(1).Model.Load(new MemoryStream(file), out schema);

    /// <summary>A normalizer, a transformer of another assembly, and a chain of a mapping to keys.</summary>
    private TransformerChain<ITransformer> Model() => new(
        _ml.Transforms.NormalizeMinMax("X").Fit(_data), new Weights([5, 6, 7]),
        new TransformerChain<ITransformer>(_ml.Transforms.Conversion.MapValueToKey("K", "T").Fit(_data)));

    private byte[] Save(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        return stream.ToArray();
    }
}

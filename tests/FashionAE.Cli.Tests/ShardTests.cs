using FashionAE.Cli.Tests.Support;
using FashionAE.Torch;

namespace FashionAE.Cli.Tests;

public sealed class ShardTests(ExportedSample sample) : IClassFixture<ExportedSample>, IDisposable
{
    private readonly CommandLine _command = new();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)] // more than batches
    public void Merged_shards_have_the_same_bytes_as_a_table_without_shards(int count)
    {
        CopyImages(41);
        File.WriteAllText(_command.PathOf("images", sample.Names[5]), "no image");
        Assert.Equal(1, Encode("whole.csv").ExitCode);
        // Encode the shards in any order, and to a new folder.
        var results = Enumerable.Range(1, count).Reverse().Select(i => Encode("new/codes.csv", "--shard", $"{i}/{count}")).ToList();
        Assert.Single(results, result => result.ExitCode == 1 && result.Errors.Count == 1);
        Assert.Equal(count - 1, results.Count(result => result.ExitCode == 0));

        var merged = _command.Run("merge", "new/codes.csv");
        Assert.Equal(1, merged.ExitCode);
        Assert.Equal($"Merged {count} shards with 40 of 41 images into new/codes.csv", Assert.Single(merged.Output));
        Assert.StartsWith($"error: {sample.Names[5]}: ", Assert.Single(merged.Errors), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_command.PathOf("whole.csv")), File.ReadAllBytes(_command.PathOf("new", "codes.csv")));
    }

    [Fact]
    public void A_shard_is_only_encoded_again_if_its_images_or_model_have_changed()
    {
        CopyImages(20);
        string[] shard = ["--shard", "1/2"];
        var file = _command.PathOf("codes.csv.1-of-2");
        Assert.Equal("Encoded 8 of 8 images into codes.csv.1-of-2", Assert.Single(Encode("codes.csv", shard).Output));
        var bytes = File.ReadAllBytes(file);
        Assert.EndsWith("nothing was encoded", Assert.Single(Encode("codes.csv", shard).Output), StringComparison.Ordinal);

        // Half of the file, like after an interrupted copy.
        File.WriteAllBytes(file, bytes[..^40]);
        Assert.StartsWith("Encoded 8", Assert.Single(Encode("codes.csv", shard).Output), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(file));

        // Changing an image of the next shard does not affect this shard. Changing one of its images does.
        File.SetLastWriteTimeUtc(_command.PathOf("images", sample.Names[19]), DateTime.UnixEpoch);
        Assert.EndsWith("nothing was encoded", Assert.Single(Encode("codes.csv", shard).Output), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(_command.PathOf("images", sample.Names[3]), DateTime.UnixEpoch);
        Assert.StartsWith("Encoded 8", Assert.Single(Encode("codes.csv", shard).Output), StringComparison.Ordinal);
        File.Copy(_command.PathOf("images", sample.Names[19]), _command.PathOf("images", sample.Names[0]), overwrite: true);
        Assert.StartsWith("Encoded 8", Assert.Single(Encode("codes.csv", shard).Output), StringComparison.Ordinal);
        Assert.NotEqual(bytes, File.ReadAllBytes(file));

        using var other = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] }.Build();
        AutoencoderFile.Save(other, _command.PathOf("other.safetensors"));
        Assert.Equal(0, Encode("codes.csv", "--shard", "2/2", "--model", _command.PathOf("other.safetensors")).ExitCode);
        ExpectLine("codes.csv.2-of-2 was encoded with another model", "merge", "codes.csv");
    }

    [Fact]
    public void Missing_or_incomplete_shards_are_reported_and_no_table_is_written()
    {
        ExpectLine("There are no shards of codes.csv", "merge", "codes.csv");
        CopyImages(20);
        foreach (var shard in (string[])["1/3", "3/3"])
            Assert.Equal(0, Encode("codes.csv", "--shard", shard).ExitCode);
        ExpectLine("codes.csv.2-of-3 is missing: encode it with 'fashionae encode --out codes.csv --shard 2/3'", "merge", "codes.csv");
        File.WriteAllText(_command.PathOf("codes.csv.2-of-3"), "File,Latent1\n");
        ExpectLine("codes.csv.2-of-3 is incomplete", "merge", "codes.csv");
        Assert.Equal(0, Encode("codes.csv", "--shard", "1/2").ExitCode);
        ExpectLine("The shards of codes.csv belong to tables of 2 and of 3 parts", "merge", "codes.csv");
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1")]
    [InlineData("a/b")]
    public void An_invalid_shard_is_a_usage_error(string shard)
    {
        var result = _command.Run("encode", "--model", "m", "--images", "images", "--out", "codes.csv", "--shard", shard);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--shard is '{shard}'", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    public void Dispose() => _command.Dispose();

    private void CopyImages(int count)
    {
        Directory.CreateDirectory(_command.PathOf("images"));
        foreach (var name in sample.Names[..count])
            File.Copy(Path.Combine(sample.Images, name), _command.PathOf("images", name));
    }

    private CommandResult Encode(string table, params string[] options)
    {
        string[] model = options.Contains("--model") ? [] : ["--model", sample.ModelFile];
        return _command.Run(["encode", .. model, "--images", "images", "--out", table, "--batch-size", "8", .. options]);
    }

    private void ExpectLine(string named, params string[] arguments)
    {
        var result = _command.Run(arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(_command.PathOf("codes.csv")));
    }
}

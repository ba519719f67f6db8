using System.Security.Cryptography;
using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Components;

/// <summary>Model files of a detector that were altered by someone who knows how to correct the checksums.</summary>
[Trait("Pace", "slow")]
public sealed class UntrustedDetectorTests : IDisposable
{
    private const string Part = "Detector.safetensors";

    private static readonly (string Pattern, string Replacement)[] Settings =
    [
        ("\"Detector\":{", "\"Detector\":null,\"Other\":{"),
        ("\"Detector\":{", "\"Other\":{"),
        ("\"Detector\":{", "\"Detector\":[],\"Other\":{"),
        ("\"Threshold\":[^,]+", "\"Threshold\":\"NaN\""),
        ("\"Threshold\":[^,]+", "\"Threshold\":\"none\""),
        ("\"Mask\":\"Mask\"", "\"Mask\":\"Score\""),
        ("\"Score\":{", "\"Score\":null,\"Other\":{"),
        ("\"Score\":{", "\"Other\":{"),
        ("\"Score\":{", "\"Score\":[],\"Other\":{"),
        ("\"Score\":{", "\"Score\":7,\"Other\":{"),
        ("\"Score\":{", "\"Score\":{},\"Other\":{"),
        ("\"type\":\"combined\"", "\"type\":\"none of them\""),
        ("\"type\":\"combined\"", "\"type\":\"FashionAE.MLNet.CombinedScore, FashionAE.MLNet, Version=1.0.0.0\""),
        ("\"type\":\"combined\"", "\"type\":\"System.String, System.Private.CoreLib\""),
        ("\"type\":\"combined\"", "\"type\":\"FashionAE.MLNet.AnomalyScore, FashionAE.MLNet\""),
        ("\"type\":\"combined\"", "\"type\":7"),
        ("\"type\":\"combined\"", "\"type\":null"),
        ("\"type\":\"combined\",", ""),
        ("\"options\":{", "\"options\":null,\"Other\":{"),
        ("\"options\":{", "\"options\":[],\"Other\":{"),
        ("\"options\":{", "\"Other\":{"),
        ("\"Parts\":\\[", "\"Parts\":null,\"Other\":["),
        ("\"Parts\":\\[", "\"Parts\":[],\"Other\":["),
        ("\"Parts\":\\[", "\"Parts\":[null,"),
        ("\"Parts\":\\[", "\"Parts\":{},\"Other\":["),
        ("\"Extremes\":\\[", "\"Extremes\":null,\"Other\":["),
        ("\"Extremes\":\\[", "\"Extremes\":[null,"),
        ("\"Neighbors\":20", "\"Neighbors\":0"),
        ("\"Neighbors\":20", "\"Neighbors\":2147483647"),
        ("\"Neighbors\":20", "\"Neighbors\":99999999999"),
        ("\"Neighbors\":20", "\"Neighbors\":null"),
        ("\"References\":1024", "\"References\":-1024"),
        ("\"References\":1024", "\"References\":21"),
        ("\"Locality\":0.7", "\"Locality\":1e300"),
        ("\"Locality\":0.7", "\"Locality\":\"NaN\""),
        ("\"ErrorWeight\":0.4", "\"ErrorWeight\":1e400"),
        ("\"ErrorWeight\":0.4", "\"ErrorWeight\":-1"),
        ("\"Window\":null", "\"Window\":0"),
        ("\"Window\":null", "\"Window\":2147483647"),
        ("\"IsWeighted\":false", "\"IsWeighted\":true"),
        ("\"Floor\":0.1", "\"Floor\":0"),
        ("\"Smoothing\":1", "\"Smoothing\":-1"),
        ("\"Smoothing\":1", "\"Smoothing\":1e400"),
        ("\"Smoothing\":1", "\"Smoothing\":\"NaN\""),
        ("\"PixelThreshold\":[^,]+", "\"PixelThreshold\":-0.1"),
        ("\"PixelThreshold\":[^,]+", "\"PixelThreshold\":\"NaN\""),
        ("\"PixelThreshold\":[^,]+,", ""),
        ("(\"PixelThreshold\":[^,]+),\"Sha256\":\"", "$1,\"Sha256\":\"00"),
        ("(\"PixelThreshold\":[^,]+),\"Sha256\":\"", "$1,\"Sha256\":null,\"Other\":\""),
        ("(\"PixelThreshold\":[^,]+),\"Sha256\":\"", "$1,\"Other\":\""),
    ];

    private readonly MLContext _ml = new(1);
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("fashionae-").FullName, "model.zip");

    private static IEnumerable<(string Name, float[]? Array)> LearnedArrays()
    {
        string[] names = ["score.0.sample", "score.0.spread", "score.0.centers", "score.distribution.0", "score.distribution.1", "distribution"];
        foreach (var name in names)
            foreach (var array in new float[]?[] { null, [], [1], [float.NaN, 1], new float[1_000_000] })
                yield return (name, array);
        foreach (var name in names.Where(name => name.Contains("distribution", StringComparison.Ordinal)))
            foreach (var array in new float[][] { [2, 1, 1], [1, 2, 0], [1, 2, -1], [1, float.PositiveInfinity, 1], [1, 2, float.NaN] })
                yield return (name, array);
        foreach (var array in new float[][] { [], [1], new float[145], [.. new float[143], float.NaN] })
            yield return ("mapWeights", array);
        yield return ("x", [1]);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void Settings_that_no_trainer_would_have_saved_are_refused()
    {
        Save(AnomalyScore.Combined);
        var saved = File.ReadAllBytes(_path);
        Assert.All(Settings, row =>
        {
            File.WriteAllBytes(_path, saved);
            ModelZip.ChangeSettings(_path, row.Pattern, row.Replacement);
            AssertRefused();
        });
    }

    [Fact]
    public void Settings_at_the_ends_of_their_ranges_give_scores()
    {
        Save(AnomalyScore.Combined);
        var saved = File.ReadAllBytes(_path);
        foreach (var (pattern, replacement) in new[]
        {
            ("\"Smoothing\":1", "\"Smoothing\":1e308"), ("\"Smoothing\":1", "\"Smoothing\":1e-320"), ("\"Smoothing\":1", "\"Smoothing\":0"),
            ("\"References\":1024", "\"References\":2147483647"), ("\"Floor\":0.1", "\"Floor\":1e-300"), ("\"ErrorWeight\":0.4", "\"ErrorWeight\":1e300"),
            ("\"Window\":null", "\"Window\":12"), ("\"PixelThreshold\":[^,]+", "\"PixelThreshold\":\"Infinity\""), ("\"Threshold\":[^,]+", "\"Threshold\":-1e30"),
        })
        {
            File.WriteAllBytes(_path, saved);
            ModelZip.ChangeSettings(_path, pattern, replacement);
            using var detector = Assert.IsType<AutoencoderTransformer>(_ml.Model.Load(_path, out _));
            var view = detector.Transform(Images.View(_ml, 5));
            Assert.All(view.GetColumn<float>("Score"), score => Assert.True(float.IsFinite(score)));
            Assert.All(view.GetColumn<float[]>("Where").SelectMany(map => map), error => Assert.InRange(error, 0, 1));
            Assert.Equal(5, view.GetColumn<bool[]>("Mask").Count());
        }
    }

    /// <summary>Settings that are nested too deeply for a JSON reader, and settings that it can read.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(25)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Combinations_of_combinations_are_refused_whose_distributions_are_missing(int depth)
    {
        Save(AnomalyScore.Combined);
        const string Open = "{\"type\":\"combined\",\"options\":{\"Extremes\":[],\"Parts\":[", Close = "]}}";
        ModelZip.ChangeSettings(
            _path, "\"Score\":.*,\"Smoothing\"",
            $"\"Score\":{string.Concat(Enumerable.Repeat(Open, depth))}{{\"type\":\"mean squared error\",\"options\":{{}}}}"
            + $"{string.Concat(Enumerable.Repeat(Close, depth))},\"Smoothing\"");
        AssertRefused();
    }

    [Fact]
    public void A_combination_of_very_many_scores_is_refused()
    {
        var many = new CombinedScore { Parts = [.. Enumerable.Repeat(AnomalyScore.MeanSquaredError, 51)], Extremes = [.. Enumerable.Repeat(AnomalyScore.MeanSquaredError, 50)] };
        Assert.Contains("101", Assert.Throws<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(score: many))).Message);
        Save(AnomalyScore.Combined);
        const int Count = 100_000;
        var part = "{\"type\":\"mean squared error\",\"options\":{}}";
        ModelZip.ChangeSettings(_path, "\"Parts\":\\[", $"\"Parts\":[{string.Concat(Enumerable.Repeat($"{part},", Count))}");
        AssertRefused($"{Count + 2}");
    }

    /// <summary>Changing a list afterwards must not make a score contain itself.</summary>
    [Fact]
    public void A_combination_keeps_the_scores_that_it_was_made_of()
    {
        List<AnomalyScore> parts = [AnomalyScore.MeanSquaredError];
        var score = new CombinedScore { Parts = parts, Extremes = parts };
        var same = new CombinedScore { Parts = [AnomalyScore.MeanSquaredError], Extremes = [AnomalyScore.MeanSquaredError] };
        parts.Add(score);
        Assert.Equal(same, score);
        Assert.Equal(same.GetHashCode(), score.GetHashCode());
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(score: score)).Fit(Images.View(_ml, 40));
        Assert.All(detector.Transform(Images.View(_ml, 3)).GetColumn<float>("Score"), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_combination_of_nothing_is_refused_before_the_training()
    {
        foreach (var score in new[]
        {
            new CombinedScore { Parts = null! }, new CombinedScore { Extremes = null! }, new CombinedScore { Parts = [null!] },
            new CombinedScore { Extremes = [AnomalyScore.MeanSquaredError, null!] },
        })
            Assert.Contains("null", Assert.Throws<ArgumentException>(() => _ml.AnomalyDetection.Trainers.Autoencoder(Models.Detector(score: score))).Message);
    }

    [Fact]
    public void Learned_arrays_that_are_missing_or_none_are_refused()
    {
        Save(AnomalyScore.Combined, isWeighted: true);
        var saved = File.ReadAllBytes(_path);
        Assert.All(LearnedArrays(), row =>
        {
            var (name, array) = row;
            File.WriteAllBytes(_path, saved);
            ChangeLearned(arrays =>
            {
                Assert.True(arrays.Remove(name) || name == "x");
                if (array is not null)
                    arrays[name] = StoredTensor.Of(array, array.Length);
            });
            // The settings are invalid if a column needs the distribution.
            AssertRefused(name == "distribution" && array is null ? name : Part);
        });
    }

    [Fact]
    public void Learned_arrays_of_another_type_are_refused()
    {
        Save(AnomalyScore.WeightedError);
        ChangeLearned(arrays => arrays["score.weights"] = StoredTensor.Of(new double[144], 144));
        AssertRefused(Part);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(8_000_000)]
    public void However_many_latent_vectors_a_file_has_their_neighbors_need_little_memory(int codes)
    {
        Save(new LatentNeighborsScore { Neighbors = 1, References = 2 });
        ModelZip.ChangeSettings(_path, "\"Neighbors\":1,\"References\":2", "\"Neighbors\":2147483647,\"References\":2147483647");
        ChangeLearned(arrays => arrays["score.sample"] = StoredTensor.Of(new float[codes], codes));
        AssertRefused();
    }

    [Fact]
    public void A_part_that_is_missing_or_that_goes_on_and_on_is_refused()
    {
        Save(AnomalyScore.Combined);
        var saved = File.ReadAllBytes(_path);
        ModelZip.Replace(_path, Part, _ => null);
        AssertRefused(Part);
        foreach (var (name, length) in new[] { (Part, 0), (Part, 300 << 20) })
        {
            File.WriteAllBytes(_path, saved);
            ModelZip.Replace(_path, name, bytes => length == 0 ? [] : [.. bytes, .. new byte[length]]);
            var before = GC.GetTotalAllocatedBytes();
            AssertRefused(Part);
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        Save(AnomalyScore.Combined);
        var saved = File.ReadAllBytes(_path);
        var random = new Random(3);
        for (var time = 0; time < 100; time++)
        {
            File.WriteAllBytes(_path, saved);
            ModelZip.Change(_path, Part, bytes => bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)));
            AssertRefused(Part);
        }
    }

    [Fact]
    public void Parameters_of_another_detector_are_refused()
    {
        Save(AnomalyScore.Combined);
        byte[]? other = null;
        ModelZip.Change(_path, Part, bytes => other = bytes);
        Save(AnomalyScore.Combined, seed: 4);
        ModelZip.Replace(_path, Part, _ => other);
        AssertRefused(Part);
    }

    private void Save(AnomalyScore score, bool isWeighted = false, int seed = 3)
    {
        var data = Images.View(_ml, 40);
        var options = Models.WholeDetector(score: score);
        (options.IsErrorMapWeighted, options.Seed) = (isWeighted, seed);
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(data);
        _ml.Model.Save(detector, data.Schema, _path);
        ((IDisposable)_ml.Model.Load(_path, out _)).Dispose();
    }

    /// <summary>Changes the trained parameters, and their checksum in the settings.</summary>
    private void ChangeLearned(Action<Dictionary<string, StoredTensor>> change)
    {
        var sum = "";
        ModelZip.Replace(_path, Part, bytes =>
        {
            var arrays = SafeTensorsFile.Read(new MemoryStream(bytes)).Tensors;
            change(arrays);
            using var written = new MemoryStream();
            SafeTensorsFile.Write(written, arrays);
            sum = Convert.ToHexString(SHA256.HashData(written.ToArray()));
            return written.ToArray();
        });
        ModelZip.ChangeSettings(_path, "(\"PixelThreshold\":[^,]+,\"Sha256\":\")[^\"]*", $"${{1}}{sum}");
    }

    private void AssertRefused(string part = "")
    {
        var error = Record.Exception(() => _ml.Model.Load(_path, out _));
        // ML.NET wraps the exceptions of a loader.
        while (error is System.Reflection.TargetInvocationException or InvalidOperationException { InnerException: not null })
            error = error.InnerException;
        var message = Assert.IsType<FormatException>(error).Message;
        // If another application defines the score, the file is not invalid.
        Assert.True(
            message.StartsWith("This model file is corrupt: ", StringComparison.Ordinal)
            || message.StartsWith("This model file has the anomaly score ", StringComparison.Ordinal), message);
        Assert.Contains(part, message);
        Assert.InRange(message.Length, 0, 500);
    }
}

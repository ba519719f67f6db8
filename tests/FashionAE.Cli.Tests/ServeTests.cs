using System.Net;
using System.Text.Json;
using FashionAE.Cli.Tests.Support;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Tests;

public sealed class ServeTests(ExportedSample sample, PublishedService published)
    : IClassFixture<ExportedSample>, IClassFixture<PublishedService>, IDisposable
{
    private const int Clients = 32;

    private readonly CommandLine _command = new();
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Garments => _ml.Data.LoadFromImageSet(sample.Data);

    [Fact]
    public void The_published_folder_has_no_libtorch_and_at_most_60_megabytes()
    {
        var files = new DirectoryInfo(published.Folder).GetFiles("*", SearchOption.AllDirectories);
        // TorchSharp's own native library is included, but never loaded.
        Assert.Equal(["libLibTorchSharp.so"], files.Select(file => file.Name).Where(name => name.StartsWith("lib", StringComparison.Ordinal) && IsOfTorch(name)));
        Assert.DoesNotContain(files, file => file.Extension == ".dll" && file.Name.StartsWith("onnxruntime", StringComparison.Ordinal));
        Assert.InRange(files.Sum(file => file.Length), 0, 60_000_000);
    }

    [Fact]
    public async Task Many_clients_get_the_same_codes_as_encode_and_damaged_files_are_rejected()
    {
        var options = new ApplyAutoencoderOptions { InputColumnName = "Pixels", LatentColumnName = "Code", MseColumnName = "Mse" };
        using var model = _ml.Transforms.ApplyAutoencoder(sample.ModelFile, options).Fit(Garments);
        using var service = Serve(model);
        var files = Files();
        var (codes, errors) = (sample.Codes.Numbers("Latent1", "Latent2", "Latent3"), sample.Codes.Numbers("Mse"));
        var largest = codes.Max(Math.Abs);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var i = client; i < files.Length; i += Clients)
            {
                var (status, answer) = await Post(service, files[i]);
                Assert.Equal(HttpStatusCode.OK, status);
                using var json = JsonDocument.Parse(answer);
                Assert.Equal(["code", "mse"], json.RootElement.EnumerateObject().Select(property => property.Name));
                var code = json.RootElement.GetProperty("code").EnumerateArray().Select(number => number.GetSingle()).ToArray();
                Assert.Equal(3, code.Length);
                Assert.All(code.Zip(codes[(3 * i)..]), pair => Assert.Equal(pair.Second, pair.First, 1e-5f * largest));
                Assert.Equal(errors[i], json.RootElement.GetProperty("mse").GetSingle(), 1e-5f * errors[i]);

                (status, answer) = await Post(service, Damage(files[i], i));
                Assert.True(status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{status}: {answer}");
                if (status == HttpStatusCode.BadRequest)
                    Assert.DoesNotContain('\n', answer);
            }
        }));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(service, [])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(service, files[0][..^20])).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post(service, new byte[(1 << 20) + 1])).Status);
        Assert.Contains("libonnxruntime.so", service.Libraries);
        Assert.DoesNotContain(service.Libraries, IsOfTorch);
    }

    [Fact]
    public async Task A_detector_returns_its_score_and_verdict()
    {
        var options = new AutoencoderAnomalyTrainer.Options
        {
            FeatureColumnName = "Pixels",
            Architecture = new DenseArchitecture(FashionMnist.Shape, 3) { HiddenSizes = [16] },
            Epochs = 1,
            Threshold = AnomalyThreshold.HeldOutQuantile(0.5),
            ScoringEngine = ScoringEngine.LibTorch,
        };
        using var detector = _ml.AnomalyDetection.Trainers.Autoencoder(options).Fit(Garments);
        using var service = Serve(detector);
        var (files, threshold) = (Files(), detector.Threshold!.Value);
        var verdicts = new HashSet<bool>();
        foreach (var (i, score) in detector.Transform(Garments).GetColumn<float>("Score").Take(20).Index())
        {
            var (_, answer) = await Post(service, files[i]);
            using var json = JsonDocument.Parse(answer);
            Assert.Equal(["score", "predictedLabel"], json.RootElement.EnumerateObject().Select(property => property.Name));
            // The engines differ by rounding. The score is sensitive to it, because it uses ranks and logarithms of errors.
            Assert.Equal(score, json.RootElement.GetProperty("score").GetSingle(), 1e-4f * score);
            if (Math.Abs(score - threshold) < 1e-4 * threshold)
                continue;
            Assert.Equal(score > threshold, json.RootElement.GetProperty("predictedLabel").GetBoolean());
            verdicts.Add(score > threshold);
        }
        Assert.Equal(2, verdicts.Count);
    }

    [Fact]
    public async Task Steps_for_training_only_are_omitted()
    {
        using var model = new EstimatorChain<ITransformer>()
            .Append(_ml.Transforms.RotateImages("Pixels", copies: 2), TransformerScope.Training)
            .Append(_ml.Transforms.ApplyAutoencoder("Code", "Pixels", sample.ModelFile))
            .Fit(Garments);
        using var service = Serve(model);
        Assert.Equal("Healthy", await service.Client.GetStringAsync("/health"));
    }

    public void Dispose() => _command.Dispose();

    private static bool IsOfTorch(string name) => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.StartsWith("libc10", StringComparison.Ordinal);

    private Service Serve(ITransformer model)
    {
        _ml.Model.Save(model, Garments.Schema, _command.PathOf("model.zip"));
        return new Service(published.Program, _command.PathOf("model.zip"));
    }

    private byte[][] Files() => [.. sample.Names.Select(name => File.ReadAllBytes(Path.Combine(sample.Images, name)))];

    private static async Task<(HttpStatusCode Status, string Answer)> Post(Service service, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var response = await service.Client.PostAsync("/score", content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Damages a file: each call flips a different bit or truncates at a different position.</summary>
    private static byte[] Damage(byte[] file, int seed)
    {
        var random = new Random(seed);
        if (random.Next(4) == 0)
            return file[..random.Next(file.Length)];
        var damaged = file.ToArray();
        damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }
}

using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

public abstract class BatchSizeTests
{
    public static TheoryData<AutoencoderArchitecture> Architectures => new()
    {
        new DenseArchitecture(FashionMnist.Shape),
        new ConvolutionalArchitecture(FashionMnist.Shape),
        new TiedArchitecture(FashionMnist.Shape),
    };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_batch_size_changes_no_value(AutoencoderArchitecture architecture)
    {
        var ml = new MLContext(1);
        var garments = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test, Path.Combine(AppContext.BaseDirectory, "sample")), 100);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var model = Path.Combine(folder.FullName, "model.safetensors");
            using (var trained = ml.Transforms.Autoencode(Models.AllColumns(architecture)).Fit(garments))
                AutoencoderFile.Save(trained.Model, model);
            float[][] Values(int batchSize)
            {
                using var transformer = ml.Transforms.ApplyAutoencoder(model, Models.Applied(batchSize)).Fit(garments);
                var view = transformer.Transform(garments);
                var vectors = view.GetColumn<float[]>("Code").Concat(view.GetColumn<float[]>("Clean"));
                var scores = new[] { "Mse", "Psnr", "Ssim" }.Select(c => view.GetColumn<float>(c).ToArray());
                return [.. vectors, .. scores];
            }

            var expected = Values(256);
            foreach (var batchSize in new[] { 1, 2, 7, 99, 100, 101 })
                foreach (var (a, b) in expected.SelectMany(v => v).Zip(Values(batchSize).SelectMany(v => v)))
                    Assert.InRange(b - a, -1e-6 * Math.Max(1, Math.Abs(a)), 1e-6 * Math.Max(1, Math.Abs(a)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

public sealed class BatchSizeTestsByLibTorch : BatchSizeTests, IClassFixture<ScoredByLibTorch>;

public sealed class BatchSizeTestsByOnnxRuntime : BatchSizeTests, IClassFixture<ScoredByOnnxRuntime>;

using FashionAE.MLNet.Tests.Support;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Autoencoding;

/// <summary>Tests the outputs of an autoencoder one at a time.</summary>
public abstract class OutputTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly string _model = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public static TheoryData<string> Optional => [.. AutoencoderOutput.All.Take(6).Select(o => o.Name)];

    public void Dispose() => File.Delete(_model);

    [Fact]
    public void Model_files_know_every_output_by_its_name() =>
        Assert.Equal(
            ["Latent", "Reconstruction", "Mse", "Psnr", "Ssim", "ErrorMap", "Anomaly", "DetectorScore", "Probability", "DetectorMap", "Mask", "Contribution"],
            AutoencoderOutput.All.Select(o => o.Name));

    [Theory]
    [MemberData(nameof(Optional))]
    public void Each_output_alone_is_as_beside_all_others_and_reads_what_it_needs(string output)
    {
        var data = Images.View(_ml, 20);
        var all = Models.AllColumns();
        all.TargetColumnName = "Noisy";
        using var complete = _ml.Transforms.Autoencode(all).Fit(data);
        AutoencoderFile.Save(complete.Model, _model);
        var column = (string)typeof(AutoencoderEstimator.Options).GetProperty($"{output}ColumnName")!.GetValue(all)!;

        var options = new ApplyAutoencoderOptions { InputColumnName = "Pixels", TargetColumnName = "Noisy", ScoringEngine = Models.Engine };
        typeof(ApplyAutoencoderOptions).GetProperty($"{output}ColumnName")!.SetValue(options, column);
        using var alone = _ml.Transforms.ApplyAutoencoder(_model, options).Fit(data);
        var view = alone.Transform(data);
        Assert.Equal([.. data.Schema.Select(c => c.Name), column], view.Schema.Select(c => c.Name));
        Assert.Equal(Values(complete.Transform(data), column), Values(view, column));

        var needed = alone.GetRowToRowMapper(data.Schema).GetDependencies([view.Schema[column]]).Select(c => c.Name);
        Assert.Equal(output is "Latent" or "Reconstruction" ? ["Pixels"] : ["Pixels", "Noisy"], needed);
    }

    private static float[][] Values(IDataView view, string column) => view.Schema[column].Type is VectorDataViewType
        ? [.. view.GetColumn<float[]>(column)]
        : [.. view.GetColumn<float>(column).Select(value => new[] { value })];
}

public sealed class OutputTestsByLibTorch : OutputTests, IClassFixture<ScoredByLibTorch>;

public sealed class OutputTestsByOnnxRuntime : OutputTests, IClassFixture<ScoredByOnnxRuntime>;

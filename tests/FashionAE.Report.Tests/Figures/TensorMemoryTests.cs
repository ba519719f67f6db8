using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using FashionAE.Torch;
using TorchSharp;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class TensorMemoryTests(RotationFixture study)
{
    [Fact]
    public void Every_tensor_of_the_figures_is_disposed()
    {
        study.Build();
        var before = Alive();
        study.Build();
        Assert.Equal(before, Alive());

        // Those made here that nobody has disposed. Tensor.TotalCount rises with every Parameter that is made, and never falls again.
        static long Alive() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
    }

    [Fact]
    public void Tensors_do_not_gather_with_batches_and_rows()
    {
        using var images = SampleImages.Repeated(1000); // four batches
        using var model = new CountingAutoencoder(new DenseArchitecture(FashionMnist.Shape) { HiddenSizes = [8] });
        var cloud = CodeCloudBuilder.Build(model, images, 10);
        Assert.Equal(4, model.Counts.Count);
        Assert.Single(model.Counts.Distinct());

        model.Counts.Clear();
        LatentGridBuilder.Build(model, cloud, 6);
        Assert.Equal(11, model.Counts.Count); // six rows, and the middles of five
        Assert.Single(model.Counts.Where((_, call) => call >= 2 && call % 2 == 0).Distinct());
    }
}

using FashionAE.Cli.Tests.Support;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Studies;

[Collection(TorchGenerator.Name)]
public class ImageClassifierTests
{
    [Fact]
    public void The_classifier_learns_four_classes_and_the_same_seed_gives_the_same_result()
    {
        using var scope = NewDisposeScope();
        using var train = SampleImages.FourClasses(FashionMnistSplit.Train);
        using var test = SampleImages.FourClasses(FashionMnistSplit.Test);
        using var first = ImageClassifier.Train(train, epochs: 6, seed: 3);
        using var second = ImageClassifier.Train(train, epochs: 6, seed: 3);
        var predicted = first.Predict(test.Batch(0, test.Count));
        Assert.Equal([test.Count], predicted.shape);
        Assert.Equal(int64, predicted.dtype);
        Assert.InRange(predicted.data<long>().ToArray().Zip(test.Labels.data<long>().ToArray()).Average(pair => pair.First == pair.Second ? 1 : 0), 0.8, 1);
        Assert.Equal(predicted.data<long>().ToArray(), second.Predict(test.Batch(0, test.Count)).data<long>().ToArray());
    }

    [Fact]
    public void Predictions_of_batches_equal_those_of_single_images()
    {
        using var scope = NewDisposeScope();
        using var images = SampleImages.Repeated(503);
        using var classifier = ImageClassifier.Train(images, epochs: 1, seed: 5);
        var all = classifier.Predict(images.Batch(0, 503)).data<long>().ToArray();
        Assert.Equal(503, all.Length);
        foreach (var i in new[] { 0, 255, 256, 500, 502 })
            Assert.Equal(all[i], classifier.Predict(images.Batch(i, 1)).item<long>());
    }
}

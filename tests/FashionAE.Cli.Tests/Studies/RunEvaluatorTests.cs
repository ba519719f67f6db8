using FashionAE.Cli.Tests.Support;
using FashionAE.Torch;
using static TorchSharp.torch;

namespace FashionAE.Cli.Tests.Studies;

/// <summary>Tests the table of decoded classes with networks whose output is known.</summary>
[Collection(TorchGenerator.Name)]
public sealed class RunEvaluatorTests : IDisposable
{
    private static readonly string[] Classes = ["Trouser", "Dress", "Sandal", "Bag"];

    private readonly ImageSet _train = SampleImages.FourClasses(FashionMnistSplit.Train);
    private readonly ImageSet _test = SampleImages.FourClasses(FashionMnistSplit.Test);

    [Fact]
    public void The_table_of_an_identity_network_has_the_classes_of_the_inputs()
    {
        using var scope = NewDisposeScope();
        var metrics = Evaluate(code => code);
        using var classifier = ImageClassifier.Train(_train);
        AssertCounts(_test.Batch(0, _test.Count), "upright");

        // The same inputs as in the evaluation, which uses one batch.
        using var generator = new Generator(RunEvaluator.Seed);
        AssertCounts(new RandomRotation().Apply(_test.Batch(0, _test.Count), generator), "rotated");
        Assert.Equal(metrics.ClassifierAccuracy, metrics.Conditions["upright"].JudgedRight);

        void AssertCounts(Tensor decoded, string condition)
        {
            var expected = new int[4, 4];
            foreach (var (own, seen) in _test.Labels.data<long>().ToArray().Zip(classifier.Predict(decoded).data<long>().ToArray()))
                expected[own, seen]++;
            var scores = metrics.Conditions[condition];
            Assert.Equal(Classes, scores.DecodedClasses!.Keys);
            for (var row = 0; row < 4; row++)
            {
                Assert.Equal(Enumerable.Range(0, 4).Select(column => expected[row, column]), Classes.Select(c => scores.DecodedClasses[Classes[row]][c]));
                Assert.Equal(expected[row, row] / 50.0, scores.JudgedRightPerClass![Classes[row]], 1e-12);
            }
            Assert.Equal(Enumerable.Range(0, 4).Sum(i => expected[i, i]) / 200.0, scores.JudgedRight!.Value, 1e-12);
        }
    }

    [Fact]
    public void A_network_that_always_decodes_one_garment_has_all_images_in_its_column()
    {
        using var bag = _train.Batch(Array.IndexOf(_train.Labels.data<long>().ToArray(), 3), 1).flatten(1);
        var metrics = Evaluate(code => bag.expand(code.shape[0], -1));
        foreach (var scores in metrics.Conditions.Values)
        {
            var column = Assert.Single(Classes, c => scores.DecodedShare("Trouser", c) == 1);
            Assert.All(Classes, own => Assert.Equal(50, scores.DecodedClasses![own][column]));
            Assert.All(Classes.Except([column]), other => Assert.All(Classes, own => Assert.Equal(0, scores.DecodedShare(own, other))));
            Assert.Equal(0.25, scores.JudgedRight);
        }
    }

    [Fact]
    public void Without_a_classifier_there_is_no_table()
    {
        using var model = new RepeatingAutoencoder(code => code);
        using var evaluator = new RunEvaluator(CPU);
        var study = new DenoisingStudy();
        var metrics = evaluator.Evaluate(study, study.Defaults(quick: true, null), model, _train, _test);
        Assert.All(metrics.Conditions.Values, scores => Assert.True(scores is { DecodedClasses: null, JudgedRight: null, JudgedRightPerClass: null }));
        Assert.Null(metrics.Conditions["clean"].DecodedShare("Bag", "Bag"));
    }

    public void Dispose()
    {
        _train.Dispose();
        _test.Dispose();
    }

    private RunMetrics Evaluate(Func<Tensor, Tensor> decode)
    {
        using var model = new RepeatingAutoencoder(decode);
        using var evaluator = new RunEvaluator(CPU);
        var study = new RotationStudy();
        return evaluator.Evaluate(study, study.Defaults(quick: true, null), model, _train, _test);
    }
}

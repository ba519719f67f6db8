using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>Evaluates trained models on the test images. Runs of one study share a classifier.</summary>
internal sealed class RunEvaluator(Device device) : IDisposable
{
    /// <summary>The seed of the noise and the rotations of test images.</summary>
    public const int Seed = 20171;

    private readonly Dictionary<string, ImageClassifier> _classifiers = [];

    public RunMetrics Evaluate(Study study, RunOptions options, Autoencoder model, ImageSet train, ImageSet test)
    {
        model.to(device);
        var classifier = study.JudgesClasses ? ClassifierFor(study, train) : null;
        var conditions = new Dictionary<string, ConditionMetrics>();
        foreach (var (name, input) in study.Conditions(options))
        {
            var scores = model.Evaluate(test, input, Seed);
            var decoded = classifier is null ? null : DecodedClasses(classifier, model, test, input);
            conditions.Add(name, new ConditionMetrics(
                scores, scores.PerClass, (double?)decoded?.Sum(row => row.Value[row.Key]) / test.Count,
                decoded?.Where(row => scores.PerClass.ContainsKey(row.Key))
                    .ToDictionary(row => row.Key, row => (double)row.Value[row.Key] / scores.PerClass[row.Key].Count),
                decoded));
        }
        using var scope = NewDisposeScope();
        var neighbors = Math.Min(15, train.Count);
        return new RunMetrics(
            conditions, NearestNeighbors.Accuracy(model.EncodeAll(train), train.Labels, model.EncodeAll(test), test.Labels, neighbors),
            (double?)classifier?.Predict(test.Batch(0, test.Count)).eq(test.Labels).sum().item<long>() / test.Count);
    }

    public void Dispose()
    {
        foreach (var classifier in _classifiers.Values)
            classifier.Dispose();
    }

    private ImageClassifier ClassifierFor(Study study, ImageSet train)
    {
        if (!_classifiers.TryGetValue(study.Name, out var classifier))
            _classifiers.Add(study.Name, classifier = ImageClassifier.Train(train, device: device));
        return classifier;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, int>> DecodedClasses(
        ImageClassifier classifier, Autoencoder model, ImageSet test, IAugmentation? input)
    {
        using var scope = NewDisposeScope();
        var seen = classifier.Predict(model.ReconstructAll(test, input, Seed)).data<long>().ToArray();
        var counts = test.Labels.data<long>().ToArray().Zip(seen).CountBy(pair => pair).ToDictionary();
        return test.ClassNames.Index().ToDictionary(row => row.Item, IReadOnlyDictionary<string, int> (row) => test.ClassNames.Index()
            .ToDictionary(column => column.Item, column => counts.GetValueOrDefault((row.Index, column.Index))));
    }
}

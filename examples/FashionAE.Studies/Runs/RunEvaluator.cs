using FashionAE.Studies.Judging;
using FashionAE.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Studies.Runs;

/// <summary>Judges trained models on the test images. Runs of one study share the classifier.</summary>
public sealed class RunEvaluator(Device device) : IDisposable
{
    private const int EvaluationSeed = 20171;

    private readonly Dictionary<string, ImageClassifier> _classifiers = [];

    public RunMetrics Evaluate(Study study, RunOptions options, Autoencoder model, ImageSet train, ImageSet test)
    {
        model.to(device);
        var classifier = study.JudgesClasses ? ClassifierFor(study, train) : null;
        var conditions = new Dictionary<string, ConditionMetrics>();
        foreach (var (name, input) in study.Conditions(options))
        {
            var scores = model.Evaluate(test, input, EvaluationSeed);
            (double Overall, Dictionary<string, double> PerClass)? judged = classifier is null ? null : Judge(classifier, model, test, input);
            conditions.Add(name, new ConditionMetrics(scores, scores.PerClass, judged?.Overall, judged?.PerClass));
        }
        return new RunMetrics(conditions, NeighborAccuracy(model, train, test), classifier is null ? null : Accuracy(classifier, test));
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

    private static double NeighborAccuracy(Autoencoder model, ImageSet train, ImageSet test)
    {
        using var scope = NewDisposeScope();
        return NearestNeighbors.Accuracy(model.EncodeAll(train), train.Labels, model.EncodeAll(test), test.Labels, Math.Min(15, train.Count));
    }

    private static double Accuracy(ImageClassifier classifier, ImageSet test)
    {
        using var scope = NewDisposeScope();
        return Share(classifier.Predict(test.Batch(0, test.Count)), test.Labels);
    }

    private static (double Overall, Dictionary<string, double> PerClass) Judge(
        ImageClassifier classifier, Autoencoder model, ImageSet test, IAugmentation? input)
    {
        using var scope = NewDisposeScope();
        var judged = classifier.Predict(model.ReconstructAll(test, input, EvaluationSeed));
        var perClass = new Dictionary<string, double>();
        for (var label = 0L; label < test.ClassNames.Count; label++)
        {
            var members = test.Labels.eq(label);
            var count = members.sum().item<long>();
            if (count > 0)
                perClass.Add(test.ClassNames[(int)label], (double)members.mul(judged.eq(label)).sum().item<long>() / count);
        }
        return (Share(judged, test.Labels), perClass);
    }

    private static double Share(Tensor found, Tensor wanted)
    {
        using var scope = NewDisposeScope();
        return (double)found.eq(wanted).sum().item<long>() / wanted.NumberOfElements;
    }
}

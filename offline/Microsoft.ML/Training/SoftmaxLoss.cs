namespace Microsoft.ML.Trainers;

/// <summary>
/// The mean cross entropy of examples and the softmax of linear scores, with half the squares of the weights.
/// The parameters are the biases of the classes, then the weights class by class; biases are not regularized.
/// </summary>
internal sealed class SoftmaxLoss(Examples examples, int classes, int features, double l2)
{
    // Parts are added in their order, so the sum does not depend on threads.
    private const int Parts = 8;

    private readonly double _totalWeight = examples.Weights.Sum(weight => (double)weight);

    public int ParameterCount => classes * (1 + features);

    public double Evaluate(double[] parameters, double[] gradient)
    {
        var (losses, gradients) = (new double[Parts], new double[Parts][]);
        Parallel.For(0, Parts, part =>
        {
            gradients[part] = new double[parameters.Length];
            losses[part] = AddPart(part, parameters, gradients[part]);
        });
        var loss = losses.Sum();
        for (var i = 0; i < parameters.Length; i++)
        {
            var weight = i < classes ? 0 : parameters[i];
            loss += l2 / 2 * weight * weight;
            gradient[i] = (gradients.Sum(part => part[i]) + l2 * weight) / _totalWeight;
        }
        return loss / _totalWeight;
    }

    private double AddPart(int part, double[] parameters, double[] gradient)
    {
        var (loss, scores, count) = (0.0, new double[classes], (long)examples.Features.Length);
        for (var row = (int)(count * part / Parts); row < (int)(count * (part + 1) / Parts); row++)
        {
            var (example, label, weight) = (examples.Features[row], examples.Labels[row], examples.Weights[row]);
            for (var i = 0; i < classes; i++)
                scores[i] = parameters[i] + Dense.Dot(example, parameters.AsSpan(classes + i * features, features));
            var (greatest, ofLabel, sum) = (scores.Max(), scores[label], 0.0);
            for (var i = 0; i < classes; i++)
                sum += scores[i] = Math.Exp(scores[i] - greatest);
            loss += weight * (greatest + Math.Log(sum) - ofLabel);
            for (var i = 0; i < classes; i++)
            {
                var slope = weight * (scores[i] / sum - (i == label ? 1 : 0));
                gradient[i] += slope;
                Dense.AddScaled(example, slope, gradient.AsSpan(classes + i * features, features));
            }
        }
        return loss;
    }
}

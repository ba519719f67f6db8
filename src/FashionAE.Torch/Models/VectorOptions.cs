using System.Text.Json.Serialization;

namespace FashionAE.Torch;

/// <summary>How the slots of vectors are scaled, each by its values in the training data, before a network sees them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureScaling>))]
public enum FeatureScaling
{
    /// <summary>The mean becomes 0 and the standard deviation (of the population) 1.</summary>
    MeanVariance,

    /// <summary>The smallest value becomes 0 and the largest 1.</summary>
    MinMax,

    /// <summary>
    /// The median becomes 0 and the distance of the quartiles 1, so that a few extreme values do not decide. They are then far from 0: use
    /// a loss that grows linearly. Medians and quartiles are those of 100,000 rows, drawn by the seed, where there are more; of long
    /// vectors, of fewer rows (1,000 at least). Where the quartiles of a slot are equal, its mean and standard deviation are used.
    /// </summary>
    Robust,

    /// <summary>Values stay as they are.</summary>
    None,
}

/// <summary>What is done with values of a vector that are NaN.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissingValues>))]
public enum MissingValues
{
    /// <summary>Training refuses them, and a row that has one is missing when it is scored: all that is computed of it is NaN.</summary>
    Refuse,

    /// <summary>
    /// The network sees 0 instead, after scaling: the mean, the median, the smallest value or 0. The value has no error: the loss is a mean
    /// over all values, scores are means over those that are there. A row without any value is missing.
    /// </summary>
    Mask,
}

/// <summary>The functions between the layers of a network.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivationKind>))]
public enum ActivationKind
{
    /// <summary>The value itself.</summary>
    None,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x, or 0.01 x where that is negative.</summary>
    LeakyRelu,

    /// <summary>x, or exp(x) - 1 where that is negative (Clevert, Unterthiner and Hochreiter 2016).</summary>
    Elu,

    /// <summary>x times the normal distribution's share below x (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>x / (1 + exp(-x)) (Elfwing, Uchibe and Doya 2018).</summary>
    Silu,

    /// <summary>The hyperbolic tangent, in (-1, 1).</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)), in (0, 1).</summary>
    Sigmoid,
}

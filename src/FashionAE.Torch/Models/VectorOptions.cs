using System.Text.Json.Serialization;

namespace FashionAE.Torch;

/// <summary>Specifies how each slot of vectors is scaled before the network, by its values in the training data.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureScaling>))]
public enum FeatureScaling
{
    /// <summary>Scales to mean 0 and (population) standard deviation 1.</summary>
    MeanVariance,

    /// <summary>Scales to smallest value 0 and largest value 1.</summary>
    MinMax,

    /// <summary>
    /// <para>Scales to median 0 and interquartile range 1, so that a few extreme values have little influence. Extreme values are then far
    /// from 0: use a loss that grows linearly, such as <see cref="HuberLoss"/>.</para>
    /// <para>The quartiles are computed from a random sample of 100,000 rows, or from all rows if there are fewer. For vectors of more than
    /// 335 values the sample is smaller, but has at least 1,000 rows. The seed determines the sample. If the quartiles of a slot are equal,
    /// its mean and standard deviation are used.</para>
    /// </summary>
    Robust,

    /// <summary>Does not scale.</summary>
    None,
}

/// <summary>Specifies how NaN values in vectors are handled.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissingValues>))]
public enum MissingValues
{
    /// <summary>NaN is not allowed. Training throws an exception. When scoring, all outputs for the row are NaN.</summary>
    Refuse,

    /// <summary>
    /// NaN is a missing value. After scaling, the network gets 0 in its place: depending on <see cref="FeatureScaling"/> this corresponds
    /// to the mean, the median or the smallest value of the slot, or to 0. The loss is a mean over all values, in which a missing value has
    /// the error 0. Scores are means over the values that are not missing. If all values of a row are missing, all outputs for the row are
    /// NaN.
    /// </summary>
    Mask,
}

/// <summary>Specifies an activation function, which is applied to each output value x of a layer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivationKind>))]
public enum ActivationKind
{
    /// <summary>No activation, x.</summary>
    None,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x, or 0.01 x if x is negative.</summary>
    LeakyRelu,

    /// <summary>x, or exp(x) - 1 if x is negative (Clevert, Unterthiner and Hochreiter 2016).</summary>
    Elu,

    /// <summary>x times the standard normal distribution function at x (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>x / (1 + exp(-x)) (Elfwing, Uchibe and Doya 2018).</summary>
    Silu,

    /// <summary>The hyperbolic tangent, in (-1, 1).</summary>
    Tanh,

    /// <summary>1 / (1 + exp(-x)), in (0, 1).</summary>
    Sigmoid,
}

using System.Text.Json.Serialization;
using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: Saved<GaussianNoiseAdding>]

namespace FashionAE.MLNet;

/// <summary>Adds Gaussian noise to images.</summary>
public sealed class NoiseAddingEstimator : ImageEstimator<NoiseAddingTransformer>
{
    internal NoiseAddingEstimator(IHostEnvironment environment, string output, string? input, Options options)
        : base(environment, new GaussianNoiseAdding(
            output, input ?? output, options.StandardDeviation, RowRandom.Seed(options.Seed, environment, nameof(NoiseAddingEstimator))))
    {
    }

    /// <summary>The options of a <see cref="NoiseAddingEstimator"/>.</summary>
    public sealed record Options
    {
        /// <summary>Gets or sets the standard deviation of the noise before clamping, 0 or more. The default is 0.25.</summary>
        public double StandardDeviation { get; set; } = 0.25;

        /// <summary>
        /// Gets or sets the seed of the noise. The noise of a row depends only on the seed and the row's id. Null to draw a seed from the
        /// random generator of the <see cref="MLContext"/>.
        /// </summary>
        public int? Seed { get; set; }
    }
}

/// <summary>
/// Adds Gaussian noise to every value of an image and clamps the sums to [0, 1]. The noise depends only on the seed and the row's id. The
/// log has one warning per view if images have values outside [0, 1].
/// </summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread.</remarks>
public sealed class NoiseAddingTransformer : BatchTransformer
{
    internal NoiseAddingTransformer(GaussianNoiseAdding component)
        : base(component)
    {
    }
}

/// <summary>The component that adds noise.</summary>
internal sealed record GaussianNoiseAdding(
    string Output, string Input, [property: JsonPropertyName("Factor")] double StandardDeviation, long Seed)
    : Component<GaussianNoiseAdding>, ISaved
{
    public static string Kind => "FSHNNOIS";

    public static string Signature => "FashionAE.GaussianNoise";

    internal override string Step => "AddGaussianNoise";

    internal override void Check()
    {
        CheckNames(Output, Input);
        if (!(StandardDeviation >= 0 && double.IsFinite(StandardDeviation)))
            throw new ArgumentOutOfRangeException(nameof(StandardDeviation), StandardDeviation, "StandardDeviation must be 0 or more.");
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var input = ImageColumn.Check(inputSchema, Input, "input", sizeRemedy: null, NumberDataViewType.Single);
        return [ImageColumn.PromiseOfSameSize(input, Output)];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ImageColumn.FindVectors(inputSchema, Input, "input", NumberDataViewType.Single);
        return new BatchMapping(
            inputSchema,
            [new(new(Output, input.Type, ColumnAnnotations.OfImages(input)), input.Index)],
            request => new SingleRow<VBuffer<float>, VBuffer<float>>(input, AddNoise)
            {
                // Values that a sparse vector omits are 0.
                Check = (in VBuffer<float> image, DataViewRow row) => request.Log.CheckRange(
                    image.GetValues(), StepLog.Rounding, input.Name, row, image.IsDense ? [] : image.GetIndices()),
            });
    }

    internal override BatchTransformer ToTransformer() => new NoiseAddingTransformer(this);

    private void AddNoise(in VBuffer<float> image, DataViewRowId id, ref VBuffer<float> noisy)
    {
        var editor = VBufferEditor.Create(ref noisy, image.Length);
        var values = editor.Values;
        image.CopyTo(values);
        var random = new RowRandom(Seed, id, 0);
        for (var i = 0; i < values.Length; i += 2)
        {
            var (first, second) = random.NextNormals();
            values[i] = Math.Clamp((float)(values[i] + StandardDeviation * first), 0, 1);
            if (i + 1 < values.Length)
                values[i + 1] = Math.Clamp((float)(values[i + 1] + StandardDeviation * second), 0, 1);
        }
        noisy = editor.Commit();
    }
}

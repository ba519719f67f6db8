using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

[assembly: Saved<ImageRotation>]

namespace FashionAE.MLNet;

/// <summary>Adds rotated copies of the rows of a view.</summary>
public sealed class ImageRotatingEstimator : ImageEstimator<ImageRotatingTransformer>
{
    internal ImageRotatingEstimator(IHostEnvironment environment, string output, string? input, Options options)
        : base(environment, new ImageRotation(
            output, input ?? output, options.Copies, options.Degrees, options.Interpolation, options.KeepOriginals,
            RowRandom.Seed(options.Seed, environment, nameof(ImageRotatingEstimator)), options.Shape))
    {
    }

    /// <summary>The options of an <see cref="ImageRotatingEstimator"/>.</summary>
    public sealed record Options
    {
        /// <summary>Gets or sets the number of rotated copies per row, 1 to 10,000. The default is 5.</summary>
        public int Copies { get; set; } = 5;

        /// <summary>
        /// Gets or sets the largest angle in degrees, 0 or more. Angles are uniform in [-Degrees, Degrees]; positive angles are
        /// counterclockwise. The default is 180.
        /// </summary>
        public double Degrees { get; set; } = 180;

        /// <summary>Gets or sets the interpolation of values between pixels. The default is the nearest pixel.</summary>
        public Interpolation Interpolation { get; set; }

        /// <summary>Gets or sets a value indicating whether the original row is kept next to its copies. The default is true.</summary>
        public bool KeepOriginals { get; set; } = true;

        /// <summary>
        /// Gets or sets the seed of the angles. The angles of a row depend only on the seed and the row's id. Null to draw a seed from the
        /// random generator of the <see cref="MLContext"/>.
        /// </summary>
        public int? Seed { get; set; }

        /// <summary>Gets or sets the shape of the images; null to read it from the column's type, if that has a size.</summary>
        public ImageShape? Shape { get; set; }
    }
}

/// <summary>
/// Outputs copies of each row whose image is rotated by random angles; all other columns stay the same. The row itself comes before its
/// copies, unless <see cref="ImageRotatingEstimator.Options.KeepOriginals"/> is false. The angles depend only on the seed and the row's id.
/// Memory is needed for one batch of rows. The log has one warning per view if images have values outside [0, 1].
/// </summary>
/// <remarks>Instances are thread-safe. Each cursor belongs to one thread.</remarks>
public sealed class ImageRotatingTransformer : BatchTransformer
{
    internal ImageRotatingTransformer(ImageRotation component)
        : base(component)
    {
    }
}

/// <summary>The component that rotates images.</summary>
internal sealed record ImageRotation(
    string Output, string Input, int Copies, double Degrees, Interpolation Interpolation, bool KeepOriginals, long Seed, ImageShape? Shape)
    : Component<ImageRotation>, ISaved
{
    public static string Kind => "FSHNROTA";

    public static string Signature => "FashionAE.RotateImages";

    internal override string Step => "RotateImages";

    internal override int RowsPerRow => Copies + (KeepOriginals ? 1 : 0);

    internal override void EnsureLibraries() => NativeTorch.EnsureLoaded();

    internal override void Check()
    {
        CheckNames(Output, Input);
        if (Copies is < 1 or > IAugmentation.MostCopies)
            throw new ArgumentOutOfRangeException(nameof(Copies), Copies, $"Copies must be 1 to {IAugmentation.MostCopies}.");
        if (!(Degrees >= 0 && double.IsFinite(Degrees)))
            throw new ArgumentOutOfRangeException(nameof(Degrees), Degrees, "Degrees, the largest angle, must be 0 or more.");
        if (!Enum.IsDefined(Interpolation))
            throw new ArgumentOutOfRangeException(nameof(Interpolation), Interpolation, "Interpolation must be a defined value.");
    }

    internal override IEnumerable<SchemaShape.Column> Promise(SchemaShape inputSchema)
    {
        var sizeRemedy = Shape is null ? ImageColumn.ShapeRemedy : null;
        return [ImageColumn.PromiseLike(ImageColumn.Check(inputSchema, Input, "input", sizeRemedy, NumberDataViewType.Single), Output)];
    }

    internal override BatchMapping Bind(DataViewSchema inputSchema)
    {
        var input = ImageColumn.Find(inputSchema, Input, "input", Shape);
        return new BatchMapping(
            inputSchema, [new(input.Like(Output), input.Index)],
            request => new Batch(this, new ImageBuffer(input, request.Capacity, request.Log) { KeepsIds = true }))
        {
            BatchSize = ImageBuffer.BatchSize(Math.Max(1, TorchPass.UsualBatchSize / RowsPerRow), (long)RowsPerRow * input.Shape.Size),
            Copies = RowsPerRow,
        };
    }

    internal override BatchTransformer ToTransformer() => new ImageRotatingTransformer(this);

    /// <summary>Rotates all copies of a batch of rows together.</summary>
    private sealed class Batch(ImageRotation settings, ImageBuffer images) : ImageBatch(images)
    {
        private BatchValues Rows => field ??= new BatchValues(
            images.Shape.Size,
            values => TorchPass.Run(Count * settings.RowsPerRow, () => ImageBuffer.CopyTo(Rotate(), values)),
            _ => false);

        public override void Begin(int count)
        {
            base.Begin(count);
            Rows.Begin(count * settings.RowsPerRow);
        }

        public override Delegate MakeGetter(int output, RowSlot slot) => Rows.MakeVectorGetter(slot);

        private Tensor Rotate()
        {
            var degrees = new float[Count * settings.Copies];
            for (var i = 0; i < degrees.Length; i++)
            {
                var (row, copy) = Math.DivRem(i, settings.Copies);
                degrees[i] = (float)(settings.Degrees * (2 * new RowRandom(settings.Seed, images.IdOf(row), copy).NextDouble() - 1));
            }
            var (originals, angles) = (images.ToTensor(Count), ImageBuffer.ToTensor(degrees, degrees.Length));
            var copies = RandomRotation.Rotate(originals.repeat_interleave(settings.Copies, dim: 0), angles, settings.Interpolation);
            return settings.KeepOriginals ? cat([originals.unsqueeze(1), copies.unflatten(0, [Count, settings.Copies])], 1) : copies;
        }
    }
}

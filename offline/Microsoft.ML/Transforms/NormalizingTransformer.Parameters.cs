namespace Microsoft.ML.Transforms;

public sealed partial class NormalizingTransformer
{
    public abstract class NormalizerModelParametersBase
    {
        private protected NormalizerModelParametersBase()
        {
        }
    }

    /// <summary>Scale and offset of (x - offset) * scale; of a vector, those of its slots. No offsets means that all are 0.</summary>
    public sealed class AffineNormalizerModelParameters<TData> : NormalizerModelParametersBase
    {
        internal AffineNormalizerModelParameters(TData scale, TData offset) => (Scale, Offset) = (scale, offset);

        public TData Scale { get; }

        public TData Offset { get; }
    }
}

namespace FashionAE.MLNet.Loader;

internal sealed class CodeOutput
{
    public float[] Code { get; set; } = [];
}

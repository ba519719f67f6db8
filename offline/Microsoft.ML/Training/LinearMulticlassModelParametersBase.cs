using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>A bias and a weight of every feature for every class.</summary>
public abstract class LinearMulticlassModelParametersBase : ModelParametersBase<VBuffer<float>>
{
    private readonly float[] _biases;
    private readonly float[][] _weights;

    private protected LinearMulticlassModelParametersBase(float[] biases, float[][] weights) => (_biases, _weights) = (biases, weights);

    private protected LinearMulticlassModelParametersBase(ModelLoadContext ctx)
    {
        _biases = ctx.Reader.ReadValues<float>();
        _weights = Array.ConvertAll(_biases, _ => ctx.Reader.ReadValues<float>());
        if (_biases.Length == 0 || FeatureCount == 0 || _weights.Any(weights => weights.Length != FeatureCount))
            throw new FormatException("Corrupt model file");
    }

    internal int NumberOfClasses => _biases.Length;

    internal sealed override int FeatureCount => _weights[0].Length;

    public void GetWeights(ref VBuffer<float>[] weights, out int numClasses)
    {
        numClasses = NumberOfClasses;
        ModelVectors.Copy(_weights, ref weights);
    }

    public IEnumerable<float> GetBiases() => _biases.AsEnumerable();

    internal sealed override void Map(ReadOnlySpan<float> features, ref VBuffer<float> score)
    {
        var editor = VBufferEditor.Create(ref score, NumberOfClasses);
        for (var i = 0; i < _biases.Length; i++)
            editor.Values[i] = (float)(_biases[i] + Dense.Dot(features, _weights[i].AsSpan()));
        Calibrate(editor.Values);
        score = editor.Commit();
    }

    private protected abstract void Calibrate(Span<float> scores);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.Writer.WriteValues<float>(_biases);
        foreach (var weights in _weights)
            ctx.Writer.WriteValues<float>(weights);
    }
}

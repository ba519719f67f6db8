using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A chain that ML.NET has exported, in ONNX Runtime.</summary>
internal static class ExportedChain
{
    /// <summary>Exports a chain.</summary>
    public static byte[] Export(MLContext ml, ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        ml.Model.ConvertToOnnx(model, data, file);
        return file.ToArray();
    }

    /// <summary>Exports a chain, and returns all its columns for all rows of a view, computed as one batch.</summary>
    public static Dictionary<string, (int[] Shape, double[] Values)> Run(MLContext ml, ITransformer model, IDataView data) =>
        Run(Export(ml, model, data), data);

    /// <summary>Returns all columns of a graph for all rows of a view.</summary>
    public static Dictionary<string, (int[] Shape, double[] Values)> Run(byte[] graph, IDataView data)
    {
        using var session = new InferenceSession(graph);
        using var results = session.Run([.. data.Schema.Select(column => Input(data, column))]);
        return results.Where(result => result.Name.EndsWith(".output", StringComparison.Ordinal))
            .ToDictionary(result => result.Name[..^".output".Length], Values);
    }

    private static NamedOnnxValue Input(IDataView data, DataViewSchema.Column column)
    {
        var type = column.Type;
        NamedOnnxValue Tensor<T>() => type is VectorDataViewType vector
            ? Named(data.GetColumn<T[]>(column.Name).SelectMany(values => values), [.. vector.Dimensions])
            : Named(data.GetColumn<T>(column.Name), [1]);
        NamedOnnxValue Named<T>(IEnumerable<T> values, int[] sizes)
        {
            var all = values.ToArray();
            var size = sizes.Aggregate(1, (product, s) => product * s);
            return NamedOnnxValue.CreateFromTensor(column.Name, new DenseTensor<T>(all, [all.Length / size, .. sizes]));
        }

        var raw = (type as VectorDataViewType)?.ItemType.RawType ?? type.RawType;
        return raw == typeof(float) ? Tensor<float>() : raw == typeof(byte) ? Tensor<byte>() : raw == typeof(int) ? Tensor<int>() : Tensor<double>();
    }

    private static (int[] Shape, double[] Values) Values(DisposableNamedOnnxValue result)
    {
        (int[], double[]) Of<T>(Func<T, double> convert)
        {
            var tensor = result.AsTensor<T>();
            return ([.. tensor.Dimensions], [.. tensor.Select(convert)]);
        }

        return result.ElementType switch
        {
            TensorElementType.Float => Of<float>(value => value),
            TensorElementType.Bool => Of<bool>(value => value ? 1 : 0),
            TensorElementType.UInt32 => Of<uint>(value => value),
            TensorElementType.UInt8 => Of<byte>(value => value),
            TensorElementType.Int32 => Of<int>(value => value),
            _ => Of<double>(value => value),
        };
    }
}

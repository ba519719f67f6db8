using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>A column of answers. It converts the value of a row to an object that JSON can represent.</summary>
internal abstract class AnswerColumn
{
    /// <summary>Gets the name of the column.</summary>
    public abstract string Name { get; }

    /// <summary>Creates the answer column for a column of the pipeline; null for images and other objects.</summary>
    public static AnswerColumn? Of(DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => new Scalars<ReadOnlyMemory<char>>(column, text => text.ToString()),
        VectorDataViewType { ItemType: TextDataViewType } =>
            new Vectors<ReadOnlyMemory<char>>(column, texts => Array.ConvertAll(texts, text => text.ToString())),
        VectorDataViewType { ItemType.RawType.IsPrimitive: true } vector => Make(typeof(Vectors<>), vector.ItemType, column),
        PrimitiveDataViewType { RawType.IsPrimitive: true } type => Make(typeof(Scalars<>), type, column),
        _ => null,
    };

    /// <summary>Creates a function that reads the column in the current row.</summary>
    public abstract Func<object> Bind(DataViewRow row);

    private static AnswerColumn Make(Type kind, DataViewType item, DataViewSchema.Column column) =>
        (AnswerColumn)Activator.CreateInstance(kind.MakeGenericType(item.RawType), column, null)!;

    private sealed class Scalars<T>(DataViewSchema.Column column, Func<T, object>? convert) : AnswerColumn
    {
        public override string Name => column.Name;

        public override Func<object> Bind(DataViewRow row)
        {
            var read = row.GetGetter<T>(row.Schema[column.Index]);
            return () =>
            {
                var value = default(T)!;
                read(ref value);
                return convert?.Invoke(value) ?? value!;
            };
        }
    }

    private sealed class Vectors<T>(DataViewSchema.Column column, Func<T[], object>? convert) : AnswerColumn
    {
        public override string Name => column.Name;

        public override Func<object> Bind(DataViewRow row)
        {
            var read = row.GetGetter<VBuffer<T>>(row.Schema[column.Index]);
            var kept = default(VBuffer<T>);
            return () =>
            {
                read(ref kept);
                var values = kept.DenseValues().ToArray();
                return convert?.Invoke(values) ?? values;
            };
        }
    }
}

using System.Reflection;
using Microsoft.ML;

namespace FashionAE.MLNet.DataViews;

/// <summary>A row's getter of a column whose type is known only when the program runs.</summary>
internal static class InputGetter
{
    private static readonly MethodInfo GetMethod = typeof(InputGetter).GetMethod(nameof(Get), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static Delegate Of(DataViewRow row, DataViewSchema.Column column) => (Delegate)GetMethod
        .MakeGenericMethod(column.Type.RawType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column], null)!;

    private static ValueGetter<T> Get<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);
}

using System.Numerics;

namespace Microsoft.Data.Analysis;

/// <summary>The arithmetic of a type of number.</summary>
internal abstract class NumberKind<T>
{
    /// <summary>Null when the type is not a number.</summary>
    public static NumberKind<T> Instance { get; } = (NumberKind<T>)NumberKind.Of(typeof(T));

    /// <summary>A sum in the type itself, which wraps around when it overflows.</summary>
    public abstract T Sum(IEnumerable<T> values);

    public abstract T Max(T first, T second);

    public abstract T Min(T first, T second);
}

internal static class NumberKind
{
    public static object Of(Type type) => (type.IsEnum ? TypeCode.Object : Type.GetTypeCode(type)) switch
    {
        TypeCode.Byte => new Number<byte>(),
        TypeCode.SByte => new Number<sbyte>(),
        TypeCode.Int16 => new Number<short>(),
        TypeCode.UInt16 => new Number<ushort>(),
        TypeCode.Int32 => new Number<int>(),
        TypeCode.UInt32 => new Number<uint>(),
        TypeCode.Int64 => new Number<long>(),
        TypeCode.UInt64 => new Number<ulong>(),
        TypeCode.Single => new Number<float>(),
        TypeCode.Double => new Number<double>(),
        TypeCode.Decimal => new Number<decimal>(),
        _ => null,
    };

    private sealed class Number<T> : NumberKind<T>
        where T : INumber<T>
    {
        public override T Sum(IEnumerable<T> values) => values.Aggregate(T.Zero, (sum, value) => unchecked(sum + value));

        public override T Max(T first, T second) => T.Max(first, second);

        public override T Min(T first, T second) => T.Min(first, second);
    }
}

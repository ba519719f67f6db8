using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>An argument of an operator, with the managed object that must outlive the call.</summary>
internal readonly struct Argument
{
    private Argument(ArgumentKind kind, long integer = 0, double real = 0, object? reference = null) =>
        (Kind, Integer, Real, Reference) = (kind, integer, real, reference);

    public ArgumentKind Kind { get; }

    public long Integer { get; }

    public double Real { get; }

    public object? Reference { get; }

    public static Argument None => default;

    public static implicit operator Argument(Tensor? value) =>
        value is null ? None : new(ArgumentKind.Tensor, reference: value);

    public static implicit operator Argument(long value) => new(ArgumentKind.Int, value);

    public static implicit operator Argument(double value) => new(ArgumentKind.Double, real: value);

    public static implicit operator Argument(bool value) => new(ArgumentKind.Bool, value ? 1 : 0);

    public static implicit operator Argument(long[]? value) =>
        value is null ? None : new(ArgumentKind.IntList, reference: value);

    public static implicit operator Argument(Tensor[] value) => new(ArgumentKind.TensorList, reference: value);

    public static implicit operator Argument(string value) => new(ArgumentKind.String, reference: value);

    public static implicit operator Argument(ScalarType value) => new(ArgumentKind.Int, (long)value);

    public static implicit operator Argument(ScalarType? value) => value is { } type ? type : None;

    public static implicit operator Argument(Generator? value) =>
        value is null ? None : new(ArgumentKind.Generator, reference: value);

    public static implicit operator Argument(Device? value) =>
        value is null ? None : new(ArgumentKind.Device, reference: value);

    public static implicit operator Argument(Scalar? value) => value is null ? None : value.ToArgument();
}

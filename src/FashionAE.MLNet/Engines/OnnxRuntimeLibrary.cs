using Microsoft.ML.OnnxRuntime;

namespace FashionAE.MLNet;

/// <summary>ONNX Runtime's native library, which comes with a package of its own.</summary>
internal static class OnnxRuntimeLibrary
{
    private const string Absent = "No such file or directory";

    private static readonly Lazy<(bool IsThere, string? Problem)> Found = new(Find);

    /// <summary>Gets a value indicating whether it is loaded.</summary>
    public static bool IsThere => Found.Value.IsThere;

    /// <summary>Gets what is wrong with one that is there and cannot be used; null where nothing is, or none is there.</summary>
    public static string? Problem => Found.Value.Problem;

    /// <summary>Gets why it is not there, and the package that has it.</summary>
    public static string Refusal => Problem is { } problem
        ? $"ONNX Runtime cannot be used ({problem.TrimEnd('.')}): the program must reference the package {Package}."
        : $"ONNX Runtime was not found: the program must reference the package {Package}.";

    private static string Package =>
        $"Microsoft.ML.OnnxRuntime {typeof(InferenceSession).Assembly.GetName().Version?.ToString(3)}";

    private static (bool IsThere, string? Problem) Find()
    {
        try
        {
            using var options = new SessionOptions();
            return (true, null);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException or OnnxRuntimeException)
        {
            var cause = e.GetBaseException();
            if (cause is not DllNotFoundException)
                return (false, cause.Message.ReplaceLineEndings(" "));
            // The runtime tells what it tried, a file in each line; one that is there has another reason.
            var reasons = cause.Message.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal)
                && !line.StartsWith("Unable to load", StringComparison.Ordinal) && !line.StartsWith("In order", StringComparison.Ordinal));
            return (false, reasons.FirstOrDefault(line => !line.Contains(Absent, StringComparison.Ordinal))?.Trim());
        }
    }
}

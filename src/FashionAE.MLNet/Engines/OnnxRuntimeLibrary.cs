using Microsoft.ML.OnnxRuntime;

namespace FashionAE.MLNet;

/// <summary>The native library of ONNX Runtime, which is in a separate package.</summary>
internal static class OnnxRuntimeLibrary
{
    private static readonly Lazy<(bool IsThere, string? Problem)> Found = new(Find);

    /// <summary>Gets a value indicating whether the library is loaded.</summary>
    public static bool IsThere => Found.Value.IsThere;

    /// <summary>Gets the reason why the library exists but cannot be used; null if it can be used, or does not exist.</summary>
    public static string? Problem => Found.Value.Problem;

    /// <summary>Gets a message that says why the library is not available, and which package contains it.</summary>
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
            return (false, ProblemIn(cause.Message));
        }
    }

    /// <summary>Returns the reason why a file could not be loaded, from the runtime's message; null if no file was found.</summary>
    internal static string? ProblemIn(string message)
    {
        // The message has one line per attempt to load the library. If a file exists, its line has another reason than "no such file".
        var reasons = message.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal)
            && !line.StartsWith("Unable to load", StringComparison.Ordinal) && !line.StartsWith("In order", StringComparison.Ordinal));
        return reasons.FirstOrDefault(line => !IsAbsence(line))?.Trim();
    }

    // A line of Linux has one file: "x.so: cannot open shared object file: No such file or directory". If it is another file than ONNX
    // Runtime, then ONNX Runtime exists and needs it. A line of macOS may have several files:
    // "dlopen(x.dylib, 0x0001): tried: 'x.dylib' (no such file), '/usr/lib/x.dylib' (no such file)".
    private static bool IsAbsence(string line) => line.Contains("no such file", StringComparison.OrdinalIgnoreCase)
        && (line.Split(": cannot open shared object file") is not [var file, _]
            || Path.GetFileName(file).Contains("onnxruntime", StringComparison.Ordinal))
        && line.Split("' (").Skip(1).All(reason => reason.StartsWith("no such file", StringComparison.Ordinal));
}

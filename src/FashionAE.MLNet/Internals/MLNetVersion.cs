using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Checks the version of ML.NET. Saving, loading and promised columns use internals of ML.NET, which any new version may change. If the
/// version is not the one that this library was built for, the first use of the library looks up all members of ML.NET that the library
/// uses. Without this check, a missing member would end a program in the middle of its work.
/// </summary>
internal static class MLNetVersion
{
    private const int FirstMemberReference = 0x0a000001;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "There are many entry points: the catalogs, and the loaders that ML.NET calls.")]
    internal static void Check()
    {
        var library = typeof(MLNetVersion).Assembly;
        var built = library.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(a => a.Key == "Microsoft.ML")?.Value;
        var found = VersionOf(typeof(MLContext).Assembly);
        if (found != built && FindMissing(library.ManifestModule) is { } missing)
            throw new NotSupportedException(
                $"FashionAE.MLNet {VersionOf(library)} was built for Microsoft.ML {built} and also works with later versions that have all "
                + $"the members it uses. Microsoft.ML {found} does not: {missing}"
                + $" Reference version {built} of Microsoft.ML, or a later FashionAE.MLNet.");
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "of unknown version";

    /// <summary>Returns the runtime's message about the first missing member of ML.NET; null if all are present.</summary>
    private static string? FindMissing(Module module)
    {
        for (var token = FirstMemberReference; ; token++)
            try
            {
                module.ResolveMember(token);
            }
            catch (Exception e) when (e is MissingMemberException or TypeLoadException)
            {
                // Members of other packages are not checked here.
                if (e.Message.Contains("Microsoft.ML", StringComparison.Ordinal))
                    return e.Message;
            }
            catch (ArgumentOutOfRangeException)
            {
                // The previous member was the last one.
                return null;
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException or IOException)
            {
                // A member of a generic type whose type arguments only the caller knows, or of an optional package.
            }
    }
}

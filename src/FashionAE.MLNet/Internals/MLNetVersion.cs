using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace FashionAE.MLNet;

/// <summary>
/// Saving, loading and promised columns use internals of ML.NET, which any version may change. With another version than the one that this
/// library was built for, its first use looks up all members that it uses. A missing one would end a program in the middle of its work.
/// </summary>
internal static class MLNetVersion
{
    private const int FirstMemberReference = 0x0a000001;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "There are many first touches: each catalog, and ML.NET's own loading of a model.")]
    internal static void Check()
    {
        var library = typeof(MLNetVersion).Assembly;
        var built = library.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(a => a.Key == "Microsoft.ML")?.Value;
        var found = VersionOf(typeof(MLContext).Assembly);
        if (found != built && FindMissing(library.ManifestModule) is { } missing)
            throw new NotSupportedException(
                $"FashionAE.MLNet {VersionOf(library)} fits Microsoft.ML {built}, which it was built for, and later versions that have "
                + $"what it uses. This is Microsoft.ML {found}, which does not: {missing}"
                + $" Reference version {built} of Microsoft.ML, or a later FashionAE.MLNet.");
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "of no known version";

    /// <summary>What the runtime says of the first member of another assembly that is not there; null where all are.</summary>
    private static string? FindMissing(Module module)
    {
        for (var token = FirstMemberReference; ; token++)
            try
            {
                module.ResolveMember(token);
            }
            catch (Exception e) when (e is MissingMemberException or TypeLoadException)
            {
                // A member of another package is not for this check.
                if (e.Message.Contains("Microsoft.ML", StringComparison.Ordinal))
                    return e.Message;
            }
            catch (ArgumentOutOfRangeException)
            {
                // That was the last one.
                return null;
            }
            catch (Exception e) when (e is ArgumentException or BadImageFormatException or IOException)
            {
                // A member of a generic type whose arguments only its caller knows, or of a package that a program may leave out.
            }
    }
}

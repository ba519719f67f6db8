using System.Runtime.InteropServices;
using System.Text;
using FashionAE.Torch.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FashionAE.Torch.Tests.Native;

/// <summary>
/// The binding of TorchSharp is loaded with all symbols bound immediately, next to C++ libraries modified to lack versions.
/// </summary>
public class VersionRepairTests
{
    private const int BindAllNow = 2;
    private const string CppLibrary = "libstdc++.so.6";

    // The latest versions in GCC 11 (RHEL 9), 12 (Debian 12) and 13. The file in the package needs all three.
    private const string OfGcc11 = "GLIBCXX_3.4.29";
    private const string OfGcc12 = "GLIBCXX_3.4.30";
    private const string OfGcc13 = "GLIBCXX_3.4.32";

    private readonly byte[] _binding = IsLinux ? File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so")) : [];

    private static bool IsLinux => OperatingSystem.IsLinux();

    [SkippableFact]
    public void A_version_that_only_the_marker_has_becomes_optional()
    {
        Skip.IfNot(IsLinux, "Only the loader on Linux checks symbol versions.");
        var repair = VersionRepair.Apply(new ElfImage(_binding), name => name == CppLibrary ? CppLibraryWithout(OfGcc13) : null);

        Assert.Equal("loaded without GLIBCXX_3.4.32 of libstdc++.so.6, which nothing in it calls", repair);
        Assert.Contains(new ElfImage(_binding).Needs, need => need is { Version: OfGcc13, IsOptional: true });
        Assert.True(CanLoad(_binding, out var error), error);
    }

    [SkippableFact]
    public void A_function_that_an_older_version_has_too_is_bound_to_that()
    {
        Skip.IfNot(IsLinux, "Only the loader on Linux checks symbol versions.");
        var repair = VersionRepair.Apply(new ElfImage(_binding), name => name == CppLibrary ? CppLibraryWithout(OfGcc13, OfGcc12) : null);

        Assert.EndsWith("bound to older versions: _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11", repair, StringComparison.Ordinal);
        var image = new ElfImage(_binding);
        var newer = image.Needs.Where(need => need.Version is OfGcc12 or OfGcc13).ToArray();
        Assert.All(newer, need => Assert.True(need.IsOptional));
        Assert.Equal(
            ["_ZSt21ios_base_library_initv"],
            image.Symbols.Where(symbol => newer.Any(need => need.Index == symbol.VersionIndex)).Select(symbol => symbol.Name));
        Assert.True(CanLoad(_binding, out var error), error);
    }

    [SkippableFact]
    public void A_file_that_needs_more_is_unchanged()
    {
        Skip.IfNot(IsLinux, "Only the loader on Linux checks symbol versions.");
        var before = _binding.ToArray();
        Assert.Null(VersionRepair.Apply(new ElfImage(_binding), name => name == CppLibrary ? CppLibraryWithout(OfGcc13, OfGcc12, OfGcc11) : null));
        Assert.Equal(before, _binding);
    }

    [SkippableFact]
    public void A_file_that_lacks_nothing_is_unchanged()
    {
        Skip.IfNot(IsLinux, "Only the loader on Linux checks symbol versions.");
        var before = _binding.ToArray();
        var complete = new Dictionary<string, ElfImage>();
        foreach (var library in (string[])["libm.so.6", "libgcc_s.so.1", "libc.so.6"])
            complete[library] = new ElfImage(File.ReadAllBytes(LoadedFile(library)));
        Assert.Null(VersionRepair.Apply(new ElfImage(_binding), complete.GetValueOrDefault));
        Assert.Equal(before, _binding);
    }

    [SkippableFact]
    public void A_missing_version_keeps_a_file_from_loading_unless_it_is_optional()
    {
        Skip.IfNot(IsLinux, "Only the loader on Linux checks symbol versions.");
        VersionRepair.Apply(new ElfImage(_binding), name => name == CppLibrary ? CppLibraryWithout(OfGcc13) : null);
        Rename(_binding, OfGcc13, "GLIBCXX_9.9.99");
        Assert.True(CanLoad(_binding, out var error), error);

        Rename(_binding, "GLIBCXX_3.4.22", "GLIBCXX_8.8.88");
        Assert.False(CanLoad(_binding, out error));
        Assert.Contains("GLIBCXX_8.8.88", error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Damaged_files_are_refused_as_invalid_data()
    {
        Skip.IfNot(IsLinux, "Only the loader on Linux checks symbol versions.");
        var small = File.ReadAllBytes(LoadedFile("libgcc_s.so.1"));
        var damages = from position in Gen.Choose(0, small.Length - 1)
                      from value in Gen.Choose(0, 255)
                      from length in Gen.Choose(0, small.Length)
                      select (position, (byte)value, length);
        Prop.ForAll(damages.ToArbitrary(), damage =>
        {
            var (position, value, length) = damage;
            var bytes = small.ToArray();
            bytes[position] = value;
            bytes[position % 64] = value; // the header decides about most
            foreach (var file in (byte[][])[bytes, small[..length]])
            {
                try
                {
                    Assert.NotNull(new ElfImage(file).Needs);
                }
                catch (InvalidDataException)
                {
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Returns this system's C++ library without some versions, by changing their names.</summary>
    private static ElfImage CppLibraryWithout(params string[] versions)
    {
        var bytes = File.ReadAllBytes(LoadedFile(CppLibrary));
        foreach (var version in versions)
            Rename(bytes, version, "GLIBCXX_none".PadRight(version.Length, '_'));
        return new ElfImage(bytes);
    }

    private static void Rename(byte[] bytes, string name, string other)
    {
        var (old, @new) = (Encoding.ASCII.GetBytes(name + '\0'), Encoding.ASCII.GetBytes(other + '\0'));
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old))
            @new.CopyTo(bytes, at);
    }

    private static string LoadedFile(string name) => File.ReadLines("/proc/self/maps").Select(line => line[Math.Max(line.IndexOf('/'), 0)..])
        .First(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));

    private static bool CanLoad(byte[] library, out string? error)
    {
        // Its libraries are loaded already, so they are found by name.
        using var tensor = TorchSharp.torch.zeros(1);
        using var folder = new TemporaryFolder();
        Error(); // the first call looks for the function, and that would clear the error
        var handle = Open(folder.File("library.so", library), BindAllNow);
        error = handle == 0 ? Marshal.PtrToStringUTF8(Error()) : null;
        return handle != 0;
    }

    [DllImport("libc", EntryPoint = "dlopen")]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport("libc", EntryPoint = "dlerror")]
    private static extern nint Error();
}

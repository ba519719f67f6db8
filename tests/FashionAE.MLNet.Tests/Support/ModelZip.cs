using System.IO.Compression;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>A model file, to be damaged.</summary>
internal static class ModelZip
{
    /// <summary>Changes bytes of one part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The part's name, such as "Model.key".</param>
    /// <param name="change">Changes them in place.</param>
    /// <param name="beside">A part of the same folder, where several have a part of that name; null where there is one alone.</param>
    public static void Change(string path, string name, Action<byte[]> change, string? beside = null)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Update);
        var known = archive.Entries.Single(e => e.Name == (beside ?? name)).FullName;
        var fullName = known[..^(beside ?? name).Length] + name;
        var entry = archive.GetEntry(fullName)!;
        var content = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(content);
        var bytes = content.ToArray();
        change(bytes);
        entry.Delete();
        using var target = archive.CreateEntry(fullName).Open();
        target.Write(bytes);
    }
}

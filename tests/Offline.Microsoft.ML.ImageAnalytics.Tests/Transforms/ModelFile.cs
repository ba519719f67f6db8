using System.IO.Compression;

namespace Offline.Microsoft.ML.ImageAnalytics.Tests.Transforms;

/// <summary>Alters model files.</summary>
internal static class ModelFile
{
    /// <summary>The file with the last of its transformers changed.</summary>
    public static byte[] Change(byte[] file, Func<byte[], byte[]> change)
    {
        using var input = new ZipArchive(new MemoryStream(file));
        var last = input.Entries.Last(entry => entry.FullName.EndsWith("Model.key") && entry.FullName != "TransformerChain/Model.key"
            || input.Entries.Count(e => e.FullName.EndsWith("Model.key")) == 1 && entry.FullName.EndsWith("Model.key"));
        using var stream = new MemoryStream();
        using (var output = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in input.Entries)
            {
                using var content = entry.Open();
                using var bytes = new MemoryStream();
                content.CopyTo(bytes);
                using var target = output.CreateEntry(entry.FullName).Open();
                target.Write(entry == last ? change(bytes.ToArray()) : bytes.ToArray());
            }
        return stream.ToArray();
    }
}

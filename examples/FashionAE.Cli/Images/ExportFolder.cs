using CsvHelper;
using FashionAE.Torch;
using Microsoft.ML.Data;

namespace FashionAE.Cli.Images;

/// <summary>A folder of images of the data set as PNG files. The table of their labels is written last: where it is, the images are complete.</summary>
internal sealed class ExportFolder(string path)
{
    public const string LabelsFile = "labels.csv";

    private const int IndexDigits = 5;

    public string Path { get; } = path;

    private string LabelsPath => System.IO.Path.Combine(Path, LabelsFile);

    /// <exception cref="IOException">There are files already, and they may not be overwritten.</exception>
    public void Check(bool overwrite)
    {
        if (!overwrite && Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any())
            throw new IOException($"{Path} is not empty: use --overwrite to write into it nevertheless, or --out for another folder.");
    }

    /// <summary>Writes the images of the indices given, which name the files, in place of those of an earlier export.</summary>
    public void Write(ImageSet images, IReadOnlyList<int> indices, Action written)
    {
        Directory.CreateDirectory(Path);
        Clear();
        var labels = images.Labels.data<long>().ToArray();
        var rows = indices.Select(index => (Index: index, Label: labels[index], ClassName: images.ClassNames[(int)labels[index]])).ToList();
        foreach (var row in rows)
        {
            WriteImage(images, row.Index, System.IO.Path.Combine(Path, NameOf(row.Index, row.ClassName)));
            written();
        }
        AtomicFile.Write(LabelsPath, stream =>
        {
            using var csv = CsvWriter.Create(stream, leaveOpen: true);
            csv.WriteHeader("File", "Label", "ClassName");
            foreach (var row in rows)
                csv.WriteRecord(NameOf(row.Index, row.ClassName), $"{row.Label}", row.ClassName);
        });
    }

    /// <summary>A name such as 00042-Ankle-boot.png.</summary>
    private static string NameOf(int index, string className) =>
        $"{index.ToString($"D{IndexDigits}")}-{string.Concat(className.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}.png";

    private static bool IsName(string name) => name.Length > IndexDigits && name[..IndexDigits].All(char.IsAsciiDigit) && name[IndexDigits] == '-';

    private static void WriteImage(ImageSet images, int index, string path)
    {
        var size = images.Shape.Size;
        var pixels = new byte[4 * size];
        var i = 0;
        foreach (var gray in images.Images.bytes.Slice(index * size, size))
        {
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (gray, gray, gray, byte.MaxValue);
            i += 4;
        }
        using var image = MLImage.CreateFromPixels(images.Shape.Width, images.Shape.Height, MLPixelFormat.Bgra32, pixels);
        image.Save(path);
    }

    private void Clear()
    {
        File.Delete(LabelsPath);
        foreach (var file in Directory.GetFiles(Path, "*.png").Where(file => IsName(System.IO.Path.GetFileName(file))))
            File.Delete(file);
    }
}

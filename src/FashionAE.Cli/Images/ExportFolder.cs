using CsvHelper;
using static System.IO.Path;

namespace FashionAE.Cli;

/// <summary>
/// A folder of data set images as PNG files. The table of labels is written last: if it exists, the images are complete.
/// </summary>
internal sealed class ExportFolder(string path)
{
    public const string LabelsFile = "labels.csv";

    private const int IndexDigits = 5;

    public string Path => path;

    public void Check(bool overwrite)
    {
        if (!overwrite && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new IOException($"{path} is not empty: use --overwrite to write to it anyway, or --out to choose another folder.");
    }

    /// <summary>Writes the images of some indices, which begin the file names. Removes the images of an earlier export.</summary>
    public void Write(ImageSet images, IReadOnlyList<int> indices, Action written)
    {
        Directory.CreateDirectory(path);
        File.Delete(Combine(path, LabelsFile));
        foreach (var file in Directory.GetFiles(path, "*.png").Where(file => IsName(GetFileName(file))))
            File.Delete(file);
        var labels = images.Labels.data<long>().ToArray();
        foreach (var index in indices)
        {
            WriteImage(images, index, Combine(path, NameOf(index, labels[index])));
            written();
        }
        AtomicFile.Write(Combine(path, LabelsFile), stream =>
        {
            using var csv = CsvWriter.Create(stream, leaveOpen: true);
            csv.WriteHeader("File", "Label", "ClassName");
            foreach (var index in indices)
                csv.WriteRecord(NameOf(index, labels[index]), $"{labels[index]}", images.ClassNames[(int)labels[index]]);
        });

        // Returns a name such as 00042-Ankle-boot.png.
        string NameOf(int index, long label) => $"{index.ToString($"D{IndexDigits}")}-"
            + $"{string.Concat(images.ClassNames[(int)label].Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}.png";
    }

    private static bool IsName(string name) =>
        name.Length > IndexDigits && name[..IndexDigits].All(char.IsAsciiDigit) && name[IndexDigits] == '-';

    private static void WriteImage(ImageSet images, int index, string file)
    {
        var size = images.Shape.Size;
        var grays = images.Images.bytes.Slice(index * size, size).ToArray();
        byte[] pixels = [.. grays.SelectMany(gray => new[] { gray, gray, gray, byte.MaxValue })];
        using var image = MLImage.CreateFromPixels(images.Shape.Width, images.Shape.Height, MLPixelFormat.Bgra32, pixels);
        image.Save(file);
    }
}

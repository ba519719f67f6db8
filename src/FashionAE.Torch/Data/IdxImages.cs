namespace FashionAE.Torch;

/// <summary>Creates image sets from IDX files.</summary>
internal static class IdxImages
{
    /// <summary>Reads images and labels; see <see cref="ImageSet.FromIdx"/>.</summary>
    public static ImageSet Load(string imagesPath, string? labelsPath, IdxOptions options)
    {
        var images = IdxFile.Read(imagesPath);
        if (images.Shape.Count is < 3 or > 4)
            throw new InvalidDataException(
                $"{imagesPath} has shape [{Joined(images)}]: images are [N, H, W] or [N, C, H, W]. "
                + (images.Shape.Count == 1 ? "Specify the images first, then the labels." : "Specify a file with images."));
        var shape = images.Shape.Count == 4 ? images.Shape : [images.Shape[0], 1, images.Shape[1], images.Shape[2]];
        if (shape.Any(length => length == 0))
            throw new InvalidDataException($"{imagesPath} has shape [{Joined(images)}], so it has no pixels: specify a file with images.");
        if (shape[1] is not (1 or 3 or 4))
            throw new InvalidDataException(
                $"{imagesPath} has shape [{Joined(images)}], so its images have {shape[1]} channels: "
                + "write the images as [N, C, H, W], with 1 channel for gray, 3 for color, or 4.");
        var named = options.ClassNames is { Count: > 0 } given ? given : null;
        var (labels, names) = labelsPath is null
            ? (new long[shape[0]], named ?? ["unlabeled"])
            : ReadLabels(labelsPath, imagesPath, shape[0], options.FirstLabel, named);

        if (options.Transposed)
            Transpose(images.Values, shape[2], shape[3]);
        var (height, width) = options.Transposed ? (shape[3], shape[2]) : (shape[2], shape[3]);
        return new ImageSet(images.Values, labels, names, new ImageShape(shape[1], height, width));
    }

    /// <summary>
    /// Reads labels and subtracts the lowest label, <paramref name="first"/>. If there are no names, the labels in the file are the names.
    /// </summary>
    public static (long[] Labels, IReadOnlyList<string> Names) ReadLabels(
        string path, string imagesPath, int count, int first, IReadOnlyList<string>? names)
    {
        var file = IdxFile.Read(path);
        if (file.Shape.Count != 1)
            throw new InvalidDataException(
                $"{path} has shape [{Joined(file)}]: labels are [N]. Specify the images first, then the labels.");
        if (file.Shape[0] != count)
            throw new InvalidDataException(
                $"{path} has {file.Shape[0]} labels, but {imagesPath} has {count} images: specify two files of the same set.");
        names ??= [.. Enumerable.Range(first, Math.Max(1, file.Values.Max() - first + 1)).Select(label => $"{label}")];
        var wrong = Array.FindIndex(file.Values, label => label < first || label - first >= names.Count);
        if (wrong >= 0)
            throw new InvalidDataException(
                $"{path} has the label {file.Values[wrong]} (of image {wrong}), but labels are {first} to {first + names.Count - 1}: "
                + $"call ImageSet.FromIdx with the lowest label as {nameof(IdxOptions.FirstLabel)} and every class in "
                + $"{nameof(IdxOptions.ClassNames)}.");
        return ([.. file.Values.Select(label => (long)label - first)], names);
    }

    /// <summary>Swaps rows and columns in every channel of every image, in place.</summary>
    private static void Transpose(byte[] values, int height, int width)
    {
        var channel = new byte[height * width];
        for (var start = 0; start < values.Length; start += channel.Length)
        {
            var turned = values.AsSpan(start, channel.Length);
            turned.CopyTo(channel);
            for (var row = 0; row < width; row++)
                for (var column = 0; column < height; column++)
                    turned[row * height + column] = channel[column * width + row];
        }
    }

    private static string Joined(IdxFile file) => string.Join(", ", file.Shape);
}

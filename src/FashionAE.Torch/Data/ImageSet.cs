using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Holds labeled images in memory, as bytes that are converted to values in [0, 1] batch by batch. The set owns its memory and must be
/// disposed.
/// </summary>
/// <remarks>
/// A set that was read from files, or selected from such a set, is in managed memory. It needs libtorch only for its tensors, which share
/// that memory. Several threads can read a set at the same time.
/// </remarks>
public sealed class ImageSet : IDisposable
{
    private readonly Lock _gate = new();
    private (byte[] Pixels, long[] Labels)? _arrays;
    private (Tensor Images, Tensor Labels)? _tensors;

    /// <summary>Initializes a new instance of the <see cref="ImageSet"/> class, which becomes the owner of the tensors.</summary>
    /// <param name="images">The pixels, uint8 [N, C, H, W], on the CPU.</param>
    /// <param name="labels">The class of each image, int64 [N], on the CPU, an index into <paramref name="classNames"/>.</param>
    /// <param name="classNames">The names of the classes. Each must be unique.</param>
    /// <exception cref="ArgumentException">
    /// A tensor has an invalid type or shape or is not on the CPU, a label has no class, or <paramref name="classNames"/> contains null or
    /// a duplicate name.
    /// </exception>
    public ImageSet(Tensor images, Tensor labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        CheckNames(classNames, nameof(classNames));
        CheckDevice(images, nameof(images));
        CheckDevice(labels, nameof(labels));
        if (images.dtype != ScalarType.Byte || images.ndim != 4)
            throw new ArgumentException(
                $"Images must be uint8 [N, C, H, W], not {images.dtype} [{string.Join(", ", images.shape)}].", nameof(images));
        if (labels.dtype != ScalarType.Int64 || labels.ndim != 1)
            throw new ArgumentException(
                $"Labels must be int64 [N], not {labels.dtype} [{string.Join(", ", labels.shape)}].", nameof(labels));
        if (images.shape[0] != labels.shape[0])
            throw new ArgumentException($"There are {images.shape[0]} images and {labels.shape[0]} labels.", nameof(labels));
        using var scope = NewDisposeScope();
        if (labels.NumberOfElements > 0 && (labels.min().item<long>(), labels.max().item<long>()) is var (least, most)
            && (least < 0 || most >= classNames.Count))
            throw new ArgumentException($"Labels are {least} to {most}, but there are {classNames.Count} classes.", nameof(labels));

        _tensors = (images.DetachFromDisposeScope(), labels.DetachFromDisposeScope());
        ClassNames = [.. classNames];
        Shape = new ImageShape((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        Count = (int)images.shape[0];
    }

    /// <summary>Initializes a new instance of the <see cref="ImageSet"/> class from arrays of matching lengths.</summary>
    internal ImageSet(byte[] pixels, long[] labels, IReadOnlyList<string> classNames, ImageShape shape) =>
        (_arrays, ClassNames, Shape, Count) = ((pixels, labels), [.. classNames], shape, labels.Length);

    /// <summary>Gets the pixels, uint8 [N, C, H, W]. Do not dispose the tensor; the set owns it.</summary>
    /// <exception cref="DllNotFoundException">libtorch was not found.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public Tensor Images => Tensors.Images;

    /// <summary>Gets the class of each image, int64 [N]. Do not dispose the tensor; the set owns it.</summary>
    /// <exception cref="DllNotFoundException">libtorch was not found.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public Tensor Labels => Tensors.Labels;

    /// <summary>Gets the names of the classes. A label is an index into this list.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Gets the shape of one image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Gets the number of images N.</summary>
    public int Count { get; }

    /// <summary>Gets the bytes of <see cref="Images"/> in managed memory. They are a copy if the set was created from tensors.</summary>
    internal byte[] Pixels => _arrays?.Pixels ?? ToArray<byte>(Images);

    /// <summary>Gets the values of <see cref="Labels"/> in managed memory. They are a copy if the set was created from tensors.</summary>
    internal long[] Classes => _arrays?.Labels ?? ToArray<long>(Labels);

    private (Tensor Images, Tensor Labels) Tensors
    {
        get
        {
            lock (_gate)
            {
                if (_tensors is { } made)
                    return made;
                ObjectDisposedException.ThrowIf(_arrays is null, this);
                NativeTorch.EnsureLoaded();
                var (pixels, labels) = _arrays.Value;
                _tensors = (Share(pixels, ScalarType.Byte, Shape.Batch(Count)), Share(labels, ScalarType.Int64, Count));
                return _tensors.Value;
            }
        }
    }

    /// <summary>
    /// Reads images and labels from files in the IDX format, which MNIST, Fashion-MNIST, EMNIST, KMNIST and other data sets use. The files
    /// can have any names and sizes, and can be compressed with gzip.
    /// </summary>
    /// <param name="imagesPath">
    /// The path of the images: unsigned bytes, [N, H, W] for gray images, or [N, C, H, W] with 1, 3 or 4 channels.
    /// </param>
    /// <param name="labelsPath">
    /// The path of the labels: unsigned bytes, [N]. Null for images without labels, which all get the label 0.
    /// </param>
    /// <param name="options">The names of the classes, the first label and the pixel order; null for the defaults.</param>
    /// <returns>The set, with labels from 0. The caller must dispose it.</returns>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    /// <exception cref="IOException">A path is not that of a regular file, or its directory does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a file is denied.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is invalid, or the two files do not match. The message contains the file and the remedy.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="IdxOptions.FirstLabel"/> is not in [0, 255].</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="imagesPath"/> is empty, or <see cref="IdxOptions.ClassNames"/> contains null or a duplicate name.
    /// </exception>
    public static ImageSet FromIdx(string imagesPath, string? labelsPath = null, IdxOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        options ??= new IdxOptions();
        if (options.FirstLabel is < 0 or > byte.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(options), options.FirstLabel, $"{nameof(IdxOptions.FirstLabel)} must be 0 to 255.");
        CheckNames(options.ClassNames ?? [], nameof(options));
        return IdxImages.Load(imagesPath, labelsPath, options);
    }

    /// <summary>Converts bytes in [0, 255] to float32 values in [0, 1], dividing by 255.</summary>
    /// <param name="images">The pixels, uint8 of any shape.</param>
    /// <returns>The values, float32 of the same shape, on the same device.</returns>
    /// <exception cref="ArgumentException">The images are not uint8.</exception>
    public static Tensor ToUnitRange(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dtype != ScalarType.Byte)
            throw new ArgumentException($"Images must be uint8, not {images.dtype}: only bytes are divided by 255.", nameof(images));
        return images.to(ScalarType.Float32).DividedBy_(255);
    }

    /// <summary>Returns consecutive images as float32 values.</summary>
    /// <param name="start">The index of the first image, 0 to <see cref="Count"/>.</param>
    /// <param name="count">The number of images, 0 or more.</param>
    /// <returns>The images, float32 [count, C, H, W] in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The set does not have these images.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public Tensor Batch(int start, int count)
    {
        if (start < 0 || start > Count)
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The set has {Count} images: a batch starts at 0 to {Count}.");
        if (count < 0 || count > Count - start)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"The set has {Count} images: a batch that starts at {start} has 0 to {Count - start} images.");
        using var bytes = Images.narrow(0, start, count);
        return ToUnitRange(bytes);
    }

    /// <summary>Copies some images to a new set.</summary>
    /// <param name="indices">The indices of the images, in the order of the new set.</param>
    /// <returns>The new set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public ImageSet Select(IReadOnlyList<long> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        foreach (var index in indices)
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The index of one of {Count} images is 0 to {Count - 1}.");
        var classes = Classes;
        return Select(indices, [.. indices.Select(index => classes[index])], ClassNames);
    }

    /// <summary>Copies the images of some classes to a new set with only these classes.</summary>
    /// <param name="classNames">
    /// The names of the classes, in the order of their labels in the new set. "T-shirt" means "T-shirt/top" unless the set has a class
    /// "T-shirt".
    /// </param>
    /// <returns>The new set. Its images have the same order as in this set, and its classes the same names.</returns>
    /// <exception cref="ArgumentException">A class is unknown or a duplicate.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public ImageSet SelectClasses(params IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        var newLabels = new Dictionary<long, long>();
        var (names, chosenNames) = (ClassNames.ToList(), new List<string>());
        foreach (var name in classNames)
        {
            var label = names.IndexOf(name);
            if (label < 0 && FashionMnist.LabelOf(name) is { } known)
                label = names.IndexOf(FashionMnist.ClassNames[known]);
            if (label < 0)
                throw new ArgumentException(
                    $"There is no class '{name}'. The classes are {string.Join(", ", ClassNames)}.", nameof(classNames));
            if (!newLabels.TryAdd(label, newLabels.Count))
                throw new ArgumentException($"The class '{names[label]}' is specified twice: specify each class once.", nameof(classNames));
            chosenNames.Add(names[label]);
        }
        var labels = Classes;
        long[] chosen = [.. Enumerable.Range(0, labels.Length).Where(i => newLabels.ContainsKey(labels[i]))];
        return Select(chosen, [.. chosen.Select(i => newLabels[labels[i]])], chosenNames);
    }

    /// <summary>Disposes the tensors and releases the arrays.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _tensors?.Images.Dispose();
            _tensors?.Labels.Dispose();
            (_tensors, _arrays) = (null, null);
        }
    }

    private static void CheckDevice(Tensor tensor, string parameter)
    {
        if (tensor.device_type != DeviceType.CPU)
            throw new ArgumentException($"The {parameter} must be on the CPU, not on {tensor.device}: call cpu() on them.", parameter);
    }

    private static void CheckNames(IReadOnlyList<string> names, string parameter)
    {
        if (names.Contains(null!))
            throw new ArgumentException(
                $"{nameof(ClassNames)} has null at index {names.ToList().IndexOf(null!)}: every class needs a name.", parameter);
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"{nameof(ClassNames)} has '{twice.Key}' twice: every class needs a unique name.", parameter);
    }

    private ImageSet Select(IReadOnlyList<long> indices, long[] labels, IReadOnlyList<string> classNames)
    {
        if (_arrays is not { Pixels: var all })
        {
            // Tensors can be larger than the largest array.
            using var index = torch.tensor(indices.ToArray());
            return new ImageSet(Images.index_select(0, index), torch.tensor(labels), classNames);
        }
        var (size, chosen) = (Shape.Size, GC.AllocateUninitializedArray<byte>(checked(Shape.Size * indices.Count)));
        for (var i = 0; i < indices.Count; i++)
            all.AsSpan((int)indices[i] * size, size).CopyTo(chosen.AsSpan(i * size));
        return new ImageSet(chosen, labels, classNames, Shape);
    }

    /// <summary>Creates a tensor that uses an array's memory and keeps the array alive until the tensor is disposed.</summary>
    private static Tensor Share(Array values, ScalarType type, params long[] shape)
    {
        using var scope = NewDisposeScope();
        // frombuffer does not support empty arrays.
        return (values.Length == 0 ? empty(shape, type) : frombuffer(values, type).reshape(shape)).DetachFromDisposeScope();
    }

    private static T[] ToArray<T>(Tensor tensor)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.cpu().contiguous().bytes).ToArray();
    }
}

/// <summary>The shape of one image: [C, H, W], in PyTorch's order.</summary>
/// <param name="Channels">The number of channels C: 1 for gray, 3 for color.</param>
/// <param name="Height">The number of rows H, in pixels.</param>
/// <param name="Width">The number of columns W, in pixels.</param>
[method: JsonConstructor] // Otherwise a struct is deserialized without its constructor.
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Gets the number of columns W, in pixels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An image of this shape has more values than an array can hold.</exception>
    public int Width { get; init; } = Int128.Abs((Int128)Channels * Height * Width) <= Array.MaxLength
        ? Width
        : throw new ArgumentOutOfRangeException(
            nameof(Width), Width, $"An image of {Channels}x{Height}x{Width} has more values than an array can hold, {Array.MaxLength}.");

    /// <summary>Gets the number of values in an image, C x H x W.</summary>
    public int Size => checked(Channels * Height * Width);

    /// <summary>Gets a value indicating whether there is at least one channel, row and column.</summary>
    internal bool IsPositive => this is { Channels: > 0, Height: > 0, Width: > 0, Size: > 0 };

    /// <summary>Returns the shape [N, C, H, W] of a batch of images.</summary>
    /// <param name="count">The number of images N.</param>
    /// <returns>The four lengths N, C, H, W.</returns>
    public long[] Batch(long count) => [count, Channels, Height, Width];

    /// <summary>Formats the shape, for example as "1x28x28".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

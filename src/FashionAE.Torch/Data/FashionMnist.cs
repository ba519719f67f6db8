using System.IO.Compression;
using System.Security.Cryptography;

namespace FashionAE.Torch;

/// <summary>
/// Provides the Fashion-MNIST data set (Xiao, Rasul and Vollgraf 2017): 70,000 gray 28x28 images of garments in ten classes. The files can
/// be plain IDX files or compressed (.gz).
/// </summary>
public static class FashionMnist
{
    /// <summary>The name of the environment variable for the folder of the data set.</summary>
    public const string DirectoryVariable = "FASHION_MNIST";

    /// <summary>The name of the environment variable for another download address, such as that of a mirror.</summary>
    public const string SourceVariable = "FASHION_MNIST_SOURCE";

    /// <summary>The folder of Debian's package dataset-fashion-mnist.</summary>
    public const string DebianDirectory = "/usr/share/datasets/fashion-mnist";

    private static readonly Uri Publisher = new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    // The longest time without any received data. There is no limit for a whole file.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The hashes are those of the uncompressed files, because packages may compress them differently.
    private static readonly Dictionary<string, string> Sha256 = new()
    {
        ["train-images-idx3-ubyte"] = "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ["train-labels-idx1-ubyte"] = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ["t10k-images-idx3-ubyte"] = "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ["t10k-labels-idx1-ubyte"] = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    };

    /// <summary>Gets the names of the ten classes, in the order of their labels 0 to 9.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Gets the shape of an image, 1x28x28.</summary>
    public static ImageShape Shape { get; } = new(1, 28, 28);

    /// <summary>
    /// Gets the address that <see cref="DownloadAsync"/> downloads from: the value of $FASHION_MNIST_SOURCE, or else the publisher's site.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable is not an address that begins with http:// or https://.</exception>
    public static Uri Source => Environment.GetEnvironmentVariable(SourceVariable) switch
    {
        null or "" => Publisher,
        var named when Uri.TryCreate(named, UriKind.Absolute, out var address) && IsWebAddress(address) => address,
        var named => throw new InvalidOperationException(
            $"${SourceVariable} is '{named}': it must be an address that begins with http:// or https://, or be unset."),
    };

    /// <summary>
    /// Gets the folder that <see cref="DownloadAsync"/> downloads to, unless another is specified by its argument or $FASHION_MNIST.
    /// </summary>
    public static string DownloadDirectory { get; } = Path.Combine(
        // DoNotVerify: otherwise the path is empty if the folder does not exist, as for a new user.
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "FashionAE", "fashion-mnist");

    /// <summary>Returns the label of a class.</summary>
    /// <param name="className">The name, one of <see cref="ClassNames"/>, or "T-shirt", the former name of "T-shirt/top".</param>
    /// <returns>The label, 0 to 9; null if there is no such class.</returns>
    public static int? LabelOf(string className)
    {
        // Version 0.1.0 named the first class "T-shirt", so existing programs may use that name.
        var label = className == "T-shirt" ? 0 : ClassNames.ToList().IndexOf(className);
        return label < 0 ? null : label;
    }

    /// <summary>Finds the data set in a folder, or in the usual folders.</summary>
    /// <param name="directory">
    /// The folder to search. If it is null, the folder in $FASHION_MNIST is searched or, if that is not set, <see cref="DebianDirectory"/>
    /// and then <see cref="DownloadDirectory"/>.
    /// </param>
    /// <returns>The folder with all four files; null if not found.</returns>
    public static string? Locate(string? directory = null) => Places(directory).FirstOrDefault(
        place => Sha256.Keys.All(name => FindFile(place, name) is not null));

    /// <summary>Loads one part from the folder that <see cref="Locate"/> finds.</summary>
    /// <param name="split">The part: the training images or the test images.</param>
    /// <param name="directory">The folder; null for the usual folders.</param>
    /// <returns>The 1x28x28 images, with labels 0 to 9.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="split"/> is not a defined value.</exception>
    /// <exception cref="DirectoryNotFoundException">The data set was not found.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or the images and labels do not match.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a file is denied.</exception>
    public static ImageSet Load(FashionMnistSplit split, string? directory = null)
    {
        if (!Enum.IsDefined(split))
            throw new ArgumentOutOfRangeException(nameof(split), split, "The part must be a defined value.");
        var folder = Locate(directory) ?? throw new DirectoryNotFoundException(
            $"Fashion-MNIST was not found in {string.Join(" or ", Places(directory))}: "
            + $"download it with {nameof(FashionMnist)}.{nameof(DownloadAsync)}(), install the Debian package dataset-fashion-mnist, "
            + $"or specify the folder with its four files, as the argument or in ${DirectoryVariable}.");
        var prefix = split == FashionMnistSplit.Train ? "train" : "t10k";
        var imagesPath = FindFile(folder, $"{prefix}-images-idx3-ubyte")!;
        var labelsPath = FindFile(folder, $"{prefix}-labels-idx1-ubyte")!;
        var images = IdxFile.Read(imagesPath);
        if (images.Shape is not [var count, 28, 28])
            throw new InvalidDataException($"{imagesPath} has shape [{string.Join(", ", images.Shape)}] instead of [N, 28, 28].");
        var (labels, names) = IdxImages.ReadLabels(labelsPath, imagesPath, count, 0, ClassNames);
        return new ImageSet(images.Values, labels, names, Shape);
    }

    /// <summary>
    /// Downloads the missing files of Fashion-MNIST (31 MB), checks the SHA-256 of each, and writes it uncompressed and atomically.
    /// </summary>
    /// <param name="directory">
    /// The folder for the files, created if it does not exist. If it is null and <see cref="Locate"/> finds the data set, nothing is
    /// downloaded. Otherwise null means the folder in $FASHION_MNIST or, if that is not set, <see cref="DownloadDirectory"/>.
    /// </param>
    /// <param name="source">The http or https address of the directory with the four .gz files; null for <see cref="Source"/>.</param>
    /// <param name="client">The HTTP client; null for a new one.</param>
    /// <param name="progress">The receiver of the progress of each file, such as <see cref="DownloadProgress.Bar"/>; null for none.</param>
    /// <param name="cancellationToken">The token that cancels the download. Complete files are kept.</param>
    /// <returns>The folder that contains the four files.</returns>
    /// <exception cref="HttpRequestException">A file could not be downloaded, or the server sent nothing for 30 seconds.</exception>
    /// <exception cref="InvalidDataException">A file is not the published file.</exception>
    /// <exception cref="ArgumentException"><paramref name="source"/> is not an http or https address.</exception>
    /// <exception cref="InvalidOperationException">
    /// <paramref name="source"/> is null, and $FASHION_MNIST_SOURCE is not an http or https address.
    /// </exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be created, because access is denied.</exception>
    /// <exception cref="OperationCanceledException">The download was canceled.</exception>
    public static async Task<string> DownloadAsync(
        string? directory = null, Uri? source = null, HttpClient? client = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (source is not null && !IsWebAddress(source))
            throw new ArgumentException($"'{source}' must be an address that begins with http:// or https://.", nameof(source));
        directory ??= Locate() ?? NamedDirectory ?? DownloadDirectory;
        var folder = (source ?? Source).AbsoluteUri.TrimEnd('/');
        using var ownClient = client is null ? new HttpClient() : null;
        Directory.CreateDirectory(directory);
        foreach (var (name, sha256) in Sha256)
        {
            if (FindFile(directory, name) is not null)
                continue;
            var address = new Uri($"{folder}/{name}.gz");
            using var compressed = await FetchAsync(client ?? ownClient!, address, progress, cancellationToken).ConfigureAwait(false);
            AtomicFile.Write(Path.Combine(directory, name), stream => Unpack(compressed, stream, sha256, address));
        }
        return directory;
    }

    private static bool IsWebAddress(Uri address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https" };

    private static string? NamedDirectory => Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } named ? named : null;

    /// <summary>Returns the directories to search. If one was specified, it is the only one.</summary>
    private static string[] Places(string? directory) =>
        (directory ?? NamedDirectory) is { } named ? [named] : [DebianDirectory, DownloadDirectory];

    private static async Task<MemoryStream> FetchAsync(
        HttpClient client, Uri address, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Patience);
        try
        {
            using var response =
                await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            using var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            var (file, length) = (new MemoryStream(), response.Content.Headers.ContentLength);
            var buffer = new byte[1 << 16];
            while (await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false) is > 0 and var count)
            {
                silence.CancelAfter(Patience);
                file.Write(buffer, 0, count);
                progress?.Report(new DownloadProgress(address.Segments[^1], file.Length, length));
            }
            file.Position = 0;
            return file;
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var cause = e is OperationCanceledException ? new TimeoutException($"no answer for {Patience.TotalSeconds} seconds", e) : e;
            throw new HttpRequestException(
                $"Fashion-MNIST could not be downloaded from {address} ({cause.Message.TrimEnd('.')}): try again, set the address of a "
                + $"mirror in ${SourceVariable}, or set the folder with its four files in ${DirectoryVariable}.",
                cause, (cause as HttpRequestException)?.StatusCode);
        }
    }

    private static void Unpack(Stream compressed, Stream target, string sha256, Uri address)
    {
        using var plain = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            gzip.CopyTo(plain);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{address} is not the published file: {e.Message}", e);
        }
        var found = Convert.ToHexStringLower(SHA256.HashData(plain.GetBuffer().AsSpan(0, (int)plain.Length)));
        if (found != sha256)
            throw new InvalidDataException($"{address} is not the published file: its SHA-256 is {found} instead of {sha256}.");
        plain.WriteTo(target);
    }

    private static string? FindFile(string directory, string name) =>
        new[] { Path.Combine(directory, name), Path.Combine(directory, name + ".gz") }.FirstOrDefault(File.Exists);
}

/// <summary>Specifies a part of Fashion-MNIST.</summary>
public enum FashionMnistSplit
{
    /// <summary>The 60,000 training images.</summary>
    Train,

    /// <summary>The 10,000 test images.</summary>
    Test,
}

using System.IO.Compression;
using System.Security.Cryptography;

namespace FashionAE.Torch;

/// <summary>Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): 70,000 gray 28x28 images of garments in ten classes; IDX files or .gz.</summary>
public static class FashionMnist
{
    /// <summary>The environment variable that can name the folder of the data set.</summary>
    public const string DirectoryVariable = "FASHION_MNIST";

    /// <summary>The environment variable that can name another address to fetch from: that of a mirror.</summary>
    public const string SourceVariable = "FASHION_MNIST_SOURCE";

    /// <summary>Where Debian's package dataset-fashion-mnist puts it.</summary>
    public const string DebianDirectory = "/usr/share/datasets/fashion-mnist";

    private static readonly Uri Publisher = new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    // How long a server may send nothing; a whole file may take any time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Of the files before compression: packages compress them anew.
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

    /// <summary>Gets where <see cref="DownloadAsync"/> fetches from: what $FASHION_MNIST_SOURCE names, else the publisher's site.</summary>
    /// <exception cref="InvalidOperationException">The variable does not hold an address that begins with http:// or https://.</exception>
    public static Uri Source => Environment.GetEnvironmentVariable(SourceVariable) switch
    {
        null or "" => Publisher,
        var named when Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => address,
        var named => throw new InvalidOperationException(
            $"${SourceVariable} is '{named}': it must be an address that begins with http:// or https://, or be unset."),
    };

    /// <summary>Gets where <see cref="DownloadAsync"/> keeps the data set unless a folder is given or $FASHION_MNIST names one.</summary>
    public static string DownloadDirectory { get; } = Path.Combine(
        // Unverified: of a new user's folder that is not there yet nothing would be left but a relative path.
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "FashionAE", "fashion-mnist");

    /// <summary>Finds the label of a class.</summary>
    /// <param name="className">The name, one of <see cref="ClassNames"/>, or "T-shirt", the former name of "T-shirt/top".</param>
    /// <returns>The label, 0 to 9; null if there is no such class.</returns>
    public static int? LabelOf(string className)
    {
        // Version 0.1.0 called the first class "T-shirt"; programs and commands may name it so.
        var label = className == "T-shirt" ? 0 : ClassNames.ToList().IndexOf(className);
        return label < 0 ? null : label;
    }

    /// <summary>Looks for the data set in a folder, or where it is expected.</summary>
    /// <param name="directory">
    /// The folder; null to look in the one that $FASHION_MNIST names, in <see cref="DebianDirectory"/>, then in
    /// <see cref="DownloadDirectory"/>.
    /// </param>
    /// <returns>The folder that holds all four files, or null.</returns>
    public static string? Locate(string? directory = null) => Places(directory).FirstOrDefault(
        place => Sha256.Keys.All(name => FindFile(place, name) is not null));

    /// <summary>Loads one part from the folder that <see cref="Locate"/> finds.</summary>
    /// <param name="split">The images to train on or to test with.</param>
    /// <param name="directory">The folder, or null for the usual places.</param>
    /// <returns>The images with labels 0 to 9; 1x28x28 each.</returns>
    /// <exception cref="DirectoryNotFoundException">The data set is not there.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or images and labels do not fit together.</exception>
    public static ImageSet Load(FashionMnistSplit split, string? directory = null)
    {
        var folder = Locate(directory) ?? throw new DirectoryNotFoundException(
            $"Fashion-MNIST was not found in {string.Join(" or ", Places(directory))}: "
            + $"fetch it with {nameof(FashionMnist)}.{nameof(DownloadAsync)}(), install the Debian package dataset-fashion-mnist, "
            + $"or name the folder that holds its four files, here or by ${DirectoryVariable}.");
        var prefix = split == FashionMnistSplit.Train ? "train" : "t10k";
        var imagesPath = FindFile(folder, $"{prefix}-images-idx3-ubyte")!;
        var labelsPath = FindFile(folder, $"{prefix}-labels-idx1-ubyte")!;
        var images = IdxFile.Read(imagesPath);
        if (images.Shape is not [var count, 28, 28])
            throw new InvalidDataException($"{imagesPath} has shape [{string.Join(", ", images.Shape)}] instead of [N, 28, 28].");
        var (labels, names) = IdxImages.ReadLabels(labelsPath, imagesPath, count, 0, ClassNames);
        return new ImageSet(images.Values, labels, names, Shape);
    }

    /// <summary>Fetches the missing files of Fashion-MNIST (31 MB), checks each SHA-256, writes them uncompressed and atomically.</summary>
    /// <param name="directory">
    /// The folder to keep the files in, created if it is missing. With null nothing is fetched if <see cref="Locate"/> finds the data set;
    /// if not, the files go into the folder that $FASHION_MNIST names, else into <see cref="DownloadDirectory"/>.
    /// </param>
    /// <param name="source">The address of the folder with the four .gz files; null for <see cref="Source"/>.</param>
    /// <param name="client">The client to fetch with; null for a new one.</param>
    /// <param name="progress">Receives how much of a file has come: <see cref="DownloadProgress.Bar"/>, or your own.</param>
    /// <param name="cancellationToken">Ends the download; files that are complete stay.</param>
    /// <returns>The folder that holds the four files.</returns>
    /// <exception cref="HttpRequestException">A file could not be fetched, or the server fell silent for 30 seconds.</exception>
    /// <exception cref="InvalidDataException">A file is not the one that was published.</exception>
    /// <exception cref="InvalidOperationException">$FASHION_MNIST_SOURCE is not an address.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    /// <exception cref="OperationCanceledException">The download was ended.</exception>
    public static async Task<string> DownloadAsync(
        string? directory = null, Uri? source = null, HttpClient? client = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
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

    private static string? NamedDirectory => Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } named ? named : null;

    /// <summary>A folder that was named is the only one looked at.</summary>
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
                $"Fashion-MNIST could not be fetched from {address} ({cause.Message.TrimEnd('.')}): try again, name the address of a "
                + $"mirror in ${SourceVariable}, or name the folder that holds its four files in ${DirectoryVariable}.",
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
            throw new InvalidDataException($"{address} is not the file that was published: {e.Message}", e);
        }
        var found = Convert.ToHexStringLower(SHA256.HashData(plain.GetBuffer().AsSpan(0, (int)plain.Length)));
        if (found != sha256)
            throw new InvalidDataException($"{address} is not the file that was published: its SHA-256 is {found} instead of {sha256}.");
        plain.WriteTo(target);
    }

    private static string? FindFile(string directory, string name) =>
        new[] { Path.Combine(directory, name), Path.Combine(directory, name + ".gz") }.FirstOrDefault(File.Exists);
}

/// <summary>The two parts of Fashion-MNIST.</summary>
public enum FashionMnistSplit
{
    /// <summary>The 60,000 images to train on.</summary>
    Train,

    /// <summary>The 10,000 images to test with.</summary>
    Test,
}

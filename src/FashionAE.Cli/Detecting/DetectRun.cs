namespace FashionAE.Cli;

/// <summary>Runs detect: trains a detector if needed, judges the pictures of a folder, and writes the results.</summary>
internal sealed class DetectRun : IDisposable
{
    private readonly MLContext _ml = new();
    private readonly DetectFolder _folder;
    private readonly string _images;
    private readonly ImageFiles _files;
    private readonly bool _recursive;
    private readonly List<UnreadableImage> _unreadable = [];

    /// <exception cref="IOException">A folder is missing, or the output folder is invalid.</exception>
    public DetectRun(string folder, string images, bool recursive)
    {
        (_images, _recursive) = (images, recursive);
        _files = new ImageFiles(images, recursive);
        _folder = new DetectFolder(folder);
        Check(images);
        Report(_files);
    }

    /// <summary>Gets a value indicating whether normal pictures get overlays, too.</summary>
    public bool AllOverlays { get; init; }

    /// <summary>Trains a detector on a folder of normal pictures, or reuses the detector of an earlier run.</summary>
    /// <returns>The path of the detector.</returns>
    public string Train(string normal, DetectSettings settings, TorchSharp.torch.Device device, CancellationToken cancellation)
    {
        var files = new ImageFiles(normal, _recursive, "--normal");
        Check(normal);
        Report(files);
        _folder.Lock();
        var source = DetectFolder.SourceOf(settings, files);
        var stamp = _folder.ReadStamp();
        if (stamp?.Source == source && File.Exists(_folder.ModelPath))
        {
            Console.WriteLine($"{_folder.ModelPath} already exists for the same pictures and settings: nothing was trained");
            _unreadable.AddRange(stamp.Unreadable);
            return _folder.ModelPath;
        }
        var pictures = 0;
        Terminal.ShowProgress("normal pictures", files.Names.Count, done =>
            (settings, pictures) = PictureSurvey.Complete(settings, files, normal, done, cancellation));
        UnreadableImage[] unreadable = [.. files.Unreadable.Select(image => image with { File = $"{Path.Join(normal, image.File)}" })];
        _unreadable.AddRange(unreadable);
        _folder.Create();
        // Read the stamp again under the lock: another run may have finished meanwhile.
        if (_folder.ReadStamp()?.Source != source)
            _folder.Clear();
        _folder.Write(new DetectStamp(source, unreadable));
        if (settings.WarningOf(pictures) is { } warning)
            Console.WriteLine(warning);
        var unread = files.Unreadable.Select(image => image.File).ToHashSet();
        var paths = files.Names.Select(files.PathOf).Where(path => !unread.Contains(files.NameOf(path)));
        PictureRow[] rows = [.. paths.Select(path => new PictureRow { ImagePath = path })];
        DetectorModel.Train(_ml, rows, settings, new AutoencoderAnomalyTrainer.Options
        {
            Device = device,
            CheckpointPath = _folder.CheckpointPath,
            Resume = true,
            CancellationToken = cancellation,
        }, _folder.ModelPath);
        File.Delete(_folder.CheckpointPath);
        Console.WriteLine($"The detector is in {_folder.ModelPath}");
        return _folder.ModelPath;
    }

    /// <summary>Judges the pictures and writes the table, the overlays and the page.</summary>
    /// <returns>The pictures that could not be read, including those of the training.</returns>
    public IReadOnlyList<UnreadableImage> Judge(string model, CancellationToken cancellation)
    {
        using var detector = DetectorModel.Load(_ml, model);
        _folder.Create();
        var judge = new PictureJudge(_ml, detector, _files);
        IReadOnlyList<Verdict> verdicts = [];
        Terminal.ShowProgress("pictures", _files.Names.Count, done => verdicts = judge.Judge(done, cancellation));
        var shown = verdicts.Where(verdict => AllOverlays || verdict.IsAnomaly).Select(verdict => verdict.File).ToArray();
        // Overlays of an earlier run stay until all new ones are drawn.
        var draft = $"{_folder.OverlaysPath}.new";
        Delete(draft);
        Directory.CreateDirectory(draft);
        Terminal.ShowProgress("overlays", shown.Length, done => judge.DrawOverlays(shown, draft, done, cancellation));
        Delete(_folder.OverlaysPath);
        Directory.Move(draft, _folder.OverlaysPath);
        Verdict.Write(verdicts, _folder.VerdictsPath);
        new VerdictPage(detector, _files, _folder.OverlaysPath).Write(verdicts, _files.Unreadable.Count, _folder.PagePath);
        Console.WriteLine(
            $"{verdicts.Count(verdict => verdict.IsAnomaly):N0} of {verdicts.Count:N0} pictures are anomalies: see {_folder.PagePath} and"
            + $" {_folder.VerdictsPath}");
        Console.WriteLine($"Scores above {detector.Threshold} are anomalies");
        _unreadable.AddRange(_files.Unreadable.Select(image => image with { File = Path.Join(_images, image.File) }));
        return _unreadable;
    }

    /// <summary>Releases the lock of the folder.</summary>
    public void Dispose() => _folder.Dispose();

    /// <summary>Rejects an output folder among the pictures: the next run would read the overlays as pictures.</summary>
    private void Check(string pictures)
    {
        var (inner, outer) = (Full(_folder.Path), Full(pictures));
        if (inner == outer || (_recursive && inner.StartsWith(outer, StringComparison.Ordinal)))
            throw new IOException($"{_folder.Path} is in {pictures}, whose pictures are read: set --out to a folder elsewhere.");

        static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) + Path.DirectorySeparatorChar;
    }

    private static void Report(ImageFiles files)
    {
        if (files.Skipped is { } others)
            Console.WriteLine($"Skipped files with other extensions: {others}");
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

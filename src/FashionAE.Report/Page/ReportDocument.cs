namespace FashionAE.Report;

/// <summary>A page: text and figures, section by section. All text is plain; the page escapes it.</summary>
/// <param name="Title">The title.</param>
/// <param name="Lead">What the page is about.</param>
/// <param name="Sections">The sections, in order.</param>
public sealed record ReportDocument(string Title, string Lead, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>Writes the page as one file that needs no network and no other file. The file appears complete or not at all.</summary>
    /// <param name="path">The file, such as "report.html"; its folder is made where it is missing.</param>
    /// <exception cref="ArgumentException">An id is used twice or has other characters than letters, digits and hyphens.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var page = ToHtml();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Torch.AtomicFile.Write(path, stream => stream.Write(page));
    }

    /// <summary>Writes the page.</summary>
    /// <returns>The HTML in UTF-8.</returns>
    /// <inheritdoc cref="Save" path="/exception[1]"/>
    public byte[] ToHtml() => PageWriter.Write(this);
}

/// <summary>A section of a page.</summary>
/// <param name="Id">Its anchor: letters, digits and hyphens, once on the page.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Lead">What it is about.</param>
/// <param name="Figures">Its figures, in order.</param>
public sealed record ReportSection(string Id, string Title, string Lead, IReadOnlyList<ReportFigure> Figures);

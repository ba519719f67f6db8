namespace FashionAE.Report;

/// <summary>A page with sections of text and figures. All text is plain text, which the page escapes.</summary>
/// <param name="Title">The title of the page.</param>
/// <param name="Lead">The introduction.</param>
/// <param name="Sections">The sections, in order.</param>
public sealed record ReportDocument(string Title, string Lead, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>Writes the page atomically as one HTML file, which needs no network and no other file.</summary>
    /// <param name="path">The path of the file, such as "report.html". A missing folder is created.</param>
    /// <exception cref="ArgumentException">An id is duplicated or invalid, or the page cannot show the type of a figure.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var page = ToHtml();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Torch.AtomicFile.Write(path, stream => stream.Write(page));
    }

    /// <summary>Writes the page as HTML.</summary>
    /// <returns>The HTML in UTF-8.</returns>
    /// <inheritdoc cref="Save" path="/exception[1]"/>
    public byte[] ToHtml() => PageWriter.Write(this);
}

/// <summary>A section of a page.</summary>
/// <param name="Id">The anchor, unique on the page: a letter, then letters, digits and hyphens.</param>
/// <param name="Title">The heading.</param>
/// <param name="Lead">The introduction.</param>
/// <param name="Figures">The figures, in order.</param>
public sealed record ReportSection(string Id, string Title, string Lead, IReadOnlyList<ReportFigure> Figures);

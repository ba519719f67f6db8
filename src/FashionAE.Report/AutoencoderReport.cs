using Microsoft.ML;

namespace FashionAE.Report;

/// <summary>
/// Creates a page that shows the results of an autoencoder on data: samples and reconstructions, the plane of latent vectors (codes),
/// errors by class and their distribution, the rows with the highest errors, verdicts of a detector, and the training history.
/// </summary>
/// <remarks>
/// The report requires libtorch, regardless of the model's scoring engine. It reads the view in one pass. If a step after the autoencoder
/// adds the column of classes or names, a second cursor reads the view in parallel. The view must then return the same rows in the same
/// order each time.
/// </remarks>
public static class AutoencoderReport
{
    /// <summary>Writes the page atomically as one HTML file, which needs no network and no other file.</summary>
    /// <param name="path">The path of the file, such as "report.html". A missing folder is created.</param>
    /// <param name="model">The trained autoencoder or detector, or a chain with one. If there are several, the last one is shown.</param>
    /// <param name="view">The data, with the columns that the model reads. Rows with missing or infinite values are omitted.</param>
    /// <param name="options">The options of the report; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// The model has no autoencoder, an option is out of range, or the column of classes or names contains vectors.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The view has no rows that can be shown.</exception>
    /// <exception cref="DllNotFoundException">libtorch was not found.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example>
    /// <code>
    /// AutoencoderReport.Save("report.html", model, view, new ReportOptions { LabelColumnName = "Label", Title = "Valves, June" });
    /// </code>
    /// </example>
    public static void Save(string path, ITransformer model, IDataView view, ReportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AutoencoderFigures.Read(model, view, options).ToDocument().Save(path);
    }
}

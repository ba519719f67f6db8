using Microsoft.ML;

namespace FashionAE.Report;

/// <summary>
/// Makes a page that shows what an autoencoder does with data: samples and reconstructions, the plane of codes, errors by class and their
/// distribution, the hardest rows, verdicts of a detector, and the course of the training.
/// </summary>
/// <remarks>It computes by libtorch, whatever engine the model scores with. The rows of the view are read once.</remarks>
public static class AutoencoderReport
{
    /// <summary>Writes the page as one file that needs no network and no other file. The file appears complete or not at all.</summary>
    /// <param name="path">The file, such as "report.html"; its folder is made where it is missing.</param>
    /// <param name="model">A trained autoencoder or detector, or a chain with one; of several the last is shown.</param>
    /// <param name="view">The data, with the columns that the model reads. Rows whose values are missing or infinite are left out.</param>
    /// <param name="options">What is shown; null for the defaults.</param>
    /// <exception cref="ArgumentException">The model has no autoencoder, or an option is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The view has no rows that can be shown.</exception>
    /// <exception cref="DllNotFoundException">There is no libtorch.</exception>
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

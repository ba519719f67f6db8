using Microsoft.ML;

namespace FashionAE.Report;

/// <summary>Writes a page that shows what an autoencoder does with data.</summary>
public static class AutoencoderReport
{
    /// <summary>Writes the page as one file that needs no network and no other file.</summary>
    public static void Save(string path, ITransformer model, IDataView view, ReportOptions? options = null) =>
        throw new NotImplementedException();
}

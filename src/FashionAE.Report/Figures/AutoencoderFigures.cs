using Microsoft.ML;

namespace FashionAE.Report;

/// <summary>The figures of a trained autoencoder on some data. The data are read once; each figure is made when it is asked for.</summary>
public sealed class AutoencoderFigures
{
    /// <summary>Reads the data.</summary>
    public static AutoencoderFigures Read(ITransformer model, IDataView view, ReportOptions? options = null) => throw new NotImplementedException();

    /// <summary>Some rows of each class: original, reconstruction, error. Images only.</summary>
    public PictureFigure Samples() => throw new NotImplementedException();

    /// <summary>The plane of codes.</summary>
    public PlaneFigure Codes() => throw new NotImplementedException();

    /// <summary>The mean error of each class; null where there is one class.</summary>
    public ChartFigure? ErrorByClass() => throw new NotImplementedException();

    /// <summary>The distribution of errors, or of a detector's scores with its threshold.</summary>
    public ChartFigure Errors() => throw new NotImplementedException();

    /// <summary>The images that are reconstructed worst and best. Images only.</summary>
    public PictureFigure Extremes() => throw new NotImplementedException();

    /// <summary>The mean error of each pixel, by class. Images only.</summary>
    public PictureFigure MeanErrors() => throw new NotImplementedException();

    /// <summary>The losses of the training; null where there is no history.</summary>
    public ChartFigure? Losses() => throw new NotImplementedException();

    /// <summary>The layers of the network.</summary>
    public TableFigure Layers() => throw new NotImplementedException();

    /// <summary>All figures that the model and the data give, in the order of a page.</summary>
    public IReadOnlyList<ReportFigure> All() => throw new NotImplementedException();
}

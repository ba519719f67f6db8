using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>The plane of codes to move over.</summary>
internal static class Explorer
{
    private const double GrayLevels = 255;

    public static ExplorerFigure Draw(string id, string model, string images, LatentGrid grid, CodeCloud cloud) => new(
        id, "Latent explorer: draw a garment from two numbers",
        $"Move over the plane to see what {model} draws from the two numbers of each place; the points are the codes of {Numerals.Count(cloud.X.Count)} {images} images. " +
        "Between the classes, one garment turns into another; far from all points the model has learned nothing, and it shows. " +
        $"The images were computed at {grid.Columns} by {grid.Rows} places; between them the page mixes the four nearest, which is off by at most " +
        $"{grid.InterpolationError * GrayLevels:0.0} of 255 gray levels on average over an image.",
        $"A plane with the codes of the {images} images, colored by class, and the image that is decoded at the chosen place.",
        grid, cloud, Pictures.Width, Pictures.Height);
}

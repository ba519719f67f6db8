using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>Draws figures: texts, tables, pictures and charts that a page can show.</summary>
public static class ReportDrawing
{
    private const string Missing = "There is no run of this study here.";

    /// <summary>Draws the figures of both studies, in order.</summary>
    /// <param name="rotation">Those of the rotation study; null where no run of it was given.</param>
    /// <param name="denoising">Those of the denoising study; null where no run of it was given.</param>
    /// <returns>The document: a section for each study. That of a missing one says what to do.</returns>
    public static ReportDocument Draw(RotationFigures? rotation, DenoisingFigures? denoising) => new(
        "FashionAE: two studies on Fashion-MNIST",
        "Fashion-MNIST is a set of small gray pictures of garments, 28 by 28 pixels each. An autoencoder is a neural network in two halves: the " +
        "encoder sums up a picture in very few numbers, the code; the decoder draws the picture again from the code alone. Here the code has just " +
        "two numbers, so each garment is a point of a plane that one can look at. The first study asks what happens to garments that are turned, " +
        "the second whether an autoencoder can take noise away.",
        [
            rotation is null
                ? new ReportSection(
                    RotationSection.Id, RotationSection.Title,
                    $"{Missing} Train both of its models with \"{RotationSection.TrainBefore}\" and \"{RotationSection.TrainAfter}\", and give both folders to \"fashionae report\".",
                    [])
                : RotationSection.Draw(rotation),
            denoising is null
                ? new ReportSection(
                    DenoisingSection.Id, DenoisingSection.Title,
                    $"{Missing} Train its model with \"{DenoisingSection.Train}\", and give the folder to \"fashionae report\".",
                    [])
                : DenoisingSection.Draw(denoising),
        ]);
}

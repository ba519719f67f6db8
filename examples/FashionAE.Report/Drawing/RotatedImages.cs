using FashionAE.Report.Figures;
using FashionAE.Report.Page;

namespace FashionAE.Report.Drawing;

/// <summary>Turned images and what a model makes of them.</summary>
internal static class RotatedImages
{
    public static PictureFigure Draw(string id, string title, string model, IReadOnlyList<Reconstruction> images)
    {
        var wrong = images.Count(image => image.IsWrong);
        return new PictureFigure(
            id, title,
            "The upright test image, the same image turned, and what " + model + " decodes from the turned one; it should look like the upright image. A classifier that " +
            "was trained on the real images says what it sees in the decoded one: its verdict is written below, and marked where it is not the garment's own class. " +
            $"Decoded into another class: {wrong} of these {images.Count}.",
            $"{images.Count} test images, turned, and what {model} decodes; marked as wrong: {wrong}.",
            ["upright", "turned", "decoded"], [.. images.Select(image => image.ClassName)],
            [
                [.. images.Select(image => Pictures.Gray(image.Original))],
                [.. images.Select(image => Pictures.Gray(image.Input))],
                [.. images.Select(image => Pictures.Gray(image.Decoded, image.JudgedClass, image.IsWrong))],
            ]);
    }
}

using FashionAE.Report.Figures;

namespace FashionAE.Report.Drawing;

/// <summary>What is said of charts of codes.</summary>
internal static class CodeTexts
{
    public static string Use(CodeCloud cloud) =>
        $"Point at one of the {Numerals.Count(cloud.Pictures.Count)} larger marks to see its garment and what is decoded from its code. Click the names of classes to show " +
        $"only these; click again to show all. Draw a rectangle in the plane to see the number of codes in it and their mean error, class by class, in the bars beneath. The mean " +
        $"error of all is {Numerals.Error(cloud.Errors.Count == 0 ? 0 : cloud.Errors.Average(error => (double)error))}.";

    public static string Describe(CodeCloud cloud, string images) =>
        $"A scatter plot of the codes of {Numerals.Count(cloud.X.Count)} {images}, colored by class ({Sentence.List(cloud.ClassNames)}), over bars of the mean squared error and the number of codes of each class.";
}

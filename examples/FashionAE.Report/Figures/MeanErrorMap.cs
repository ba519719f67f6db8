namespace FashionAE.Report.Figures;

/// <summary>Where the decoded images of a class differ from their originals, on average over the test images.</summary>
/// <param name="Inputs">What the model was shown, such as "noise 0.25".</param>
/// <param name="ClassName">The class, or "all".</param>
/// <param name="Errors">The mean of the squared errors of each pixel, in [0, 1]; their mean is the mean squared error.</param>
public sealed record MeanErrorMap(string Inputs, string ClassName, float[] Errors);

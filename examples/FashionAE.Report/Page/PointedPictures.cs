namespace FashionAE.Report.Page;

/// <summary>What is shown of a mark that is pointed at.</summary>
/// <param name="Text">A line or two, such as the class and the error.</param>
/// <param name="First">The picture on the left, labeled.</param>
/// <param name="Second">The picture on the right, labeled.</param>
public sealed record PointedPictures(string Text, Picture First, Picture Second);

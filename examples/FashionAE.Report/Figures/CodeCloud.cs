namespace FashionAE.Report.Figures;

/// <summary>The 2-D codes of a set of images.</summary>
/// <param name="ClassNames">The names that labels stand for.</param>
/// <param name="X">The first value of each code.</param>
/// <param name="Y">The second.</param>
/// <param name="Labels">The class of each.</param>
/// <param name="Errors">The mean squared error of each reconstruction, in [0, 1].</param>
/// <param name="Pictures">Images and reconstructions of a sample of the codes: those that can be looked at. In ascending order of index.</param>
public sealed record CodeCloud(
    IReadOnlyList<string> ClassNames, IReadOnlyList<float> X, IReadOnlyList<float> Y, IReadOnlyList<int> Labels, IReadOnlyList<float> Errors,
    IReadOnlyList<CodePictures> Pictures);

using FashionAE.Studies.Runs;

namespace FashionAE.Report.Figures;

/// <summary>
/// The figures of the rotation study: "before" is the model that was trained on upright images alone, "after" the one trained on rotated
/// copies too. One of them may be missing; what it would show is null then, and what needs any model shows the other.
/// </summary>
/// <param name="Samples">Three images of each class.</param>
/// <param name="Codes">The codes of the training set, by the model before (else after).</param>
/// <param name="Reconstructions">Upright test images, by the same model.</param>
/// <param name="RotatedBefore">Rotated test images, by the model before.</param>
/// <param name="RotatedAfter">The same ones, by the model after.</param>
/// <param name="PathCloud">The codes of the training set, by the model after (else before).</param>
/// <param name="Paths">The codes of one test image of each class and nine random rotations of it, by the same model.</param>
/// <param name="MeanErrors">Where each model fails on average.</param>
/// <param name="Judged">How many are decoded as their own class: a row for each class and one for all.</param>
/// <param name="DecodedBefore">The classes that the model before decodes rotated images into; null, too, if its run lacks them.</param>
/// <param name="DecodedAfter">The same by the model after.</param>
/// <param name="Grid">What the model after (else before) decodes over the plane.</param>
/// <param name="Runs">How the models came to be, before and after.</param>
public sealed record RotationFigures(
    IReadOnlyList<ClassSamples> Samples, CodeCloud Codes, IReadOnlyList<Reconstruction> Reconstructions, IReadOnlyList<Reconstruction>? RotatedBefore,
    IReadOnlyList<Reconstruction>? RotatedAfter, CodeCloud PathCloud, IReadOnlyList<RotationPath> Paths,
    IReadOnlyList<MeanErrorMap> MeanErrors, IReadOnlyList<JudgedShare> Judged, ConditionMetrics? DecodedBefore,
    ConditionMetrics? DecodedAfter, LatentGrid Grid, IReadOnlyList<RunSummary> Runs);

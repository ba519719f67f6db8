namespace FashionAE.Cli.Diagnosis;

/// <summary>Something that the doctor looked at.</summary>
/// <param name="Subject">What it is.</param>
/// <param name="Value">How it was found.</param>
/// <param name="Remedy">What to do about it; null where it is fine.</param>
internal sealed record Finding(string Subject, string Value, string? Remedy = null);

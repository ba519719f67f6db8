namespace Microsoft.ML.Transforms.Image;

/// <summary>A rectangle of whole pixels, which may reach beyond the image that it lies on.</summary>
internal readonly record struct PixelRectangle(int X, int Y, int Width, int Height);

namespace FashionAE.Report.Page;

/// <summary>Colours that people with any kind of colour vision can tell apart: the scheme "muted" of Paul Tol (Colour Schemes, 2021).</summary>
public static class Palette
{
    /// <summary>Gets ten colours for classes, as "#rrggbb". Marks differ in shape, too.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499", "#888888"];

    /// <summary>Gets the shapes of marks that go with them, as Vega names them.</summary>
    public static IReadOnlyList<string> Shapes { get; } =
        ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left", "stroke", "wedge"];
}

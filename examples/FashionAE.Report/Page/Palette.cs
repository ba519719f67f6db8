namespace FashionAE.Report.Page;

/// <summary>Colours that people with any kind of colour vision can tell apart: the scheme "muted" of Paul Tol (Colour Schemes, 2021).</summary>
public static class Palette
{
    /// <summary>Gets the colours of <see cref="Classes"/> for a dark background: those that would be lost on it are lighter.</summary>
    public static IReadOnlyList<string> DarkClasses { get; } =
        ["#8a7fe8", "#88ccee", "#44aa99", "#4fb85f", "#b3b34d", "#ddcc77", "#e0808f", "#d0477f", "#cf74bf", "#a3a3a3"];

    /// <summary>Gets ten colours for classes, as "#rrggbb". Marks differ in shape, too.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499", "#888888"];

    /// <summary>Gets the shapes of marks that go with them, as Vega names them.</summary>
    public static IReadOnlyList<string> Shapes { get; } =
        ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left", "stroke", "wedge"];
}

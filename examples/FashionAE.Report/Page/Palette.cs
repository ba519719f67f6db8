namespace FashionAE.Report.Page;

/// <summary>
/// Colors that people with any kind of color vision can tell apart: the scheme "muted" of Paul Tol (Color Schemes, 2021) in its order,
/// in which the first few differ most.
/// </summary>
public static class Palette
{
    /// <summary>Gets ten colors for classes, as "#rrggbb". Marks differ in shape, too.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["#cc6677", "#332288", "#ddcc77", "#117733", "#88ccee", "#882255", "#44aa99", "#999933", "#aa4499", "#888888"];

    /// <summary>Gets the colors of <see cref="Classes"/> for a dark background: those that would be lost on it are lighter.</summary>
    public static IReadOnlyList<string> DarkClasses { get; } =
        ["#e0808f", "#8a7fe8", "#ddcc77", "#4fb85f", "#88ccee", "#d0477f", "#44aa99", "#b3b34d", "#cf74bf", "#a3a3a3"];

    /// <summary>Gets the shapes of marks that go with them, as Vega names them or as SVG paths (a saltire and a hexagon).</summary>
    public static IReadOnlyList<string> Shapes { get; } =
        ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left",
            "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z", "M0,-1L.87,-.5L.87,.5L0,1L-.87,.5L-.87,-.5Z"];
}

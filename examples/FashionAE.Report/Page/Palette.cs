namespace FashionAE.Report.Page;

/// <summary>Colours that people with any kind of colour vision can tell apart: the scheme "muted" of Paul Tol (Colour Schemes, 2021).</summary>
public static class Palette
{
    /// <summary>Gets ten colours for classes, as "#rrggbb". Marks differ in shape, too.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499", "#888888"];

    /// <summary>Gets the shapes of marks that go with them, as Vega names them.</summary>
    public static IReadOnlyList<string> Shapes { get; } =
        ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left",
            // A saltire and a hexagon, as SVG paths: Vega's other names are of thin marks that cannot be seen when small.
            "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z", "M0,-1L.87,-.5L.87,.5L0,1L-.87,.5L-.87,-.5Z"];
}

using System.Text.Json.Nodes;

namespace FashionAE.Report.Page;

/// <summary>A chart.</summary>
/// <param name="Id">Its anchor and the name of its files.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Caption">What there is to see, as plain text.</param>
/// <param name="Description">What it shows, for those who do not see it.</param>
/// <param name="Specification">The Vega-Lite specification, with its data in it. It sets no colors of text or background: the page has themes.</param>
/// <param name="Pictures">
/// What marks show when they are pointed at: a mark whose datum has the field "picture", an index, shows those of that place. Null for none.
/// </param>
public sealed record ChartFigure(
    string Id, string Title, string Caption, string Description, JsonObject Specification, IReadOnlyList<PointedPictures>? Pictures = null)
    : ReportFigure(Id, Title, Caption, Description);

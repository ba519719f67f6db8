using System.Diagnostics.CodeAnalysis;
using FashionAE.Report;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.ML;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves the report page of an autoencoder. The server decodes the latent vector of any position in the plane.</summary>
public static class AutoencoderExplorer
{
    /// <summary>
    /// Serves the page of <see cref="AutoencoderReport"/>. The server decodes any position in the plane, for models with latent vectors of
    /// any length. This method reads the data before it returns.
    /// </summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The route of the page, such as "/codes". Latent vectors are decoded at "/codes/decode".</param>
    /// <param name="model">The trained autoencoder or detector, or a chain with one. Do not dispose it while the application runs.</param>
    /// <param name="view">The data, with the columns that the model reads.</param>
    /// <param name="options">The options of the report; null for the defaults.</param>
    /// <returns>The group of both routes, for example to require authorization.</returns>
    /// <inheritdoc cref="AutoencoderReport.Save" path="/exception[not(@cref='T:System.IO.IOException')]"/>
    /// <example>
    /// <code>
    /// app.MapAutoencoderExplorer("/codes", model, view);
    /// </code>
    /// </example>
    public static RouteGroupBuilder MapAutoencoderExplorer(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, ITransformer model, IDataView view,
        ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var figures = AutoencoderFigures.Read(model, view, options);
        // A page of images needs no grid, because the server decodes every position. A page of vectors shows the mean of the grid.
        var page = figures.ToDocument(figure => figure switch
        {
            PlaneFigure { Slots: null } plane => plane with { DecodeUrl = "decode", Grid = null },
            PlaneFigure plane => plane with { DecodeUrl = "decode" },
            _ => figure,
        }).ToHtml();
        var (size, shape, decoder, turns) = (figures.LatentSize, figures.InputShape.Image, figures.Decoder, new Lock());
        var group = endpoints.MapGroup(pattern);
        group.MapGet("", () => Results.Bytes(page, "text/html; charset=utf-8"));
        group.MapPost("decode", (float[] code) =>
        {
            if (code.Length != size || !Array.TrueForAll(code, float.IsFinite))
                return Results.Text(
                    $"A code has {size} finite values: send them as a JSON array.", statusCode: StatusCodes.Status400BadRequest);
            float[] values;
            lock (turns)
                values = decoder(code);
            return shape is { } image ? Results.Bytes(Picture.Of(values, image).ToPng(), "image/png") : Results.Ok(values);
        });
        return group;
    }
}

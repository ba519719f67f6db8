using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>The state of a cursor at a row.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Position">The row's position.</param>
/// <param name="Value">The value of one column, bit for bit.</param>
internal sealed record CursorRow(DataViewRowId Id, long Position, string Value);

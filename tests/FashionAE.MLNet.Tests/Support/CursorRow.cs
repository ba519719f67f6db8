using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Support;

/// <summary>What a cursor says of a row.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Position">Its position.</param>
/// <param name="Value">The value of one column, to the bit.</param>
internal sealed record CursorRow(DataViewRowId Id, long Position, string Value);

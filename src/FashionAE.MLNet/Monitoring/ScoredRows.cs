using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Rows of which latent vector and score are known.</summary>
internal static class ScoredRows
{
    // They hide no column of the data.
    public const string CodeColumn = "FashionAE.Code";
    public const string ScoreColumn = "FashionAE.Score";

    /// <summary>Reads a view with both columns; the latent vector of a row is in the place of the one before.</summary>
    public static IEnumerable<(ReadOnlyMemory<float> Code, float Score)> Read(IDataView scored)
    {
        var (code, score) = (scored.Schema[CodeColumn], scored.Schema[ScoreColumn]);
        using var cursor = scored.GetRowCursor([code, score]);
        var (getCode, getScore) = (cursor.GetGetter<VBuffer<float>>(code), cursor.GetGetter<float>(score));
        var (buffer, number) = (default(VBuffer<float>), 0f);
        var values = new float[((VectorDataViewType)code.Type).Size];
        while (cursor.MoveNext())
        {
            getCode(ref buffer);
            getScore(ref number);
            buffer.CopyTo(values);
            yield return (values, number);
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Reads the latent vectors and scores of rows.</summary>
internal static class ScoredRows
{
    // The prefix keeps these columns from hiding columns of the data.
    public const string CodeColumn = "FashionAE.Code";
    public const string ScoreColumn = "FashionAE.Score";

    /// <summary>Reads a view with both columns. The memory of a latent vector is reused for the next row.</summary>
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

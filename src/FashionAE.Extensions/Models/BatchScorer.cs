using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.Extensions;

/// <summary>Scores batches of rows by a pipeline, one batch after the other. The view of the pipeline is made once.</summary>
internal sealed class BatchScorer
{
    private readonly SourceRows _source;
    private readonly IDataView _view;
    private readonly IRowToRowMapper? _last;
    private readonly DataViewSchema.Column[] _columns;
    private readonly DataViewSchema.Column[] _needed;
    private readonly AnswerColumn[] _answers;

    /// <exception cref="ArgumentOutOfRangeException">The pipeline needs another column, or there is no column of an answer.</exception>
    public BatchScorer(MLContext ml, ServedPipeline pipeline, IReadOnlyList<string>? columns)
    {
        _source = new SourceRows(ml, pipeline);
        _view = pipeline.Batched.Transform(_source.View);
        _last = (pipeline.ByRow as ITransformer)?.GetRowToRowMapper(_view.Schema);
        var schema = _last?.OutputSchema ?? _view.Schema;
        var added = schema.Where(column => column.Index > 0 && !column.IsHidden);
        var found = added.Select(column => (Column: column, Answer: AnswerColumn.Of(column)))
            .Where(of => of.Answer is not null).ToDictionary(of => of.Column.Name);
        var names = columns ?? [.. found.Keys];
        if (names.FirstOrDefault(name => !found.ContainsKey(name)) is { } missing)
            throw new ArgumentOutOfRangeException(
                nameof(columns), $"It adds no column '{missing}' that an answer can hold: choose of {string.Join(", ", found.Keys)}.");
        _columns = [.. names.Select(name => found[name].Column)];
        _answers = [.. names.Select(name => found[name].Answer!)];
        _needed = _last is null ? _columns : [.. _last.GetDependencies(_columns)];
    }

    /// <summary>Gets the names of the columns of an answer.</summary>
    public IReadOnlyList<string> Columns => Array.ConvertAll(_answers, answer => answer.Name);

    /// <summary>Scores rows, each of which has as many numbers as the column.</summary>
    public IReadOnlyDictionary<string, object>[] Score(IReadOnlyList<float[]> rows)
    {
        _source.Set(rows);
        using var cursor = _view.GetRowCursor(_needed);
        var row = _last is null ? cursor : _last.GetRow(cursor, _columns);
        var reads = Array.ConvertAll(_answers, answer => answer.Bind(row));
        var answers = new IReadOnlyDictionary<string, object>[rows.Count];
        for (var i = 0; cursor.MoveNext(); i++)
        {
            var answer = new Dictionary<string, object>(reads.Length);
            for (var column = 0; column < reads.Length; column++)
                answer.Add(_answers[column].Name, reads[column]());
            answers[i] = answer;
        }
        return answers;
    }
}

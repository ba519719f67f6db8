using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>
/// Converts results to data frames, and splits their columns of vectors. For views, Microsoft.Data.Analysis has a <c>ToDataFrame</c>. A
/// data frame is itself a view.
/// </summary>
public static partial class DataFrameExtensions
{
    /// <summary>Creates a table of the training history, with one row per epoch.</summary>
    /// <param name="history">The history of the training.</param>
    /// <returns>
    /// The properties of <see cref="EpochRecord"/> as columns, starting with Epoch (Int32). Losses, their sums, the learning rate and
    /// seconds are Double; numbers of examples are Int64. Values that were not measured are null.
    /// </returns>
    public static DataFrame ToDataFrame(this TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var epochs = history.Epochs;
        DoubleDataFrameColumn Doubles(string name, Func<EpochRecord, double?> value) => new(name, epochs.Select(value));
        Int64DataFrameColumn Counts(string name, Func<EpochRecord, long?> value) => new(name, epochs.Select(value));
        return new DataFrame(
            new Int32DataFrameColumn(nameof(EpochRecord.Epoch), epochs.Select(e => e.Epoch)),
            Doubles(nameof(EpochRecord.TrainLoss), e => e.TrainLoss),
            Doubles(nameof(EpochRecord.ValidationLoss), e => e.ValidationLoss),
            Doubles(nameof(EpochRecord.TestLoss), e => e.TestLoss),
            Doubles(nameof(EpochRecord.LearningRate), e => e.LearningRate),
            Doubles(nameof(EpochRecord.Seconds), e => e.Seconds),
            Counts(nameof(EpochRecord.TrainExamples), e => e.TrainExamples),
            Doubles(nameof(EpochRecord.TrainLossSum), e => e.TrainLossSum),
            Counts(nameof(EpochRecord.ValidationExamples), e => e.ValidationExamples),
            Doubles(nameof(EpochRecord.ValidationLossSum), e => e.ValidationLossSum),
            Counts(nameof(EpochRecord.TestExamples), e => e.TestExamples),
            Doubles(nameof(EpochRecord.TestLossSum), e => e.TestLossSum));
    }

    /// <summary>
    /// Creates a table of metrics, with one row per class in the order of the labels, and a last row, "all", for all images.
    /// </summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// The columns Class (String), Count (Int32), and as Double: Mse, Psnr (decibels) and Ssim, which are means over the images, and
    /// PsnrOfMeanMse (decibels), which is computed from the mean error.
    /// </returns>
    public static DataFrame ToDataFrame(this ReconstructionMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        KeyValuePair<string, ReconstructionMetrics>[] rows = [.. metrics.PerClass, new("all", metrics)];
        DoubleDataFrameColumn Scores(string name, Func<ReconstructionMetrics, double> score) => new(name, rows.Select(r => score(r.Value)));
        return new DataFrame(
            new StringDataFrameColumn("Class", rows.Select(r => r.Key)),
            new Int32DataFrameColumn(nameof(ReconstructionMetrics.Count), rows.Select(r => r.Value.Count)),
            Scores("Mse", m => m.MeanSquaredError),
            Scores("Psnr", m => m.PeakSignalToNoiseRatio),
            Scores("Ssim", m => m.StructuralSimilarity),
            Scores("PsnrOfMeanMse", m => m.PeakSignalToNoiseRatioOfMeanError));
    }

    /// <summary>
    /// Replaces each column of vectors by one column per slot. Use it before <c>SaveCsv</c>, which writes the value of a slot as a
    /// number, but a vector as the text of its whole buffer. The buffer can have more or fewer values than the vector.
    /// </summary>
    /// <param name="frame">The data frame. It is not changed.</param>
    /// <returns>
    /// A new data frame. A column Code of vectors is replaced by the columns Code.0, Code.1 and so on, one per slot. They have the type of
    /// the vectors' values: Single, Double or Byte. If the vectors have length 0 or the frame has no rows, the column is removed. All other
    /// columns are copied.
    /// </returns>
    /// <exception cref="ArgumentException">Vectors of a column differ in length, or a column such as Code.0 already exists.</exception>
    /// <exception cref="NotSupportedException">The vectors of a column have values of another type.</exception>
    /// <example>
    /// <code>
    /// DataFrame.SaveCsv(model.Transform(test).ToDataFrame(-1, "LabelText", "Code").SplitVectors(), "codes.csv");
    /// </code>
    /// </example>
    public static DataFrame SplitVectors(this DataFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new DataFrame(frame.Columns.SelectMany(Split));
    }

    private static IEnumerable<DataFrameColumn> Split(DataFrameColumn column) => column switch
    {
        VBufferDataFrameColumn<float> vectors => Split(vectors, (name, values) => new SingleDataFrameColumn(name, values)),
        VBufferDataFrameColumn<double> vectors => Split(vectors, (name, values) => new DoubleDataFrameColumn(name, values)),
        VBufferDataFrameColumn<byte> vectors => Split(vectors, (name, values) => new ByteDataFrameColumn(name, values)),
        _ when column.DataType.IsGenericType && column.DataType.GetGenericTypeDefinition() == typeof(VBuffer<>) =>
            throw new NotSupportedException(
                $"Column '{column.Name}' has vectors of {column.DataType.GenericTypeArguments[0].Name}. "
                + "Only vectors of Single, Double and Byte can be split."),
        _ => [column.Clone()],
    };

    private static IEnumerable<DataFrameColumn> Split<T>(
        VBufferDataFrameColumn<T> vectors, Func<string, IEnumerable<T>, DataFrameColumn> create)
    {
        var length = vectors.Length == 0 ? 0 : vectors[0].Length;
        var slots = Enumerable.Range(0, length).Select(_ => new T[vectors.Length]).ToArray();
        var row = 0L;
        foreach (var vector in vectors)
        {
            if (vector.Length != length)
                throw new ArgumentException(
                    $"Row {row} has {vector.Length} values in column '{vectors.Name}', but row 0 has {length}: "
                    + "only vectors of equal length can be split.");
            foreach (var (slot, value) in vector.Items(all: true))
                slots[slot][row] = value;
            row++;
        }
        return slots.Select((values, slot) => create($"{vectors.Name}.{slot}", values));
    }
}

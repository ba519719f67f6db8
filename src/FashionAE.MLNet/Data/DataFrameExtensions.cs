using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

/// <summary>Results as data frames. Views have a <c>ToDataFrame</c> of Microsoft.Data.Analysis, and a data frame is a view.</summary>
public static partial class DataFrameExtensions
{
    /// <summary>Makes a table of a training, a row for each epoch in order.</summary>
    /// <param name="history">The course of the training.</param>
    /// <returns>
    /// The properties of <see cref="EpochRecord"/> as columns, from Epoch (Int32) on: losses and their sums, the learning rate and seconds
    /// as Double, counts of examples as Int64. What was not measured is null.
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

    /// <summary>Makes a table of metrics: a row for each class in the order of the labels, and a last one, "all", for all images.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// The columns Class (String), Count (Int32), and, Double, Mse, Psnr (decibels), Ssim: means over the images; and PsnrOfMeanMse, the
    /// ratio of the mean error (decibels).
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
    /// Replaces each column of vectors by columns of single values. <c>SaveCsv</c> writes those as numbers; of a vector it writes a text
    /// of everything that its buffer holds, which can be more or less than the vector.
    /// </summary>
    /// <param name="frame">The data frame; it is left as it is.</param>
    /// <returns>
    /// A new data frame. In place of a column Code of vectors are Code.0, Code.1 and so on, a column for each slot, of the type of the
    /// vectors' values: Single, Double or Byte. Of vectors of length 0, and where there is no row to tell the length, no column is left.
    /// All other columns are copied.
    /// </returns>
    /// <exception cref="ArgumentException">Vectors of a column differ in length, or beside Code there is a Code.0 already.</exception>
    /// <exception cref="NotSupportedException">The values of a column's vectors are of another type.</exception>
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
                $"Column '{column.Name}' has vectors of {column.DataType.GenericTypeArguments[0].Name}; "
                + "those of Single, Double and Byte can be split."),
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
                    $"Row {row} has {vector.Length} values in column '{vectors.Name}', row 0 has {length}: "
                    + "only vectors of one length can be split.");
            foreach (var (slot, value) in vector.Items(all: true))
                slots[slot][row] = value;
            row++;
        }
        return slots.Select((values, slot) => create($"{vectors.Name}.{slot}", values));
    }
}

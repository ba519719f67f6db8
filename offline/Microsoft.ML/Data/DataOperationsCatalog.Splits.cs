using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        CheckSplit(data, samplingKeyColumnName);
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), "The fraction must be more than 0 and less than 1.");
        return Split(data, SeedOr(seed, "Split"), 0, testFraction);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        CheckSplit(data, samplingKeyColumnName);
        if (numberOfFolds < 2)
            throw new ArgumentOutOfRangeException(nameof(numberOfFolds), "There must be two folds at least.");
        var sameForAll = SeedOr(seed, "Split");
        return Enumerable.Range(0, numberOfFolds)
            .Select(fold => Split(data, sameForAll, (double)fold / numberOfFolds, (double)(fold + 1) / numberOfFolds)).ToArray();
    }

    private static TrainTestData Split(IDataView data, int seed, double lowerBound, double upperBound) => new(
        new DrawDataView(data, seed, lowerBound, upperBound, complement: true), new DrawDataView(data, seed, lowerBound, upperBound, complement: false));

    private static void CheckSplit(IDataView data, string samplingKeyColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (samplingKeyColumnName is not null)
            throw new NotSupportedException("Only the package can keep rows together by a sampling key.");
    }
}

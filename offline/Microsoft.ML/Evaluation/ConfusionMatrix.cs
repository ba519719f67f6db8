using System.Text;

namespace Microsoft.ML.Data;

/// <summary>How often rows of each class, a row of the matrix, were taken for each class, a column.</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _names;

    internal ConfusionMatrix(double[][] counts, string[] names)
    {
        (Counts, _names) = (counts, names);
        PerClassPrecision = names.Select((_, i) => Share(counts[i][i], counts.Sum(row => row[i]))).ToArray();
        PerClassRecall = names.Select((_, i) => Share(counts[i][i], counts[i].Sum())).ToArray();
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses => _names.Length;

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckIndex(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckIndex(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    public string GetFormattedConfusionTable()
    {
        var (cell, rule) = NumberOfClasses == 2 ? (8, 11) : (5, 8);
        var digits = $"{NumberOfClasses - 1}".Length;
        var longest = _names.Max(name => name.Length);
        // Where a name is too long for the head of a column, the head is the number of the class, which then stands before the name too.
        var isNumbered = longest > cell;
        var margin = Math.Max("Precision".Length, isNumbered ? digits + 2 + longest : longest);
        var line = $"{new string(' ', margin)} ||{new string('=', rule * NumberOfClasses)}";
        var text = new StringBuilder().AppendLine().AppendLine("Confusion table").AppendLine(line);
        text.Append("PREDICTED".PadRight(margin)).Append(" ||");
        for (var i = 0; i < NumberOfClasses; i++)
            text.Append(' ').Append((isNumbered ? $"{i}" : _names[i]).PadLeft(cell)).Append(" |");
        text.AppendLine(" Recall").Append("TRUTH".PadRight(margin)).AppendLine(line[margin..]);
        for (var i = 0; i < NumberOfClasses; i++)
        {
            if (isNumbered)
                text.Append($"{i}".PadLeft(digits)).Append(". ").Append(_names[i].PadLeft(margin - digits - 2));
            else
                text.Append(_names[i].PadLeft(margin));
            text.Append(" ||");
            foreach (var count in Counts[i])
                text.Append(' ').Append($"{count:N0}".PadLeft(cell)).Append(" |");
            text.AppendLine($" {PerClassRecall[i]:F4}");
        }
        text.AppendLine(line).Append("Precision".PadRight(margin)).Append(" ||");
        foreach (var precision in PerClassPrecision)
            text.Append($"{precision:F4}".PadLeft(cell + 1)).Append(" |");
        return text.AppendLine().ToString();
    }

    private static double Share(double count, double all) => all > 0 ? count / all : 0;

    private void CheckIndex(int index, string parameter)
    {
        if (index < 0 || index >= NumberOfClasses)
            throw new ArgumentOutOfRangeException(parameter, $"There is no class {index} among {NumberOfClasses}.");
    }
}

namespace FashionAE.MLNet;

/// <summary>A matrix whose values are zero away from the diagonal. It computes weighted means of neighbors along an axis.</summary>
internal sealed class BandMatrix
{
    private readonly (int First, double[] Weights)[] _rows;
    private readonly (int First, double[] Weights)[] _columns;

    /// <param name="size">The number of columns.</param>
    /// <param name="rows">
    /// The values of each row and the column of its first value. A row must not begin or end before the row above it.
    /// </param>
    public BandMatrix(int size, IEnumerable<(int First, double[] Weights)> rows)
    {
        (Size, _rows) = (size, [.. rows]);
        var columns = Enumerable.Range(0, size).Select(_ => new List<double>()).ToArray();
        var firsts = new int[size];
        for (var row = 0; row < _rows.Length; row++)
            for (var i = 0; i < _rows[row].Weights.Length; i++)
            {
                var column = _rows[row].First + i;
                if (columns[column].Count == 0)
                    firsts[column] = row;
                columns[column].Add(_rows[row].Weights[i]);
            }
        _columns = [.. columns.Select((weights, column) => (firsts[column], weights.ToArray()))];
    }

    public int Size { get; }

    public int Rows => _rows.Length;

    /// <summary>Creates a row that computes the mean of consecutive values.</summary>
    public static (int First, double[] Weights) Mean(int first, int count)
    {
        var weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        return (first, weights);
    }

    public (int First, double[] Weights) Row(int row) => _rows[row];

    public (int First, double[] Weights) Column(int column) => _columns[column];

    /// <summary>Returns all values, [Rows, Size].</summary>
    public double[] ToArray()
    {
        var values = new double[Rows * Size];
        for (var row = 0; row < Rows; row++)
            _rows[row].Weights.CopyTo(values, row * Size + _rows[row].First);
        return values;
    }
}

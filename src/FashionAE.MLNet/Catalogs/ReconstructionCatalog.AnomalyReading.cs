using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet;

public sealed partial class ReconstructionCatalog
{
    /// <summary>Reads the rows of a cursor one by one and computes the metrics.</summary>
    private sealed class AnomalyReading
    {
        private readonly DataViewRow _row;
        private readonly Func<bool> _isAnomaly;
        private readonly Func<(uint Key, string Name)>? _getClass;
        private readonly ValueGetter<float> _getScore;
        private readonly ValueGetter<bool>? _getVerdict;
        private readonly PixelReading? _pixels;

        private readonly RankCurve _scores = new();
        private int _detected;
        private int _falseAlarms;

        // The normal classes that are missing in the key values of the label column, and the classes of the rows that were read.
        private string[] _unseen = [];
        private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);

        // Collected only if there are metrics per class.
        private readonly List<float> _normal = [];
        private readonly Dictionary<(uint Key, string Name), (List<float> Scores, int Detected)> _classes = [];

        public AnomalyReading(DataViewRow row, AnomalyColumns columns, AnomalyEvaluationOptions options)
        {
            _row = row;
            _isAnomaly = LabelGetter(columns.Label, options);
            _getClass = columns.Class is { } classes ? LabelColumn.Getter(row, classes) : null;
            _getScore = row.GetGetter<float>(columns.Score);
            _getVerdict = columns.Verdict is { } verdict ? row.GetGetter<bool>(verdict) : null;
            _pixels = columns.Truth is null ? null : new PixelReading(row, columns, options.Shape);
        }

        /// <summary>Reads the current row.</summary>
        public void Read()
        {
            var (score, verdict) = (0f, false);
            var isAnomaly = _isAnomaly();
            _getScore(ref score);
            _getVerdict?.Invoke(ref verdict);
            _pixels?.Read();
            if (!isAnomaly)
            {
                _scores.AddNormal(score);
                _falseAlarms += verdict ? 1 : 0;
                if (_getClass is not null)
                    _normal.Add(score);
                return;
            }
            _scores.AddAnomaly(score);
            _detected += verdict ? 1 : 0;
            if (_getClass is null)
                return;
            var key = _getClass();
            var (scores, detected) = _classes.TryGetValue(key, out var known) ? known : ([], 0);
            scores.Add(score);
            _classes[key] = (scores, detected + (verdict ? 1 : 0));
        }

        /// <exception cref="InvalidOperationException">
        /// There are no rows, all rows or pixels are normal, all are anomalous, or a normal class is unknown.
        /// </exception>
        public AnomalyMetrics ToMetrics()
        {
            if (_scores.NormalCount + _scores.AnomalyCount == 0)
                throw new InvalidOperationException("There are no rows to evaluate.");
            if (Array.Find(_unseen, name => !_seen.Contains(name)) is { } unknown)
                throw new InvalidOperationException(
                    $"The option {nameof(AnomalyEvaluationOptions.NormalClasses)} contains '{unknown}', but no row has this class. The"
                    + $" classes are: {string.Join(", ", _seen.Take(20))}.");
            if (_scores.NormalCount == 0 || _scores.AnomalyCount == 0)
                throw new InvalidOperationException(
                    $"There are {_scores.NormalCount} normal rows and {_scores.AnomalyCount} anomalies: metrics need both. Check the labels"
                    + (_getClass is null ? "." : " and the option NormalClasses."));
            return Of(_scores, _detected, _falseAlarms) with
            {
                Pixels = _pixels?.ToMetrics(),
                PerClass = _classes.OrderBy(c => c.Key.Key).ThenBy(c => c.Key.Name, StringComparer.Ordinal)
                    .ToDictionary(c => c.Key.Name, c => OfClass(c.Value.Scores, c.Value.Detected)),
            };
        }

        private AnomalyMetrics OfClass(List<float> scores, int detected)
        {
            var curve = new RankCurve();
            foreach (var score in _normal)
                curve.AddNormal(score);
            foreach (var score in scores)
                curve.AddAnomaly(score);
            return Of(curve, detected, _falseAlarms);
        }

        private AnomalyMetrics Of(RankCurve scores, int detected, int falseAlarms) =>
            _getVerdict is null ? AnomalyMetrics.Of(scores, null, null) : AnomalyMetrics.Of(scores, detected, falseAlarms);

        private Func<bool> LabelGetter(DataViewSchema.Column label, AnomalyEvaluationOptions options)
        {
            if (!LabelColumn.HasClasses(label))
                return DetectorRows.LabelGetter(_row, label);
            var (getClass, normal) = (LabelColumn.Getter(_row, label), options.NormalClasses!.ToHashSet(StringComparer.Ordinal));
            _unseen = [.. normal.Except(LabelColumn.Names(label))];
            return () =>
            {
                var known = getClass();
                if (known.Key == 0 && label.Type is not TextDataViewType)
                    throw DetectorRows.NoLabel(_row, label);
                _seen.Add(known.Name);
                return !normal.Contains(known.Name);
            };
        }
    }

    /// <summary>Reads error maps and masks, and computes the metrics of pixels.</summary>
    private sealed class PixelReading
    {
        private readonly DataViewRow _row;
        private readonly AnomalyColumns _columns;
        private readonly RegionOverlap _overlap;
        private readonly ValueGetter<VBuffer<float>> _getErrors;
        private readonly Action<bool[]> _readTruth;
        private readonly Action<bool[]>? _readPredicted;
        private readonly float[] _errors;
        private readonly bool[] _truth;
        private readonly bool[] _predicted;
        private VBuffer<float> _map;

        public PixelReading(DataViewRow row, AnomalyColumns columns, ImageShape? shape)
        {
            var types = new[] { columns.ErrorMap!.Value, columns.Truth!.Value }.Select(column => (VectorDataViewType)column.Type);
            var (height, width) = shape is { } known ? (known.Height, known.Width) : RegionOverlap.SizeOf([.. types])
                ?? throw new InvalidOperationException(
                    $"The size of the images cannot be determined from the types of the columns '{columns.ErrorMap.Value.Name}' and "
                    + $"'{columns.Truth.Value.Name}': set the option Shape.");
            (_row, _columns, _overlap) = (row, columns, new RegionOverlap(height, width));
            _errors = new float[height * width];
            _truth = new bool[height * width];
            _predicted = new bool[columns.Predicted is null ? 0 : height * width];
            _getErrors = row.GetGetter<VBuffer<float>>(columns.ErrorMap.Value);
            _readTruth = MaskReader(columns.Truth.Value);
            _readPredicted = columns.Predicted is { } predicted ? MaskReader(predicted) : null;
        }

        public void Read()
        {
            _getErrors(ref _map);
            var channels = Channels(_map.Length, _columns.ErrorMap!.Value);
            if (channels == 0)
                throw WrongLength(0, _columns.ErrorMap.Value);
            Array.Clear(_errors);
            foreach (var (slot, error) in _map.Items())
                _errors[slot % _errors.Length] += error / channels;
            _readTruth(_truth);
            _readPredicted?.Invoke(_predicted);
            _overlap.Add(_errors, _truth, _predicted);
        }

        /// <exception cref="InvalidOperationException">All pixels are normal, or all are marked.</exception>
        public AnomalyPixelMetrics ToMetrics() => !_overlap.IsOneSided
            ? _overlap.ToMetrics(_readPredicted is not null)
            : throw new InvalidOperationException(
                $"The masks in column '{_columns.Truth!.Value.Name}' mark no pixels, or all pixels: pixel metrics need both.");

        private Action<bool[]> MaskReader(DataViewSchema.Column column) => ((VectorDataViewType)column.Type).ItemType switch
        {
            BooleanDataViewType => MaskReader<bool>(column, value => value),
            var item when item == NumberDataViewType.Byte => MaskReader<byte>(column, value => value > 0),
            _ => MaskReader<float>(column, value => value > 0.5f),
        };

        private Action<bool[]> MaskReader<T>(DataViewSchema.Column column, Func<T, bool> isMarked)
        {
            var get = _row.GetGetter<VBuffer<T>>(column);
            var mask = default(VBuffer<T>);
            return marks =>
            {
                get(ref mask);
                Channels(mask.Length, column);
                Array.Clear(marks);
                foreach (var (slot, value) in mask.Items())
                    marks[slot % marks.Length] |= isMarked(value);
            };
        }

        /// <summary>Gets the number of values per pixel in a vector.</summary>
        private int Channels(int length, DataViewSchema.Column column) =>
            length % _truth.Length == 0 ? length / _truth.Length : throw WrongLength(length, column);

        private InvalidOperationException WrongLength(int length, DataViewSchema.Column column) => new(
            $"Row {_row.Position} has {length} values in column '{column.Name}', but the images have {_truth.Length} pixels. "
            + "The column must have one value per pixel, or one per pixel and channel.");
    }
}

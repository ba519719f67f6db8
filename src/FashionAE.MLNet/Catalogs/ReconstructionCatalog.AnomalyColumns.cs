using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;
using Known = Microsoft.ML.Data.AnnotationUtils.Const;

namespace FashionAE.MLNet;

public sealed partial class ReconstructionCatalog
{
    /// <summary>Finds the columns to compare in a schema.</summary>
    private sealed class AnomalyColumns
    {
        private const string Parameter = "data";
        private const string Anomaly = Known.ScoreColumnKind.AnomalyDetection;

        // ML.NET's RandomizedPca annotates its columns like this, because it shares the scorer of binary classifiers.
        private const string Binary = Known.ScoreColumnKind.BinaryClassification;

        private readonly DataViewSchema _schema;

        // The score column set of the detector whose columns are found by annotations.
        private readonly uint? _set;

        /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
        /// <exception cref="ArgumentException">
        /// NormalClasses does not fit the type of the label, or a column of labels or masks is an output of a detector.
        /// </exception>
        public AnomalyColumns(DataViewSchema schema, AnomalyEvaluationOptions options)
        {
            _schema = schema;
            Label = FindLabel(options);
            CheckIsTruth(Label, "labels");
            Class = LabelColumn.HasClasses(Label) ? Label : null;
            if (options.ClassColumnName is { } classes)
                Class = LabelColumn.Find(schema, classes, "class");

            _set = options.ScoreColumnName is { } name
                ? SetOf(schema.GetColumnOrNull(name), Anomaly, Binary)
                : schema.Max(column => SetOf(column, Anomaly)) ?? schema.Max(column => SetOf(column, Binary));
            Score = Find("score", options.ScoreColumnName, Known.ScoreValueKind.Score, NumberDataViewType.Single)
                ?? throw Missing("score", "scores", nameof(options.ScoreColumnName));
            Verdict = Find(
                "predicted label", options.PredictedLabelColumnName, Known.ScoreValueKind.PredictedLabel, BooleanDataViewType.Instance);
            if (options.MaskColumnName is not { } mask)
                return;
            Truth = Named("mask", mask, isVector: true, BooleanDataViewType.Instance, NumberDataViewType.Byte, NumberDataViewType.Single);
            CheckIsTruth(Truth.Value, "true masks");
            ErrorMap = Find("error map", options.ErrorMapColumnName, ColumnAnnotations.ErrorMap, NumberDataViewType.Single, isVector: true)
                ?? throw Missing("error map", "error maps", nameof(options.ErrorMapColumnName));
            Predicted = Find(
                "predicted mask", options.PredictedMaskColumnName, ColumnAnnotations.Mask, BooleanDataViewType.Instance, isVector: true);
        }

        public DataViewSchema.Column Label { get; }

        public DataViewSchema.Column? Class { get; }

        public DataViewSchema.Column Score { get; }

        public DataViewSchema.Column? Verdict { get; }

        public DataViewSchema.Column? Truth { get; }

        public DataViewSchema.Column? ErrorMap { get; }

        public DataViewSchema.Column? Predicted { get; }

        public IEnumerable<DataViewSchema.Column> All =>
            new[] { Label, Class, Score, Verdict, Truth, ErrorMap, Predicted }.OfType<DataViewSchema.Column>().DistinctBy(c => c.Index);

        private DataViewSchema.Column FindLabel(AnomalyEvaluationOptions options)
        {
            var name = options.LabelColumnName;
            var label = _schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, "label", name);
            var hasClasses = LabelColumn.HasClasses(label);
            if (!hasClasses && label.Type is not BooleanDataViewType && label.Type != NumberDataViewType.Single)
                throw Contracts.ExceptSchemaMismatch(Parameter, "label", name, "Boolean, Single, Key<UInt32> or String", $"{label.Type}");
            if (hasClasses && options.NormalClasses is not { Count: > 0 })
                throw new ArgumentException(
                    $"The labels in column '{name}' are classes: set the option NormalClasses to the normal ones.", nameof(options));
            if (!hasClasses && options.NormalClasses is not null)
                throw new ArgumentException(
                    $"The labels in column '{name}' are of type {label.Type}, not classes: remove the option NormalClasses.",
                    nameof(options));
            return label;
        }

        /// <summary>Throws an exception if an output column of a detector is used as ground truth.</summary>
        private static void CheckIsTruth(DataViewSchema.Column column, string what)
        {
            if (SetOf(column, Anomaly, Binary) is not null)
                throw new ArgumentException(
                    $"Column '{column.Name}' is the output of a detector, not {what}: rename the detector's column if it hides "
                    + "yours.");
        }

        /// <summary>Finds the column with a name, or, if the name is null, the detector's column with a value kind.</summary>
        private DataViewSchema.Column? Find(string role, string? name, string valueKind, DataViewType type, bool isVector = false)
        {
            if (name is not null)
                return Named(role, name, isVector, type);
            foreach (var column in _schema)
                if (!column.IsHidden && SetOf(column, Anomaly, Binary) is { } set && set == _set
                    && Text(column, Kinds.ScoreValueKind) == valueKind)
                    return Named(role, column.Name, isVector, type);
            return null;
        }

        private DataViewSchema.Column Named(string role, string name, bool isVector, params DataViewType[] types)
        {
            var column = _schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch(Parameter, role, name);
            var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
            if (column.Type is VectorDataViewType == isVector && types.Contains(item))
                return column;
            var expected = types.Select(type => isVector ? $"Vector<{type}>" : $"{type}");
            throw Contracts.ExceptSchemaMismatch(Parameter, role, name, string.Join(" or ", expected), $"{column.Type}");
        }

        private static Exception Missing(string role, string what, string option) => Contracts.ExceptParam(
            Parameter, $"The data contains no {role} column of an anomaly detector: set {option}, or let the detector add {what}.");

        /// <summary>Gets the score column set of a column; null if the column does not belong to a detector.</summary>
        private static uint? SetOf(DataViewSchema.Column? column, params string[] kinds)
        {
            if (column is not { } known || !kinds.Contains(Text(known, Kinds.ScoreColumnKind))
                || known.Annotations.Schema.GetColumnOrNull(Kinds.ScoreColumnSetId)?.Type.RawType != typeof(uint))
                return null;
            var set = 0u;
            known.Annotations.GetValue(Kinds.ScoreColumnSetId, ref set);
            return set;
        }

        private static string? Text(DataViewSchema.Column column, string kind)
        {
            if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is not TextDataViewType)
                return null;
            var text = default(ReadOnlyMemory<char>);
            column.Annotations.GetValue(kind, ref text);
            return text.ToString();
        }
    }
}

using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

public static partial class DataFrameExtensions
{
    /// <summary>
    /// Creates a table of the slots with the largest values in each row of a vector column. If the column contains the contributions
    /// to a detector's score, the table names the channels that are unusual. The view is read once.
    /// </summary>
    /// <param name="view">The view.</param>
    /// <param name="columnName">The column of vectors of Single. Its slot names are used if it has them.</param>
    /// <param name="count">The number of slots per row, 1 or more. If a vector is shorter, all its slots are in the table.</param>
    /// <param name="maxRows">The maximum number of rows to read, 0 or more; -1 for all.</param>
    /// <param name="onlyWhere">
    /// A Boolean column. Only rows with the value true are in the table, for example the anomalies according to a detector's
    /// PredictedLabel. Null for all rows.
    /// </param>
    /// <returns>
    /// The columns Row (Int64), the position in the view, starting at 0; Rank (Int32), 1 for the largest value; Slot (String), the name of
    /// the slot, or its number starting at 0 if it has no name; and Value (Single). Equal values are in the order of the slots. NaN values
    /// are omitted, so a row that contains only NaN is not in the table.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of another type, or <paramref name="count"/> or <paramref name="maxRows"/> is out of range.
    /// </exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(detector.Transform(test).ToDataFrameOfTopSlots("WhatIsOdd", count: 3));
    /// </code>
    /// </example>
    public static DataFrame ToDataFrameOfTopSlots(
        this IDataView view, string columnName, int count = 3, long maxRows = -1, string? onlyWhere = null)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, -1);
        var column = view.Schema.GetColumnOrNull(columnName)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(columnName), "input", columnName);
        if (column.Type is not VectorDataViewType { ItemType: var item } || item != NumberDataViewType.Single)
            throw Contracts.ExceptSchemaMismatch(nameof(columnName), "input", columnName, "Vector<Single>", $"{column.Type}");

        var names = default(VBuffer<ReadOnlyMemory<char>>);
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        string NameOf(int slot) => slot < names.Length && names.GetItemOrDefault(slot) is { IsEmpty: false } name
            ? name.ToString()
            : slot.ToString(CultureInfo.InvariantCulture);
        var (rows, ranks, slots, values) = (new List<long>(), new List<int>(), new List<string>(), new List<float>());
        var known = new Dictionary<int, string>();
        var condition = onlyWhere is null ? (DataViewSchema.Column?)null : view.Schema.GetColumnOrNull(onlyWhere)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(onlyWhere), "condition", onlyWhere);
        if (condition is { } found && found.Type is not BooleanDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(onlyWhere), "condition", found.Name, "Boolean", $"{found.Type}");
        using var cursor = view.GetRowCursor(condition is { } needed ? [column, needed] : [column]);
        var isTrue = condition is { } boolean ? cursor.GetGetter<bool>(boolean) : (ref bool value) => value = true;
        var get = cursor.GetGetter<VBuffer<float>>(column);
        var vector = default(VBuffer<float>);
        var top = new TopSlots(count);
        for (var row = 0L; row != maxRows && cursor.MoveNext(); row++)
        {
            var isWanted = false;
            isTrue(ref isWanted);
            if (!isWanted)
                continue;
            get(ref vector);
            var rank = 0;
            foreach (var (slot, value) in top.Of(vector))
            {
                // All rows share one string per slot.
                if (!known.TryGetValue(slot, out var name))
                    known[slot] = name = NameOf(slot);
                rows.Add(row);
                ranks.Add(++rank);
                slots.Add(name);
                values.Add(value);
            }
        }
        return new DataFrame(
            new Int64DataFrameColumn("Row", rows),
            new Int32DataFrameColumn("Rank", ranks),
            new StringDataFrameColumn("Slot", slots),
            new SingleDataFrameColumn("Value", values));
    }

    /// <summary>Finds the slots with the largest values of a vector.</summary>
    private sealed class TopSlots(int count)
    {
        // In descending order of the values.
        private readonly List<(int Slot, float Value)> _top = [];

        /// <summary>Returns the slots in order. The list is reused for the next vector.</summary>
        public List<(int Slot, float Value)> Of(in VBuffer<float> vector)
        {
            _top.Clear();
            var values = vector.GetValues();
            if (vector.IsDense)
            {
                for (var slot = 0; slot < values.Length; slot++)
                    Consider(slot, values[slot]);
                return _top;
            }
            // A sparse vector omits zeros. If n slots are wanted, only the first n zeros can be among them.
            var indices = vector.GetIndices();
            var (next, zeros) = (0, 0);
            for (var i = 0; i <= indices.Length; i++)
            {
                for (var end = i < indices.Length ? indices[i] : vector.Length; next < end && zeros < count; next++, zeros++)
                    Consider(next, 0);
                if (i == indices.Length)
                    break;
                Consider(indices[i], values[i]);
                next = indices[i] + 1;
            }
            return _top;
        }

        /// <summary>
        /// Considers the value of a slot. Slots must be passed in ascending order, so that the first of equal values stays first.
        /// </summary>
        private void Consider(int slot, float value)
        {
            if (float.IsNaN(value) || (_top.Count == count && value <= _top[^1].Value))
                return;
            if (_top.Count == count)
                _top.RemoveAt(count - 1);
            var place = _top.Count;
            while (place > 0 && _top[place - 1].Value < value)
                place--;
            _top.Insert(place, (slot, value));
        }
    }
}

using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace FashionAE.MLNet;

public static partial class DataFrameExtensions
{
    /// <summary>
    /// Makes a table of the slots with the largest values in each row of a column of vectors, such as the contributions to a detector's
    /// score: which channels are odd, by name. It reads the view once.
    /// </summary>
    /// <param name="view">The view.</param>
    /// <param name="columnName">The column of vectors, of Single; its slot names are used where it has them.</param>
    /// <param name="count">How many slots of each row there are in the table, 1 or more; all of them where a vector is shorter.</param>
    /// <param name="maxRows">How many rows are read, 0 or more; -1 for all.</param>
    /// <param name="onlyWhere">
    /// A column of Boolean: only rows where it is true, such as those that a detector's PredictedLabel calls anomalies; null for all rows.
    /// </param>
    /// <returns>
    /// The columns Row (Int64), the position in the view from 0; Rank (Int32), from 1 for the largest value; Slot (String), the name, or
    /// the number from 0 where the slot has no name; and Value (Single). Equal values are in the order of the slots. Values that are NaN
    /// are left out, so a row of NaN has no lines.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing or of another type, or <paramref name="count"/> or <paramref name="maxRows"/> is out of its range.
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
                // One text for all rows.
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

    /// <summary>The slots with the largest values of a vector.</summary>
    private sealed class TopSlots(int count)
    {
        // In order, the largest first.
        private readonly List<(int Slot, float Value)> _top = [];

        /// <summary>Gives the slots in order; the list is used again for the next vector.</summary>
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
            // Of the zeros that a sparse vector leaves out, only the first ones can be among the largest.
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
        /// Takes in the value of a slot behind all that were taken in before, so that of equal values the earlier one is first.
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

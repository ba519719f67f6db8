using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FashionAE.Torch;

/// <summary>
/// A list for a record: a copy that nobody changes, equal to another one with equal items, and printed by its items. A list of .NET in a
/// record makes two records with the same numbers unequal, and prints the name of its type.
/// </summary>
internal sealed class ValueList<T>(IEnumerable<T> items) : ReadOnlyCollection<T>([.. items])
{
    /// <summary>Makes one of a list; null stays null, for who refuses it to say so.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static ValueList<T>? Of(IReadOnlyList<T>? items) => items is null ? null : items as ValueList<T> ?? new ValueList<T>(items);

    public override bool Equals(object? obj) => obj is ValueList<T> other && this.SequenceEqual(other);

    public override int GetHashCode() => StructuralComparisons.StructuralEqualityComparer.GetHashCode(this.ToArray());

    public override string ToString() =>
        $"[{string.Join(", ", this.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item}")))}]";
}

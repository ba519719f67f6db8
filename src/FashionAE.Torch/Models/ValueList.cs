using System.Collections;
using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FashionAE.Torch;

/// <summary>
/// An immutable list for records. It copies its items, has value equality, and prints its items. With a list of .NET, two records with
/// equal items would be unequal, and would print the name of the list's type.
/// </summary>
internal sealed class ValueList<T>(IEnumerable<T> items) : ReadOnlyCollection<T>([.. items])
{
    /// <summary>Creates a list from another one. Null stays null, so that a later check can report it.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static ValueList<T>? Of(IReadOnlyList<T>? items) => items is null ? null : items as ValueList<T> ?? new ValueList<T>(items);

    public override bool Equals(object? obj) => obj is ValueList<T> other && this.SequenceEqual(other);

    public override int GetHashCode() => StructuralComparisons.StructuralEqualityComparer.GetHashCode(this.ToArray());

    public override string ToString() =>
        $"[{string.Join(", ", this.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item}")))}]";
}

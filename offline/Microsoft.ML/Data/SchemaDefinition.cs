using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which members of a row class are columns, of which names and types.</summary>
public sealed partial class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    /// <summary>The first column of a name, or null.</summary>
    public Column this[string columnName]
    {
        get => Find(c => c.ColumnName == columnName);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.ColumnName != columnName)
                throw new ArgumentOutOfRangeException(nameof(columnName), $"The column is named '{value.ColumnName}', not '{columnName}'.");
            var index = FindIndex(c => c.ColumnName == columnName);
            if (index < 0)
                Add(value);
            else
                this[index] = value;
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition();
        foreach (var member in MembersOf(userType, direction).Where(m => m.GetCustomAttribute<NoColumnAttribute>() is null))
        {
            var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (definition[name] is not null)
                throw new ArgumentOutOfRangeException(nameof(userType), $"Two members of {userType} are named '{name}' as columns.");
            definition.Add(new Column(member.Name, RowDefinition.TypeOf(member), name));
        }
        return definition;
    }

    private static IEnumerable<MemberInfo> MembersOf(Type userType, Direction direction)
    {
        const BindingFlags Flags = BindingFlags.Public | BindingFlags.Instance;
        var properties = userType.GetProperties(Flags).Where(p => p.GetIndexParameters().Length == 0 && (
            direction.HasFlag(Direction.Read) && p.GetGetMethod() is not null || direction.HasFlag(Direction.Write) && p.GetSetMethod() is not null));
        return userType.GetFields(Flags).Concat<MemberInfo>(properties);
    }
}

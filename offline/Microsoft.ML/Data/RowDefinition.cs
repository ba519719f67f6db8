using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>The columns of row classes.</summary>
internal static class RowDefinition
{
    public static RowColumn[] Create(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction) =>
        (definition ?? SchemaDefinition.Create(userType, direction)).Select(column =>
        {
            var member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName)
                ?? throw new ArgumentOutOfRangeException(nameof(definition), $"{userType} has no field or property '{column.MemberName}'.");
            if (column.ColumnType is not null)
                CheckMember(MemberTypeOf(member), column.ColumnType, member.Name);
            var name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
            return new RowColumn(name, column.ColumnType ?? TypeOf(member), member, column.Annotations);
        }).ToArray();

    public static DataViewSchema ToSchema(IEnumerable<RowColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>The definition of a row class, with the annotations of a schema all of whose columns the class has.</summary>
    public static SchemaDefinition WithAnnotations(Type userType, DataViewSchema schema)
    {
        var definition = SchemaDefinition.Create(userType, SchemaDefinition.Direction.Read);
        foreach (var column in schema)
        {
            var defined = definition[column.Name] ?? throw new InvalidOperationException($"{userType} has no member for the column '{column.Name}'.");
            defined.AddAnnotations(column.Annotations);
        }
        return definition;
    }

    public static Type MemberTypeOf(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>The type of a member's column, by its own type and its attributes.</summary>
    public static DataViewType TypeOf(MemberInfo member)
    {
        var attribute = member.GetCustomAttribute<DataViewTypeAttribute>();
        attribute?.Register();
        if (DataViewTypeManager.Find(MemberTypeOf(member), attribute) is { } registered)
            return registered;
        var (isVector, rawType) = ItemOf(MemberTypeOf(member), member.Name);
        var itemType = PrimitiveTypes.Find(rawType);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(rawType))
                throw new ArgumentOutOfRangeException(nameof(member), $"The member {member.Name} cannot hold keys: it is no unsigned integer.");
            itemType = new KeyDataViewType(rawType, key.Count ?? Convert.ToUInt64(rawType.GetField(nameof(uint.MaxValue)).GetValue(null)));
        }
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (!isVector)
            return vector is null ? itemType : throw new ArgumentOutOfRangeException(nameof(member), $"The member {member.Name} is no vector.");
        return vector is { Dimensions.Length: > 0 } ? new VectorDataViewType(itemType, vector.Dimensions) : new VectorDataViewType(itemType);
    }

    /// <exception cref="ArgumentOutOfRangeException">The member cannot hold the values of the column.</exception>
    public static void CheckMember(Type memberType, DataViewType columnType, string name)
    {
        if (!Fits(memberType, columnType, name))
            throw new ArgumentOutOfRangeException(nameof(columnType), $"'{name}' is of type {memberType}, which does not hold values of type {columnType}.");
    }

    /// <summary>Whether the member holds the values of the column. The sizes of vectors do not matter.</summary>
    public static bool Fits(Type memberType, DataViewType columnType, string name)
    {
        if (columnType is not (PrimitiveDataViewType or VectorDataViewType))
            return columnType.RawType == memberType;
        var (isVector, itemType) = ItemOf(memberType, name);
        return columnType is VectorDataViewType vector ? isVector && vector.ItemType.RawType == itemType : !isVector && columnType.RawType == itemType;
    }

    private static (bool IsVector, Type ItemType) ItemOf(Type memberType, string name)
    {
        var isVector = memberType.IsArray || memberType.IsGenericType && memberType.GetGenericTypeDefinition() == typeof(VBuffer<>);
        var itemType = !isVector ? memberType : memberType.GetElementType() ?? memberType.GetGenericArguments()[0];
        var primitive = PrimitiveTypes.Find(itemType)
            ?? throw new ArgumentOutOfRangeException(nameof(memberType), $"No column can hold the type {memberType} of '{name}'.");
        return (isVector, primitive.RawType);
    }
}

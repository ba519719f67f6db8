using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A column and the member of a row class that holds its values.</summary>
internal sealed record RowColumn(string Name, DataViewType Type, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public Type MemberType => RowDefinition.MemberTypeOf(Member);
}

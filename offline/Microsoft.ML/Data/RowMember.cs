using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Compiled access to a member of a row class.</summary>
internal static class RowMember
{
    public static Func<TRow, TMember> MakeReader<TRow, TMember>(MemberInfo member)
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    public static Action<TRow, TMember> MakeWriter<TRow, TMember>(MemberInfo member)
    {
        var (row, value) = (Expression.Parameter(typeof(TRow)), Expression.Parameter(typeof(TMember)));
        return Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }

    /// <summary>Calls a private static generic method whose type arguments are known only now.</summary>
    public static object Call(Type declaring, string method, Type[] types, params object[] arguments) =>
        declaring.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).MakeGenericMethod(types)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}

using System.Reflection;

namespace FashionAE.MLNet;

/// <summary>Calls static generic methods for a type that is known only at run time.</summary>
internal static class TypedCall
{
    public static object Invoke(Type owner, string method, Type argument, params object[] arguments) =>
        owner.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(argument)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}

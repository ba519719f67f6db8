using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FashionAE.Torch;

/// <summary>
/// Records as JSON with the name of their type, as files hold them. Types of an application are found in assemblies that it loaded or
/// refers to: no other is loaded because a file names it.
/// </summary>
/// <param name="known">The types of this library, by the names that files have for them.</param>
/// <typeparam name="TBase">The type that they derive from; assemblies with others refer to that of this one.</typeparam>
internal sealed class TypeDescription<TBase>(IReadOnlyDictionary<string, Type> known)
    where TBase : class
{
    /// <exception cref="NotSupportedException">The type is one that no file could name.</exception>
    public JsonElement Write(TBase value)
    {
        var type = value.GetType();
        var name = known.FirstOrDefault(k => k.Value == type).Key ?? $"{type.FullName}, {type.Assembly.GetName().Name}";
        if (!known.ContainsKey(name) && !PlainTypeName.IsOne(name))
            throw new NotSupportedException(
                $"'{name}' is no plain type, so no file could name it: derive a record without type arguments from {typeof(TBase).Name}.");
        return JsonSerializer.SerializeToElement(new { type = name, options = JsonSerializer.SerializeToElement(value, type) });
    }

    /// <param name="description">What <see cref="Write"/> gave.</param>
    /// <param name="unknown">Makes the exception for a type, by its name, that the application does not know.</param>
    /// <exception cref="JsonException">It is no description, or the record refuses its values.</exception>
    public TBase Read(JsonElement description, Func<string, Exception> unknown)
    {
        var name = description.GetProperty("type").GetString() ?? "";
        var type = known.GetValueOrDefault(name) ?? PlainTypeName.Find(name, typeof(TBase).Assembly);
        if (type is null || type.IsAbstract || !type.IsSubclassOf(typeof(TBase)))
            throw unknown(name);
        return (TBase?)description.GetProperty("options").Deserialize(type) ?? throw new JsonException("it is empty.");
    }
}

/// <summary>Names of types, such as "Names.Space.Outer+Inner, Assembly".</summary>
internal static partial class PlainTypeName
{
    private const int Longest = 500;

    public static bool IsOne(string name) => name.Length <= Longest && Plain().IsMatch(name);

    /// <summary>Finds a type in an assembly that the application loaded or refers to, and that refers to the one given.</summary>
    public static Type? Find(string name, Assembly library)
    {
        if (name.Length > Longest || Plain().Match(name) is not { Success: true } match)
            return null;
        var (type, assembly) = (match.Groups["type"].Value, match.Groups["assembly"].Value);
        var here = library.GetName().Name;
        var loaded = AppDomain.CurrentDomain.GetAssemblies();
        if (loaded.Where(a => a.GetName().Name == assembly).Select(a => a.GetType(type)).FirstOrDefault(t => t is not null) is { } known)
            return known;
        var users = loaded.Where(a => a == Assembly.GetEntryAssembly() || Refers(a, here));
        if (users.SelectMany(a => a.GetReferencedAssemblies()).FirstOrDefault(r => r.Name == assembly) is not { } referred)
            return null;
        try
        {
            return Assembly.Load(referred) is var found && Refers(found, here) ? found.GetType(type) : null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    private static bool Refers(Assembly assembly, string? name) => assembly.GetReferencedAssemblies().Any(r => r.Name == name);

    // Arrays, pointers and generic types are no records of a user, and their names can take long to look up, or without end.
    [GeneratedRegex(@"^(?<type>[\w.]+(\+\w+)*), (?<assembly>[\w.-]+( [\w.-]+)*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}

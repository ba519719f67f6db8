using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FashionAE.Torch;

/// <summary>
/// Converts records to and from JSON with the name of their type, for files. Types of an application are only searched for in assemblies
/// that it has loaded or references. No other assembly is loaded because of a name in a file.
/// </summary>
/// <param name="known">The types of this library, by their names in files.</param>
/// <typeparam name="TBase">The base type. Assemblies with derived types reference its assembly.</typeparam>
internal sealed class TypeDescription<TBase>(IReadOnlyDictionary<string, Type> known)
    where TBase : class
{
    /// <summary>Converts a record to JSON.</summary>
    /// <exception cref="NotSupportedException">The name of the type cannot be stored in a file.</exception>
    public JsonElement Write(TBase value)
    {
        var type = value.GetType();
        var name = known.FirstOrDefault(k => k.Value == type).Key ?? $"{type.FullName}, {type.Assembly.GetName().Name}";
        if (!known.ContainsKey(name) && !PlainTypeName.IsOne(name))
            throw new NotSupportedException(
                $"'{name}' cannot be named in a file: derive a record without type arguments from {typeof(TBase).Name}.");
        return JsonSerializer.SerializeToElement(new { type = name, options = JsonSerializer.SerializeToElement(value, type) });
    }

    /// <summary>Converts JSON to a record.</summary>
    /// <param name="description">The result of <see cref="Write"/>.</param>
    /// <param name="unknown">Creates the exception for a type name that is unknown to the application.</param>
    /// <exception cref="JsonException">
    /// The options do not fit the type. Exceptions for a missing property of the description and those of the record's constructor are
    /// passed on unchanged.
    /// </exception>
    public TBase Read(JsonElement description, Func<string, Exception> unknown)
    {
        var name = description.GetProperty("type").GetString() ?? "";
        var type = known.GetValueOrDefault(name) ?? PlainTypeName.Find(name, typeof(TBase).Assembly);
        if (type is null || type.IsAbstract || !type.IsSubclassOf(typeof(TBase)))
            throw unknown(name);
        return (TBase?)description.GetProperty("options").Deserialize(type) ?? throw new JsonException("it is empty.");
    }
}

/// <summary>Recognizes and finds names of types, such as "Names.Space.Outer+Inner, Assembly".</summary>
internal static partial class PlainTypeName
{
    private const int Longest = 500;

    public static bool IsOne(string name) => name.Length <= Longest && Plain().IsMatch(name);

    /// <summary>
    /// Finds a type in a loaded assembly, or in one that the application references and that itself references the specified library.
    /// </summary>
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

    // Arrays and pointers are not records, and generic records are not supported. Looking up such names can be very slow.
    [GeneratedRegex(@"^(?<type>[\w.]+(\+\w+)*), (?<assembly>[\w.-]+( [\w.-]+)*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}

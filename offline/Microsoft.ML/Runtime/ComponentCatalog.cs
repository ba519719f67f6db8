using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The loadable classes of the assemblies that are registered; an assembly that a model file names registers itself.</summary>
public sealed class ComponentCatalog
{
    private readonly Dictionary<string, LoadableClassAttribute> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Assembly> _assemblies = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_byName)
        {
            if (!_assemblies.Add(assembly))
                return;
            foreach (var attribute in assembly.GetCustomAttributes<LoadableClassAttribute>().Where(a => a.SigTypes.Contains(typeof(SignatureLoadModel))))
                foreach (var name in attribute.LoadNames)
                    if (!_byName.TryAdd(name, attribute) && throwOnError)
                        throw new InvalidOperationException($"ComponentCatalog cannot map name '{name}' and SignatureLoadModel to {attribute.InstanceType}: it is taken.");
        }
    }

    internal LoadableClassAttribute Find(string loaderSignature)
    {
        lock (_byName)
            return _byName.GetValueOrDefault(loaderSignature);
    }
}

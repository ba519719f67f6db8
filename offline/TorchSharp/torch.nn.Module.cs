using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public class Module : IDisposable
        {
            private readonly List<(string Name, Parameter Value)> _parameterList = [];
            private readonly List<(string Name, Tensor Value, bool Persistent)> _bufferList = [];
            private readonly List<(string Name, Module Value)> _moduleList = [];
            private readonly string _name;
            private bool _training = true;

            internal Module(string name) => _name = name;

            public virtual bool training => _training;

            public virtual string GetName() => _name;

            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (var (_, child) in _moduleList)
                    child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual void register_parameter(string name, Parameter param)
            {
                CheckName(name);
                param.DetachFromDisposeScope();
                _parameterList.Add((name, param));
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                CheckName(name);
                tensor.DetachFromDisposeScope();
                _bufferList.Add((name, tensor, persistent));
            }

            public virtual void register_module(string name, Module submodule)
            {
                CheckName(name);
                _moduleList.Add((name, submodule));
            }

            /// <summary>
            /// Registers the fields that hold a module, a parameter or a tensor under the fields' names; as in the package, not those that are
            /// private to a base class.
            /// </summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                {
                    switch (field.GetValue(this))
                    {
                        case Module module when !_moduleList.Exists(m => m.Name == field.Name):
                            register_module(field.Name, module);
                            break;
                        case Parameter parameter when !_parameterList.Exists(p => p.Name == field.Name):
                            register_parameter(field.Name, parameter);
                            break;
                        case Tensor tensor and not Parameter when !_bufferList.Exists(b => b.Name == field.Name):
                            register_buffer(field.Name, tensor);
                            break;
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() =>
                _moduleList.Select(m => (m.Name, m.Value));

            public virtual IEnumerable<Module> children() => _moduleList.Select(m => m.Value);

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, child) in _moduleList)
                    yield return (name, child);
                foreach (var (name, child) in _moduleList)
                    foreach (var (inner, module) in child.named_modules())
                        yield return ($"{name}.{inner}", module);
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameterList)
                    yield return (name, parameter);
                if (!recurse)
                    yield break;
                foreach (var (name, child) in _moduleList)
                    foreach (var (inner, parameter) in child.named_parameters())
                        yield return ($"{name}.{inner}", parameter);
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                foreach (var (name, buffer, persistent) in _bufferList)
                    if (persistent || include_nonpersistent)
                        yield return (name, buffer);
                if (!recurse)
                    yield break;
                foreach (var (name, child) in _moduleList)
                    foreach (var (inner, buffer) in child.named_buffers(true, include_nonpersistent))
                        yield return ($"{name}.{inner}", buffer);
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (name, parameter) in named_parameters())
                    destination.TryAdd(Key(name), parameter);
                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(Key(name), buffer);
                return destination;

                string Key(string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                var missing = destination.Keys.Where(k => !source.ContainsKey(k) && skip?.Contains(k) != true).ToList();
                var unexpected = source.Keys.Where(k => !destination.ContainsKey(k) && skip?.Contains(k) != true).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");

                foreach (var (key, value) in source)
                    if (destination.TryGetValue(key, out var target) && !value.shape.SequenceEqual(target.shape))
                        throw new ArgumentException($"Mismatched tensor shape while loading '{key}': expected [{string.Join(", ", target.shape)}], found [{string.Join(", ", value.shape)}].");

                using var _ = no_grad();
                foreach (var (key, value) in source)
                    if (skip?.Contains(key) != true && destination.TryGetValue(key, out var target))
                        target.copy_(value);
                return (missing, unexpected);
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    if (set_to_none)
                        parameter.grad = null;
                    else
                        gradient?.zero_();
                }
            }

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in _moduleList)
                    child.apply(fn);
                fn(this);
                return this;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var (_, parameter) in _parameterList)
                    parameter.Dispose();
                foreach (var (_, buffer, _) in _bufferList)
                    buffer.Dispose();
                foreach (var (_, child) in _moduleList)
                    child.Dispose();
            }

            /// <summary>Moves parameters and buffers, and the fields that hold them, to a device.</summary>
            internal void MoveTo(Device device)
            {
                foreach (var (_, child) in _moduleList)
                    child.MoveTo(device);
                using var _ = no_grad();
                for (var i = 0; i < _parameterList.Count; i++)
                {
                    var (name, before) = _parameterList[i];
                    if (IsOn(before, device))
                        continue;
                    var after = new Parameter(before.to(device), before.requires_grad);
                    after.DetachFromDisposeScope();
                    _parameterList[i] = (name, after);
                    Replace(before, after);
                }
                for (var i = 0; i < _bufferList.Count; i++)
                {
                    var (name, before, persistent) = _bufferList[i];
                    if (IsOn(before, device))
                        continue;
                    var after = before.to(device).DetachFromDisposeScope();
                    _bufferList[i] = (name, after, persistent);
                    Replace(before, after);
                }
            }

            private static bool IsOn(Tensor tensor, Device device) =>
                tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index);

            private void Replace(Tensor before, Tensor after)
            {
                foreach (var field in Fields())
                    if (ReferenceEquals(field.GetValue(this), before))
                        field.SetValue(this, after);
                before.Dispose();
            }

            private IEnumerable<FieldInfo> Fields()
            {
                const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
                for (var type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                    foreach (var field in type.GetFields(Own))
                        yield return field;
            }

            private void CheckName(string name)
            {
                if (_parameterList.Exists(p => p.Name == name) || _bufferList.Exists(b => b.Name == name) || _moduleList.Exists(m => m.Name == name))
                    throw new InvalidOperationException($"Tried to register a component named '{name}' that is already registered.");
            }
        }
    }
}

using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>An operator of libtorch, found by name at its first call.</summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int MostArguments = 16;
    private nint _handle;

    /// <summary>Calls an operator that has one tensor as its result.</summary>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        return new Tensor((nint)result.Pointer);
    }

    /// <summary>Calls an operator for its effect; results are let go.</summary>
    public void Run(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[1];
        if (Invoke(arguments, results, 1) == 1 && results->Kind == ArgumentKind.Tensor)
            NativeMethods.tensor_free((nint)results->Pointer);
    }

    /// <summary>Calls an operator whose results, or whose one list as result, are tensors.</summary>
    public Tensor[] CallMany(int capacity, params ReadOnlySpan<Argument> arguments)
    {
        var results = new Value[capacity];
        fixed (Value* pointer = results)
        {
            var tensors = new Tensor[Invoke(arguments, pointer, capacity)];
            for (var i = 0; i < tensors.Length; i++)
                tensors[i] = new Tensor((nint)pointer[i].Pointer);
            return tensors;
        }
    }

    private int Invoke(ReadOnlySpan<Argument> arguments, Value* results, int capacity)
    {
        if (_handle == 0)
        {
            NativeMethods.Check(NativeMethods.dispatch_find(name, overload, out var handle));
            _handle = handle;
        }

        // Lists are copied beside the arguments, so that nothing has to be pinned.
        var listItems = 0;
        foreach (ref readonly var argument in arguments)
            listItems += argument.Reference switch
            {
                long[] list => list.Length,
                Tensor[] list => list.Length,
                string text => (Encoding.UTF8.GetByteCount(text) + sizeof(long) - 1) / sizeof(long),
                _ => 0,
            };
        var values = stackalloc Value[MostArguments];
        var lists = stackalloc long[listItems + 1];
        for (var i = 0; i < arguments.Length; i++)
            lists = Marshal(arguments[i], values + i, lists);

        int count;
        NativeMethods.Check(NativeMethods.dispatch_call(_handle, values, arguments.Length, results, capacity, &count));
        foreach (ref readonly var argument in arguments)
            GC.KeepAlive(argument.Reference);
        return count;
    }

    /// <summary>Returns where the next list can be written.</summary>
    private static long* Marshal(in Argument argument, Value* value, long* lists)
    {
        value->Kind = argument.Kind;
        value->Count = 0;
        value->Integer = argument.Integer;
        switch (argument.Kind)
        {
            case ArgumentKind.Double:
                value->Real = argument.Real;
                return lists;
            case ArgumentKind.Tensor:
                value->Pointer = (void*)((Tensor)argument.Reference!).Handle;
                return lists;
            case ArgumentKind.Generator:
                value->Pointer = (void*)((Generator)argument.Reference!).Handle;
                return lists;
            case ArgumentKind.Device:
                var device = (Device)argument.Reference!;
                (value->Integer, value->Count) = ((long)device.type, device.index);
                return lists;
            case ArgumentKind.IntList:
                var integers = (long[])argument.Reference!;
                integers.CopyTo(new Span<long>(lists, integers.Length));
                value->Pointer = lists;
                value->Count = integers.Length;
                return lists + integers.Length;
            case ArgumentKind.TensorList:
                var tensors = (Tensor[])argument.Reference!;
                for (var i = 0; i < tensors.Length; i++)
                    lists[i] = tensors[i].Handle;
                value->Pointer = lists;
                value->Count = tensors.Length;
                return lists + tensors.Length;
            case ArgumentKind.String:
                var text = (string)argument.Reference!;
                var bytes = Encoding.UTF8.GetByteCount(text);
                Encoding.UTF8.GetBytes(text, new Span<byte>(lists, bytes));
                value->Pointer = lists;
                value->Count = bytes;
                return lists + (bytes + sizeof(long) - 1) / sizeof(long);
            default:
                return lists;
        }
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Connects the processes (ranks) that train one model together (<see cref="TrainingOptions.Exchange"/>). Each rank trains on a part of
/// every batch, and the gradients are summed over all ranks. All ranks call the members in the same order, from one thread at a time. Each
/// call waits for the other ranks.
/// </summary>
/// <remarks>
/// A rank that fails must end its process; otherwise the other ranks wait forever. The launcher, such as mpirun, then ends the others.
/// FashionAE.Torch.Mpi implements this interface with MPI. Several ranks within one process are not faster, because training steps of one
/// process run one at a time.
/// </remarks>
public interface IGradientExchange
{
    /// <summary>Gets the rank of this process, from 0. Only rank 0 reads and writes checkpoints and reports progress.</summary>
    int Rank { get; }

    /// <summary>Gets the number of processes, 1 or more.</summary>
    int Size { get; }

    /// <summary>Replaces each value with its sum over all ranks. All ranks must get the same sums, bit for bit.</summary>
    /// <param name="values">The values of this rank. The length is the same on all ranks.</param>
    void Sum(Span<float> values);

    /// <inheritdoc cref="Sum(Span{float})"/>
    void Sum(Span<double> values);

    /// <summary>Replaces the bytes with those of rank 0.</summary>
    /// <param name="values">The bytes. The length is the same on all ranks.</param>
    void Broadcast(Span<byte> values);

    /// <summary>Waits until all ranks have called this method.</summary>
    void Barrier();
}

/// <summary>Wraps the exchange of a training. Without an exchange there is one rank, and nothing is exchanged.</summary>
internal sealed class TrainingRanks(IGradientExchange? exchange) : IDisposable
{
    // Losses may be NaN or infinite.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    // Pinned memory, for fast copies from and to a GPU.
    private Tensor? _host;

    public int Rank => exchange?.Rank ?? 0;

    public bool IsFirst => Rank == 0;

    public bool IsAlone => Size == 1;

    public int Size => exchange?.Size ?? 1;

    /// <summary>
    /// Returns the part of a batch that this rank trains on, which depends only on the number of examples. No part has exactly one example,
    /// unless the whole batch has only one, because batch normalization cannot train on a single example. In a small batch some ranks
    /// therefore have no part.
    /// </summary>
    /// <returns>The part and its number of examples. A rank without a part gets the whole batch and the number 0.</returns>
    public (BatchPart Part, long Count) PartOf(long examples)
    {
        var ranks = (int)Math.Clamp(examples / 2, 1, Size);
        // Idle ranks still run the whole batch with weight 0, so that they join in every all-reduce.
        return Rank < ranks ? (new BatchPart(Rank, ranks), (examples - Rank + ranks - 1) / ranks) : (new BatchPart(0, 1), 0);
    }

    public void Sum(Tensor values)
    {
        if (IsAlone)
            return;
        var type = values.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        if (values.device_type == TorchSharp.DeviceType.CPU && values.dtype == type && values.is_contiguous())
        {
            SumInPlace(values);
            return;
        }
        if (_host is null || _host.dtype != type || !_host.shape.SequenceEqual(values.shape))
        {
            _host?.Dispose();
            using var pageable = empty(values.shape, type);
            _host = (values.device_type == TorchSharp.DeviceType.CPU ? pageable.alias() : pageable.pin_memory()).DetachFromDisposeScope();
        }
        _host.copy_(values);
        SumInPlace(_host);
        values.copy_(_host);
    }

    public double Sum(double value)
    {
        if (!IsAlone)
            exchange!.Sum(new Span<double>(ref value));
        return value;
    }

    public bool Any(bool isSo) => Sum(isSo ? 1.0 : 0.0) > 0;

    public T Broadcast<T>(Func<T> make)
    {
        if (IsAlone)
            return make();
        var bytes = IsFirst ? JsonSerializer.SerializeToUtf8Bytes(make(), Json) : [];
        var length = bytes.Length;
        exchange!.Broadcast(MemoryMarshal.AsBytes(new Span<int>(ref length)));
        if (!IsFirst)
            bytes = new byte[length];
        exchange.Broadcast(bytes);
        return JsonSerializer.Deserialize<T>(bytes, Json)!;
    }

    public void Broadcast(IEnumerable<Tensor> tensors) => Replace(tensors, tensor =>
    {
        var host = tensor.cpu().contiguous();
        exchange!.Broadcast(host.bytes);
        return host;
    });

    /// <summary>
    /// Replaces floating-point values with their mean over the ranks. In double precision the mean of equal values is exact, so only
    /// differing values change: the statistics, which each rank computes from its part, and weights that were rounded differently on
    /// different processors.
    /// </summary>
    public void Average(IEnumerable<Tensor> tensors) => Replace(tensors.Where(t => t.is_floating_point()), tensor =>
    {
        var sum = tensor.to(ScalarType.Float64, CPU, copy: true).contiguous();
        Sum(sum);
        return sum.DividedBy_(Size);
    });

    /// <summary>
    /// Throws an exception on every rank if the ranks have different options or data. Without this check, they could wait for each other
    /// forever.
    /// </summary>
    public void RequireSame(Dictionary<string, string> description)
    {
        var first = Broadcast(() => description);
        var differing = description.Keys.FirstOrDefault(name => first.GetValueOrDefault(name) != description[name]);
        if (Any(differing is not null))
            throw new InvalidOperationException(differing is null
                ? $"A rank other than this one (rank {Rank}) has different options or data than rank 0: all ranks must have the same."
                : $"Rank {Rank} trains with {differing} '{description[differing]}', rank 0 with '{first.GetValueOrDefault(differing)}':"
                    + " all ranks must have the same options and data.");
    }

    public void Dispose() => _host?.Dispose();

    private void Replace(IEnumerable<Tensor> tensors, Func<Tensor, Tensor> exchanged)
    {
        if (IsAlone)
            return;
        using var _ = no_grad();
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            tensor.copy_(exchanged(tensor.detach()));
        }
    }

    private void SumInPlace(Tensor values)
    {
        if (values.dtype == ScalarType.Float64)
            exchange!.Sum(MemoryMarshal.Cast<byte, double>(values.bytes));
        else
            exchange!.Sum(MemoryMarshal.Cast<byte, float>(values.bytes));
    }
}

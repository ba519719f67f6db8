using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Joins processes, the ranks, that train one model (<see cref="TrainingOptions.Exchange"/>), each on a part of every batch, by the sum of
/// their gradients. Every member is called on all ranks, in the same order, by one thread at a time, and waits for the others' part.
/// </summary>
/// <remarks>
/// A rank that gives up must end its process, or its others wait for it for ever; what started the ranks, such as mpirun, then ends those.
/// FashionAE.Torch.Mpi has an implementation on MPI. Ranks within one process would gain nothing: the steps of its threads take turns.
/// </remarks>
public interface IGradientExchange
{
    /// <summary>Gets the number of this process, from 0. Rank 0 alone reads and writes checkpoints and reports progress.</summary>
    int Rank { get; }

    /// <summary>Gets the number of processes, 1 or more.</summary>
    int Size { get; }

    /// <summary>Replaces each number by its sum over all ranks. All must get the same sums, bit for bit.</summary>
    /// <param name="values">As many numbers as on every other rank.</param>
    void Sum(Span<float> values);

    /// <inheritdoc cref="Sum(Span{float})"/>
    void Sum(Span<double> values);

    /// <summary>Replaces bytes by those of rank 0.</summary>
    /// <param name="values">As many bytes as on every other rank.</param>
    void Broadcast(Span<byte> values);

    /// <summary>Waits until all ranks have come here.</summary>
    void Barrier();
}

/// <summary>The ranks of a training as it sees them. A training without an exchange is one rank alone, which exchanges nothing.</summary>
internal sealed class TrainingRanks(IGradientExchange? exchange) : IDisposable
{
    // Losses may be no numbers.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    // Pinned, so that copies from and to a GPU are fast.
    private Tensor? _host;

    public int Rank => exchange?.Rank ?? 0;

    public bool IsFirst => Rank == 0;

    public bool IsAlone => Size == 1;

    public int Size => exchange?.Size ?? 1;

    /// <summary>
    /// The part of a batch that this rank learns from: the same for the same number of examples. None is a single example, which batch
    /// normalization cannot learn from; so a small batch leaves some ranks without one.
    /// </summary>
    /// <returns>The part, and how many examples it has; 0 where it is gone through for nothing.</returns>
    public (BatchPart Part, long Count) PartOf(long examples)
    {
        var ranks = (int)Math.Clamp(examples / 2, 1, Size);
        // It has the gradients and the statistics that the others expect of it when it goes through the whole batch for nothing.
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
    /// Replaces floating-point values by their mean over the ranks. Means of double precision are exact where all ranks have the same, so
    /// only what differs is changed: statistics that each has of its own part, and weights where processors round in different ways.
    /// </summary>
    public void Average(IEnumerable<Tensor> tensors) => Replace(tensors.Where(t => t.is_floating_point()), tensor =>
    {
        var sum = tensor.to(ScalarType.Float64, CPU, copy: true).contiguous();
        Sum(sum);
        return sum.DividedBy_(Size);
    });

    /// <summary>Refuses ranks that would not train the same, before they wait for each other.</summary>
    public void RequireSame(Dictionary<string, string> description)
    {
        var first = Broadcast(() => description);
        var differing = description.Keys.FirstOrDefault(name => first.GetValueOrDefault(name) != description[name]);
        if (Any(differing is not null))
            throw new InvalidOperationException(differing is null
                ? $"Another rank than this one, rank {Rank}, has other options or data than rank 0: all must have the same."
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

using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace FashionAE.MLNet;

/// <summary>
/// Reads examples from the view in each epoch and shuffles them through a buffer: each new image replaces a random one in the buffer, and
/// the replaced image is used next. The copies of an image enter the buffer with it.
/// </summary>
/// <param name="rows">The rows of the view.</param>
/// <param name="rowCount">The number of rows in the view.</param>
/// <param name="bufferSize">The number of images in the buffer.</param>
/// <param name="part">The rows that are examples; null for all.</param>
internal sealed class StreamedExamples(ImageRows rows, long rowCount, int bufferSize, StreamedExamples.Part? part = null) : TrainingExamples
{
    // The size of two array headers and an object, in bytes.
    private const int SparseOverhead = 128;

    private readonly Part _part = part ?? new Part(_ => true, rowCount, "all");

    public override InputShape Shape => rows.Shape;

    public override long Count => _part.Count;

    public override string Description => $"{Count} {Shape.Noun}s, streamed through {BufferSize}, {_part.Name}";

    public int BufferSize => bufferSize;

    /// <summary>Returns the memory of a row in the buffer, in bytes. A sparse row needs memory for the slots of its values, too.</summary>
    public static long BytesOf(in VBuffer<float> row) =>
        row.IsDense ? (long)row.Length * sizeof(float) : SparseOverhead + row.GetValues().Length * (long)(sizeof(float) + sizeof(int));

    public override IEnumerable<TrainingBatch> Shuffled(int copies, int batchSize, Generator generator, Device device)
    {
        var random = new Random(Draw(generator));
        var batches = CountBatches(copies, batchSize);
        using var examples = Shuffle(copies, random).GetEnumerator();
        for (var i = 0; i < batches; i++)
        {
            var length = i < batches - 1 ? batchSize : (int)(Count * ((long)copies + 1) - (long)i * batchSize);
            yield return Collect(examples, length, device);
        }
    }

    public override IEnumerable<TrainingBatch> InOrder(int batchSize, Device device)
    {
        using var examples = Rows().Select(r => new Example { Input = r.Input, Target = r.Target, IsOriginal = true }).GetEnumerator();
        for (var start = 0L; start < Count; start += batchSize)
            yield return Collect(examples, (int)Math.Min(batchSize, Count - start), device);
    }

    public override (TrainingExamples Remaining, TrainingExamples HeldOut) Split(double fraction, int seed)
    {
        CountHeldOut(fraction);
        var heldOut = Draw(fraction, seed);
        var rest = Count - heldOut.Count;
        if (heldOut.Count == 0 || rest < 2)
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction,
                $"Of {Count} {Shape.Noun}s, too few {(heldOut.Count == 0 ? "are held out" : "remain for training")}:"
                + " change the held-out share or the seed.");
        return (Cut(row => MurmurHash.Uniform(seed, row) >= fraction, rest, $"the rest of a split by {fraction:R}"), heldOut);
    }

    /// <summary>
    /// Draws a part of the examples at random, like the held-out part of <see cref="Split"/>. It may also have none or all of them.
    /// </summary>
    public StreamedExamples Draw(double fraction, int seed)
    {
        bool IsDrawn(long row) => MurmurHash.Uniform(seed, row) < fraction;
        var count = 0L;
        for (var row = 0L; row < rowCount; row++)
            count += _part.Contains(row) && IsDrawn(row) ? 1 : 0;
        return Cut(IsDrawn, count, $"the part held out of a split by {fraction:R}");
    }

    private StreamedExamples Cut(Func<long, bool> contains, long count, string name) =>
        new(rows, rowCount, bufferSize, new(row => _part.Contains(row) && contains(row), count, name));

    private IEnumerable<(VBuffer<float> Input, VBuffer<float> Target)> Rows() =>
        rows.Enumerate().Where(r => _part.Contains(r.Row)).Select(r => (r.Input, r.Target));

    private IEnumerable<Example> Shuffle(int copies, Random random)
    {
        var buffer = new List<Example>(BufferSize);
        var spare = new Stack<Example>();
        Example? last = null;
        foreach (var (input, target) in Rows())
        {
            for (var copy = 0; copy <= copies; copy++)
            {
                if (buffer.Count < BufferSize)
                {
                    buffer.Add(new Example().Hold(input, target, isOriginal: copy == 0));
                    continue;
                }
                var place = random.Next(buffer.Count);
                last = buffer[place];
                // The caller copies a returned example before it requests the next one, so one spare place is enough.
                buffer[place] = (spare.TryPop(out var free) ? free : new Example()).Hold(input, target, isOriginal: copy == 0);
                yield return last;
                spare.Push(last);
            }
        }
        random.Shuffle(CollectionsMarshal.AsSpan(buffer));
        foreach (var example in buffer)
            yield return example;
    }

    private TrainingBatch Collect(IEnumerator<Example> examples, int length, Device device)
    {
        var input = empty(Shape.Batch(length));
        var target = rows.HasTargets ? empty(Shape.Batch(length)) : input;
        var (front, back) = (0, length);
        while (front < back)
        {
            if (!examples.MoveNext())
                throw new InvalidOperationException(
                    $"{rows.Name} has fewer rows than the {Count} counted before: a view must return the same rows in each pass.");
            var example = examples.Current;
            var place = example.IsOriginal ? front++ : --back;
            Put(example.Input, input, place);
            if (rows.HasTargets)
                Put(example.Target, target, place);
        }
        var there = ComputeDevice.Send(input, device);
        return new TrainingBatch(there, rows.HasTargets ? ComputeDevice.Send(target, device) : there, front);
    }

    private static void Put(in VBuffer<float> image, Tensor images, int place) =>
        image.CopyTo(MemoryMarshal.Cast<byte, float>(images.bytes).Slice(place * image.Length, image.Length));

    private static int Draw(Generator generator)
    {
        using var number = rand([1], dtype: ScalarType.Float64, generator: generator);
        return (int)(number.item<double>() * int.MaxValue);
    }

    /// <summary>A part of the rows.</summary>
    /// <param name="Contains">Returns whether a row, given by its position, belongs to the part.</param>
    /// <param name="Count">The number of rows in the part.</param>
    /// <param name="Name">The name of the part.</param>
    public sealed record Part(Func<long, bool> Contains, long Count, string Name);

    private sealed class Example
    {
        private VBuffer<float> _input;
        private VBuffer<float> _target;

        public VBuffer<float> Input { get => _input; init => _input = value; }

        public VBuffer<float> Target { get => _target; init => _target = value; }

        public bool IsOriginal { get; set; }

        /// <summary>Stores a copy of a row.</summary>
        public Example Hold(in VBuffer<float> input, in VBuffer<float> target, bool isOriginal)
        {
            Copy(input, ref _input);
            Copy(target, ref _target);
            IsOriginal = isOriginal;
            return this;
        }

        private static void Copy(in VBuffer<float> row, ref VBuffer<float> place)
        {
            // A dense row is copied into the existing array. A sparse row gets new arrays, because reused ones would grow beyond the size
            // that BytesOf returns.
            if (row.IsDense && place.IsDense)
                row.CopyTo(ref place);
            else if (row.IsDense)
                place = new VBuffer<float>(row.Length, [.. row.GetValues()]);
            else
                place = new VBuffer<float>(row.Length, row.GetValues().Length, [.. row.GetValues()], [.. row.GetIndices()]);
        }
    }
}

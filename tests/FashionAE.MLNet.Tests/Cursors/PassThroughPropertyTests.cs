using FashionAE.MLNet.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Cursors;

/// <summary>Columns of all types, in any selection and order of reading, pass through a batch unchanged.</summary>
public sealed class PassThroughPropertyTests : IDisposable
{
    private static readonly string[] Columns =
        ["Byte", "Short", "Long", "Unsigned", "Double", "Flag", "Text", "Time", "Span", "Offset", "Key", "Sparse", "Words", "Loose"];

    private readonly MLContext _ml = new(1);
    private readonly AutoencoderTransformer _transformer;

    public PassThroughPropertyTests()
    {
        var options = Models.Options(new CountingArchitecture(Images.Shape), batchSize: 5);
        _transformer = _ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(Images.View(_ml, 20));
    }

    public void Dispose() => _transformer.Dispose();

    [Fact]
    public void Any_selection_of_columns_of_any_type_passes_through_unchanged() => Prop.ForAll(
        (from count in Gen.Choose(0, 17)
         from seed in Gen.Choose(0, int.MaxValue)
         from selected in Gen.SubListOf(Columns)
         select (count, seed, selected)).ToArbitrary(),
        sample =>
        {
            var (count, seed, selected) = sample;
            var random = new Random(seed);
            var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ => Wide.Draw(random)).ToArray());
            var view = _transformer.Transform(data);
            var read = selected.OrderBy(_ => random.Next()).Append("Code").ToArray();
            Assert.Equal(ReadAll(data, [.. read.Except(["Code"])]), ReadAll(view, read, skip: "Code"));
        }).QuickCheckThrowOnFailure();

    private static List<string> ReadAll(IDataView view, string[] names, string? skip = null)
    {
        using var cursor = view.GetRowCursor(names.Select(n => view.Schema[n]));
        var texts = names.Where(n => n != skip).Select(n => Text(cursor, view.Schema[n])).ToArray();
        var rows = new List<string>();
        while (cursor.MoveNext())
            rows.Add(string.Join("|", texts.Select(t => t())));
        return rows;
    }

    private static Func<string> Text(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Name switch
    {
        "Byte" => Scalar<byte>(cursor, column),
        "Short" => Scalar<short>(cursor, column),
        "Long" => Scalar<long>(cursor, column),
        "Unsigned" => Scalar<ulong>(cursor, column),
        "Double" => Scalar<double>(cursor, column),
        "Flag" => Scalar<bool>(cursor, column),
        "Text" => Scalar<ReadOnlyMemory<char>>(cursor, column),
        "Time" => Scalar<DateTime>(cursor, column),
        "Span" => Scalar<TimeSpan>(cursor, column),
        "Offset" => Scalar<DateTimeOffset>(cursor, column),
        "Key" => Scalar<uint>(cursor, column),
        "Sparse" => Vector<float>(cursor, column),
        "Words" => Vector<ReadOnlyMemory<char>>(cursor, column),
        _ => Vector<int>(cursor, column),
    };

    private static Func<string> Scalar<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var get = cursor.GetGetter<T>(column);
        var value = default(T)!;
        return () =>
        {
            get(ref value);
            return $"{value}";
        };
    }

    private static Func<string> Vector<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var get = cursor.GetGetter<VBuffer<T>>(column);
        var value = default(VBuffer<T>);
        return () =>
        {
            get(ref value);
            return $"{value.Length} {value.IsDense} {string.Join(",", value.Items())}";
        };
    }

    private sealed class Wide
    {
        [VectorType(Images.Size)]
        public float[] Pixels { get; set; } = [];

        public byte Byte { get; set; }

        public short Short { get; set; }

        public long Long { get; set; }

        public ulong Unsigned { get; set; }

        public double Double { get; set; }

        public bool Flag { get; set; }

        public string Text { get; set; } = "";

        public DateTime Time { get; set; }

        public TimeSpan Span { get; set; }

        public DateTimeOffset Offset { get; set; }

        [KeyType(9)]
        public uint Key { get; set; }

        [VectorType(50)]
        public VBuffer<float> Sparse { get; set; }

        [VectorType(2)]
        public string[] Words { get; set; } = [];

        public int[] Loose { get; set; } = [];

        public static Wide Draw(Random random)
        {
            var at = Enumerable.Range(0, 50).Where(_ => random.Next(4) == 0).ToArray();
            return new Wide
            {
                Pixels = [.. Enumerable.Range(0, Images.Size).Select(_ => random.NextSingle())],
                Byte = (byte)random.Next(256),
                Short = (short)random.Next(-32768, 32768),
                Long = random.NextInt64(),
                Unsigned = (ulong)random.NextInt64(),
                Double = random.NextDouble(),
                Flag = random.Next(2) == 0,
                Text = $"row {random.Next()}",
                Time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks)),
                Span = new TimeSpan(random.NextInt64()),
                Offset = new DateTimeOffset(random.NextInt64(TimeSpan.TicksPerDay * 700_000), TimeSpan.FromHours(random.Next(-12, 13))).AddDays(30),
                Key = (uint)random.Next(9),
                Sparse = new VBuffer<float>(50, at.Length, Array.ConvertAll(at, _ => random.NextSingle()), at),
                Words = [$"{random.Next()}", ""],
                Loose = [.. Enumerable.Range(0, random.Next(6))],
            };
        }
    }
}

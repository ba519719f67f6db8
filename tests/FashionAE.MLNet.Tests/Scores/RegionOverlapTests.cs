using FashionAE.MLNet.Tests.Support;
using Microsoft.ML.Data;

namespace FashionAE.MLNet.Tests.Scores;

public class RegionOverlapTests
{
    [Theory]
    [MemberData(nameof(RecordedMetrics.Pixels), MemberType = typeof(RecordedMetrics))]
    public void Figures_are_those_of_an_independent_reference(string name)
    {
        var recorded = RecordedMetrics.Case("pixels", name);
        var (shape, maps) = (recorded.Integers("shape"), recorded.Singles("maps"));
        var (masks, predicted) = (recorded.Flags("masks"), recorded.Flags("predicted"));
        var (overlap, size) = (new RegionOverlap(shape[1], shape[2]), shape[1] * shape[2]);
        for (var start = 0; start < maps.Length; start += size)
            overlap.Add(maps.AsSpan(start, size), masks.AsSpan(start, size), predicted.AsSpan(start, size));

        var metrics = overlap.ToMetrics(hasPredicted: true);
        Assert.Equal(recorded.Number("regions"), metrics.RegionCount);
        Assert.Equal(masks.Count(mask => mask), metrics.AnomalyCount);
        Assert.Equal(masks.Count(mask => !mask), metrics.NormalCount);
        Assert.Equal(recorded.Number("auroc"), metrics.AreaUnderRocCurve, 1e-9);
        Assert.Equal(recorded.Number("aupro"), metrics.AreaUnderProCurve, 1e-9);
        Assert.Equal(recorded.Number("iou"), metrics.IntersectionOverUnion, 1e-12);
        Assert.Equal(recorded.Number("false_alarm_rate"), metrics.FalseAlarmRate, 1e-12);
    }

    [Fact]
    public void A_missing_error_is_above_all_others()
    {
        static AnomalyPixelMetrics Metrics(float missing)
        {
            var overlap = new RegionOverlap(1, 4);
            overlap.Add([0.5f, missing, 0.7f, 0.1f], [false, true, true, false], []);
            return overlap.ToMetrics(hasPredicted: false);
        }
        Assert.Equal(Metrics(9), Metrics(float.NaN));
        Assert.Equal((1, double.NaN), (Metrics(float.NaN).AreaUnderProCurve, Metrics(9).IntersectionOverUnion));
        Assert.True(Metrics(0.2f).AreaUnderRocCurve < 1);
    }

    [Theory]
    [InlineData("#.#", 2)]
    [InlineData("##.", 1)]
    [InlineData("#../..#", 2)]
    [InlineData("#../.#.", 1)]
    [InlineData("..#/.#.", 1)]
    [InlineData("..#/#..", 2)]
    [InlineData("#.#/.../#.#", 4)]
    [InlineData("#.#/.#./#.#", 1)]
    [InlineData("..#/..#/#..", 2)]
    public void Regions_are_pixels_that_touch_also_at_their_corners(string mask, int regions)
    {
        bool[][] rows = [.. mask.Split('/').Select(row => row.Select(pixel => pixel == '#').ToArray())];
        var overlap = new RegionOverlap(rows.Length, rows[0].Length);
        overlap.Add(new float[rows.Length * rows[0].Length], [.. rows.SelectMany(row => row)], []);
        Assert.Equal(regions, overlap.ToMetrics(hasPredicted: false).RegionCount);
    }

    [Fact]
    public void One_kind_of_pixels_alone_is_noticed()
    {
        var overlap = new RegionOverlap(1, 2);
        Assert.True(overlap.IsOneSided);
        overlap.Add([0, 1], [false, false], []);
        Assert.True(overlap.IsOneSided);
        overlap.Add([0, 1], [true, true], []);
        Assert.False(overlap.IsOneSided);
    }

    [Fact]
    public void The_size_is_that_of_dimensions_or_of_a_square()
    {
        static VectorDataViewType Type(params int[] dimensions) => new(NumberDataViewType.Single, dimensions);
        Assert.Equal((5, 7), RegionOverlap.SizeOf(Type(3, 5, 7)));
        Assert.Equal((5, 7), RegionOverlap.SizeOf(Type(5, 7), Type(7, 5)));
        Assert.Equal((5, 20), RegionOverlap.SizeOf(Type(100), Type(5, 20)));
        Assert.Equal((10, 10), RegionOverlap.SizeOf(Type(100), Type(50)));
        Assert.Null(RegionOverlap.SizeOf(Type(50), new VectorDataViewType(NumberDataViewType.Single)));
    }
}

using FashionAE.Report.Figures;
using FashionAE.Report.Tests.Figures.Support;
using static TorchSharp.torch;

namespace FashionAE.Report.Tests.Figures;

[Collection(nameof(SharedFigures))]
public sealed class LatentGridTests(RotationFixture study)
{
    // Wide enough for a model that was hardly trained to decode different images.
    private readonly LatentGrid _wide = LatentGridBuilder.Build(study.After.Model, new CodeCloud(["Bag"], [-40, 40], [-20, 60], [0, 0], [0, 0], []), 5);

    [Fact]
    public void The_grid_of_the_study_is_that_of_the_model_after_over_its_codes()
    {
        var expected = LatentGridBuilder.Build(study.After.Model, study.Figures.PathCloud, 5);
        Assert.Equivalent(expected, study.Figures.Grid, strict: true);
        Assert.NotEqual(LatentGridBuilder.Build(study.Before.Model, study.Figures.Codes, 5).Images, study.Figures.Grid.Images);
    }

    [Fact]
    public void Every_image_is_what_is_decoded_at_its_place()
    {
        var grid = _wide;
        Assert.Equal((5, 5, 25), (grid.Columns, grid.Rows, grid.Images.Count));
        for (var row = 0; row < 5; row++)
            for (var column = 0; column < 5; column++)
                Pixels.AssertShown(DecodeAt(X(grid, column), Y(grid, row)), grid.Images[row * 5 + column]);
        Pixels.AssertShown(DecodeAt(grid.MinimumX, grid.MinimumY), grid.Images[0]);
        Pixels.AssertShown(DecodeAt(grid.MaximumX, grid.MinimumY), grid.Images[4]);
        Pixels.AssertShown(DecodeAt(grid.MinimumX, grid.MaximumY), grid.Images[20]);
        Pixels.AssertShown(DecodeAt(grid.MaximumX, grid.MaximumY), grid.Images[24]);
        Assert.Equal(25, grid.Images.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void The_interpolation_error_is_the_largest_of_all_cells()
    {
        var grid = _wide;
        var largest = 0.0;
        for (var row = 0; row < 4; row++)
            for (var column = 0; column < 4; column++)
            {
                float[][] corners = [.. new[] { (0, 0), (0, 1), (1, 0), (1, 1) }.Select(c => DecodeAt(X(grid, column + c.Item1), Y(grid, row + c.Item2)))];
                var middle = DecodeAt(X(grid, column + 0.5), Y(grid, row + 0.5));
                largest = Math.Max(largest, middle.Select((v, i) => Math.Abs(v - corners.Average(c => (double)c[i]))).Average());
            }
        Assert.InRange(largest, 1e-3, 1);
        Assert.Equal(largest, grid.InterpolationError, 1e-6);
    }

    [Fact]
    public void The_range_leaves_far_codes_out_and_has_a_margin()
    {
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, 1001).Select(i => i is 0 ? -1e6f : i is 1000 ? 1e6f : i)];
        float[] y = [.. x.Select(v => v / 10)];
        random.Shuffle(x);
        random.Shuffle(y);
        var grid = LatentGridBuilder.Build(study.After.Model, new CodeCloud(["Bag"], x, y, new int[1001], new float[1001], []), 2);
        // 0.5 % of 1,000 steps are 5: from 5 to 995, and 49.5 beyond.
        Assert.Equal((-44.5f, 1044.5f), (grid.MinimumX, grid.MaximumX));
        Assert.Equal(-4.45f, grid.MinimumY, 1e-4f);
        Assert.Equal(104.45f, grid.MaximumY, 1e-4f);
    }

    [Fact]
    public void Codes_that_are_all_the_same_have_a_grid_around_them()
    {
        var grid = LatentGridBuilder.Build(study.After.Model, new CodeCloud(["Bag"], [2f, 2f], [3f, 3f], [0, 0], [0, 0], []), 3);
        Assert.Equal((1f, 3f, 2f, 4f), (grid.MinimumX, grid.MaximumX, grid.MinimumY, grid.MaximumY));
    }

    private static double X(LatentGrid grid, double column) => grid.MinimumX + ((double)grid.MaximumX - grid.MinimumX) * column / (grid.Columns - 1);

    private static double Y(LatentGrid grid, double row) => grid.MinimumY + ((double)grid.MaximumY - grid.MinimumY) * row / (grid.Rows - 1);

    private float[] DecodeAt(double x, double y)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        study.After.Model.eval();
        return Pixels.Floats(study.After.Model.Decode(tensor(new[] { (float)x, (float)y }).reshape(1, 2)));
    }
}

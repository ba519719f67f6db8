using FashionAE.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Torch.Tests.Augmentation;

public class RandomRotationTests
{
    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Bilinear)]
    public void Rotation_by_any_angle_matches_torchvision(Interpolation interpolation)
    {
        using var scope = NewDisposeScope();
        var cases = TestFiles.GoldenJson("rotation.json").GetProperty("cases").EnumerateArray().ToArray();
        Assert.Equal(30, cases.Length);
        // All angles in one batch, so that an angle applied to the wrong image is noticed.
        var images = GoldenImages.Of(cases.Select(c => c.GetProperty("image").GetInt32()));
        var angles = cases.Select(c => c.GetProperty("angle_degrees_counterclockwise").GetSingle()).ToArray();
        var rotated = RandomRotation.Rotate(images, torch.tensor(angles), interpolation);

        for (var i = 0; i < cases.Length; i++)
        {
            var answer = cases[i].GetProperty(interpolation == Interpolation.Nearest ? "nearest" : "bilinear").GetString()!;
            var expected = TensorValues.FromBase64(answer, 1, 28, 28).Doubles();
            var actual = rotated.select(0, i).Doubles();
            if (interpolation == Interpolation.Bilinear)
            {
                TensorValues.AssertClose(expected, actual, 1e-5);
                continue;
            }
            // A source position halfway between two pixels is rounded to either, depending on the last bit.
            var different = Enumerable.Range(0, 784).Count(p => Math.Abs(expected[p] - actual[p]) > 1e-6);
            Assert.True(different <= 3, $"Case {i}, {angles[i]} degrees: {different} pixels differ.");
        }
    }

    [Theory]
    [InlineData(6, 6, 90)]
    [InlineData(7, 7, 90)]
    [InlineData(7, 7, -90)]
    [InlineData(28, 28, 90)]
    [InlineData(5, 8, 180)]
    [InlineData(28, 28, 180)]
    [InlineData(5, 8, 0)]
    public void Right_angles_move_every_pixel_whole(int height, int width, int degrees)
    {
        using var scope = NewDisposeScope();
        var pixels = Enumerable.Range(1, 2 * height * width).Select(i => (float)i).ToArray();
        var rotated = RandomRotation.Rotate(torch.tensor(pixels).reshape(1, 2, height, width), torch.tensor(new float[] { degrees })).Doubles();

        for (var channel = 0; channel < 2; channel++)
            for (var row = 0; row < height; row++)
                for (var column = 0; column < width; column++)
                {
                    var (fromRow, fromColumn) = degrees switch
                    {
                        90 => (column, width - 1 - row), // counter-clockwise: the right column becomes the top row
                        -90 => (height - 1 - column, row),
                        180 => (height - 1 - row, width - 1 - column),
                        _ => (row, column),
                    };
                    Assert.Equal(pixels[(channel * height + fromRow) * width + fromColumn], rotated[(channel * height + row) * width + column]);
                }
    }

    [Fact]
    public void Rotation_of_images_that_are_not_square_matches_the_formula_in_double_precision()
    {
        const int Height = 9, Width = 14;
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var images = rand([4, 1, Height, Width], generator: generator);
        float[] angles = [30, -75, 101.5f, 222];
        var rotated = RandomRotation.Rotate(images, torch.tensor(angles), Interpolation.Bilinear);
        for (var i = 0; i < angles.Length; i++)
            TensorValues.AssertClose(RotateByFormula(images.select(0, i).Doubles(), Height, Width, angles[i]), rotated.select(0, i).Doubles(), 1e-5);
    }

    [Fact]
    public void Every_image_turns_by_a_separate_angle_within_the_limit()
    {
        const int Count = 200;
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        // A spot right of the center: its position after the rotation shows the angle.
        var pixels = new float[41 * 41];
        for (var row = 18; row <= 22; row++)
            for (var column = 32; column <= 36; column++)
                pixels[row * 41 + column] = 1;
        var images = torch.tensor(pixels).reshape(1, 1, 41, 41).expand(Count, 1, 41, 41).contiguous();
        var rotated = new RandomRotation(40, Interpolation.Bilinear).Apply(images, generator).Doubles();

        var angles = Enumerable.Range(0, Count).Select(i => AngleOfMass(rotated.AsSpan(i * 41 * 41, 41 * 41))).ToArray();
        Assert.All(angles, angle => Assert.InRange(angle, -40.5, 40.5));
        Assert.Equal(Count, angles.Select(angle => Math.Round(angle, 4)).Distinct().Count());
        // Uniform on [-40, 40]: each of eight equal parts has an expected count of 25, with a standard deviation of 4.7.
        Assert.All(Enumerable.Range(-4, 8), part => Assert.InRange(angles.Count(angle => Math.Floor(angle / 10) == part), 6, 44));
    }

    [Fact]
    public void Pixels_from_outside_the_image_are_zero()
    {
        using var scope = NewDisposeScope();
        var rotated = RandomRotation.Rotate(ones([1, 1, 20, 20]), torch.tensor(new[] { 45f })).Doubles();
        Assert.Equal(0, rotated[0]);
        Assert.Equal(0, rotated[^1]);
        Assert.Equal(1, rotated[10 * 20 + 10]);
        Assert.All(rotated, value => Assert.True(value is 0 or 1));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_does_not()
    {
        using var scope = NewDisposeScope();
        var images = GoldenImages.Of(TestFiles.GoldenJson("images.json").EnumerateArray().Take(8).Select(i => i.GetInt32()));
        var before = images.Bits();
        var results = new long[] { 1, 1, 2 }.Select(seed =>
        {
            using var generator = new Generator((ulong)seed);
            return new RandomRotation().Apply(images, generator).Bits();
        }).ToArray();
        Assert.Equal(results[0], results[1]);
        Assert.NotEqual(results[0], results[2]);
        Assert.Equal(before, images.Bits());
    }

    [Theory]
    [InlineData(Interpolation.Nearest, 0)]
    [InlineData(Interpolation.Bilinear, 1e-5)]
    public void Zero_degrees_leave_images_unchanged(Interpolation interpolation, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var images = rand([5, 3, 28, 20], generator: generator);
        TensorValues.AssertClose(images, new RandomRotation(0, interpolation).Apply(images, generator), tolerance);
    }

    [Fact]
    public void Angles_that_do_not_fit_the_images_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => RandomRotation.Rotate(zeros([2, 1, 4, 4]), zeros([3])));
        Assert.Throws<ArgumentException>(() => RandomRotation.Rotate(zeros([2, 4, 4]), zeros([2])));
        Assert.Throws<ArgumentException>(() => RandomRotation.Rotate(zeros([2, 1, 4, 4]), zeros([2, 1])));
    }

    [Fact]
    public void An_undefined_interpolation_is_refused()
    {
        using var scope = NewDisposeScope();
        foreach (var count in new[] { 0, 2 })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => RandomRotation.Rotate(zeros([count, 1, 4, 4]), zeros([count]), (Interpolation)2));
            Assert.Equal("interpolation", error.ParamName);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(Interpolation: (Interpolation)(-1)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_invalid_largest_angle_is_refused(double degrees) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomRotation(degrees));

    /// <summary>Computes each pixel from its position before the rotation, as the weighted mean of the four pixels around it.</summary>
    private static double[] RotateByFormula(double[] image, int height, int width, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var (middleX, middleY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        var result = new double[image.Length];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                // Rows count downwards, so counterclockwise rotation has the opposite signs of the sine.
                var (dx, dy) = (column - middleX, row - middleY);
                var (x, y) = (middleX + cosine * dx - sine * dy, middleY + sine * dx + cosine * dy);
                var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
                for (var r = top; r <= top + 1; r++)
                    for (var c = left; c <= left + 1; c++)
                        if (r >= 0 && r < height && c >= 0 && c < width)
                            result[row * width + column] += image[r * width + c] * (1 - Math.Abs(x - c)) * (1 - Math.Abs(y - r));
            }
        return result;
    }

    /// <summary>Returns the direction from an image's middle to its center of mass, in degrees counterclockwise.</summary>
    private static double AngleOfMass(ReadOnlySpan<double> image)
    {
        var (x, y) = (0.0, 0.0);
        for (var i = 0; i < image.Length; i++)
        {
            x += image[i] * (i % 41 - 20);
            y -= image[i] * (i / 41 - 20);
        }
        return Math.Atan2(y, x) * 180 / Math.PI;
    }
}

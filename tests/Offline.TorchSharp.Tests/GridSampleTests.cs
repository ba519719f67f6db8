using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class GridSampleTests
{
    private static readonly double[,] Identity = { { 1, 0, 0 }, { 0, 1, 0 } };
    private static readonly double[,] QuarterTurn = { { 0, -1, 0 }, { 1, 0, 0 } };

    private readonly double[,,,] _images = Numbers.Draw(1, 2, 3, 5, 5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_affine_grid_maps_the_pixels_of_the_output_to_places_in_the_input(bool alignCorners)
    {
        var theta = Numbers.Draw(1, 2, 3);
        var expected = new double[1, 4, 6, 2];
        for (var i = 0; i < 4; i++)
            for (var j = 0; j < 6; j++)
            {
                // Either the centres or the edges of the outermost pixels are at -1 and 1.
                var x = alignCorners ? 2.0 * j / 5 - 1 : (2.0 * j + 1) / 6 - 1;
                var y = alignCorners ? 2.0 * i / 3 - 1 : (2.0 * i + 1) / 4 - 1;
                for (var k = 0; k < 2; k++)
                    expected[0, i, j, k] = theta[k, 0] * x + theta[k, 1] * y + theta[k, 2];
            }
        Numbers.Equal(expected, F.affine_grid(from_array(theta).unsqueeze(0), [1, 3, 4, 6], alignCorners));
    }

    [Theory]
    [InlineData(GridSampleMode.Nearest)]
    [InlineData(GridSampleMode.Bilinear)]
    public void The_identity_gives_the_image_back(GridSampleMode mode) => Numbers.Equal(_images, Warp(Identity, mode));

    [Theory]
    [InlineData(GridSampleMode.Nearest)]
    [InlineData(GridSampleMode.Bilinear)]
    public void A_quarter_turn_moves_every_pixel_to_its_place(GridSampleMode mode)
    {
        // Counter-clockwise: the right column becomes the top row.
        var expected = new double[2, 3, 5, 5];
        for (var n = 0; n < 2; n++)
            for (var c = 0; c < 3; c++)
                for (var i = 0; i < 5; i++)
                    for (var j = 0; j < 5; j++)
                        expected[n, c, i, j] = _images[n, c, j, 4 - i];
        Numbers.Equal(expected, Warp(QuarterTurn, mode));
    }

    [Theory]
    [InlineData(GridSampleMode.Nearest, GridSamplePaddingMode.Zeros, false)]
    [InlineData(GridSampleMode.Nearest, GridSamplePaddingMode.Border, true)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, false)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, true)]
    [InlineData(GridSampleMode.Bilinear, GridSamplePaddingMode.Border, false)]
    public void Any_place_is_read_by_the_formula(GridSampleMode mode, GridSamplePaddingMode padding, bool alignCorners)
    {
        // Two in three places are inside, the rest beyond the edges.
        var grid = from_array(Numbers.Draw(2, 2, 4, 6, 2)) * 1.5;
        var places = Numbers.Of(grid);
        var expected = new double[2, 3, 4, 6];
        for (var n = 0; n < 2; n++)
            for (var c = 0; c < 3; c++)
                for (var i = 0; i < 4; i++)
                    for (var j = 0; j < 6; j++)
                    {
                        var at = 2 * ((n * 4 + i) * 6 + j);
                        var (x, y) = (Pixel(places[at], alignCorners), Pixel(places[at + 1], alignCorners));
                        if (padding == GridSamplePaddingMode.Border)
                            (x, y) = (Math.Clamp(x, 0, 4), Math.Clamp(y, 0, 4));
                        expected[n, c, i, j] = mode == GridSampleMode.Nearest
                            ? Read(n, c, (int)Math.Round(y), (int)Math.Round(x))
                            : Interpolate(n, c, y, x);
                    }
        Numbers.Equal(expected, F.grid_sample(from_array(_images), grid, mode, padding, alignCorners));
    }

    [Fact]
    public void Reflection_reads_the_mirror_image_beyond_the_edge()
    {
        // In pixels the places are -1, -2, 5 and 2; the mirrors stand at -0.5 and 4.5.
        var image = from_array(new double[,,,] { { { { 1, 2, 3, 4, 5 } } } });
        var grid = from_array(new double[,,,] { { { { -1.2, 0 }, { -1.6, 0 }, { 1.2, 0 }, { 0, 0 } } } });
        Numbers.Equal(
            new double[,,,] { { { { 1, 2, 5, 3 } } } },
            F.grid_sample(image, grid, padding_mode: GridSamplePaddingMode.Reflection, align_corners: false));
    }

    private static double Pixel(double place, bool alignCorners) => alignCorners ? (place + 1) / 2 * 4 : ((place + 1) * 5 - 1) / 2;

    private Tensor Warp(double[,] theta, GridSampleMode mode) =>
        F.grid_sample(from_array(_images), F.affine_grid(from_array(theta).unsqueeze(0).expand(2, 2, 3), [2, 3, 5, 5]), mode);

    private double Read(int n, int c, int y, int x) => y is >= 0 and < 5 && x is >= 0 and < 5 ? _images[n, c, y, x] : 0;

    private double Interpolate(int n, int c, double y, double x)
    {
        var (top, left) = ((int)Math.Floor(y), (int)Math.Floor(x));
        var (down, right) = (y - top, x - left);
        return (1 - down) * ((1 - right) * Read(n, c, top, left) + right * Read(n, c, top, left + 1))
            + down * ((1 - right) * Read(n, c, top + 1, left) + right * Read(n, c, top + 1, left + 1));
    }
}

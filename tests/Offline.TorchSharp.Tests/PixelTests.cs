using F = TorchSharp.torch.nn.functional;

namespace Offline.TorchSharp.Tests;

public class PixelTests
{
    [Fact]
    public void Pixel_shuffle_turns_channels_into_the_pixels_of_a_block()
    {
        var input = Numbers.Draw(1, 2, 18, 4, 5);
        var expected = new double[2, 2, 12, 15];
        for (var n = 0; n < 2; n++)
            for (var c = 0; c < 2; c++)
                for (var y = 0; y < 12; y++)
                    for (var x = 0; x < 15; x++)
                        expected[n, c, y, x] = input[n, c * 9 + y % 3 * 3 + x % 3, y / 3, x / 3];
        Numbers.Equal(expected, F.pixel_shuffle(from_array(input), 3), 0);
    }

    [Fact]
    public void Padding_is_counted_from_the_last_dimension()
    {
        var (left, right, top, bottom) = (1, 2, 3, 0);
        var input = Numbers.Draw(1, 1, 2, 3, 4);
        var expected = new double[1, 2, 6, 7];
        for (var c = 0; c < 2; c++)
            for (var y = 0; y < 6; y++)
                for (var x = 0; x < 7; x++)
                    expected[0, c, y, x] = y >= top && x >= left && x < left + 4 ? input[0, c, y - top, x - left] : 0.5;
        Numbers.Equal(expected, F.pad(from_array(input), [left, right, top, bottom], value: 0.5), 0);
    }

    [Fact]
    public void Padding_is_zero_unless_told_otherwise() =>
        Numbers.Equal(new[] { 0, 7, 0 }, F.pad(tensor(new[] { 7f }), [1, 1]), 0);

    [Fact]
    public void Negative_padding_cuts_off() => Numbers.Equal(new[] { 8, 9, 0 }, F.pad(tensor(new[] { 7f, 8, 9 }), [-1, 1]), 0);

    [Fact]
    public void Padding_that_the_stand_in_lacks_is_refused() =>
        Assert.Throws<NotSupportedException>(() => F.pad(zeros([1, 1, 4, 4]), [1, 1, 1, 1], PaddingModes.Reflect));
}

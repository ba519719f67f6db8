namespace Offline.TorchSharp.Tests;

public class TensorCreationTests
{
    [Fact]
    public void An_array_of_one_dimension_becomes_a_tensor_of_its_values()
    {
        double[] array = [1.5, -2, 1e300];
        Numbers.Equal(array, from_array(array), 0);
    }

    [Fact]
    public void Arrays_of_two_to_four_dimensions_keep_their_shape_and_order()
    {
        var matrix = new[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        var cube = new long[2, 3, 4];
        var images = Numbers.Draw(1, 2, 3, 4, 5);
        for (var i = 0; i < cube.Length; i++)
            cube[i / 12, i / 4 % 3, i % 4] = i * i;

        Numbers.Equal(matrix, from_array(matrix), 0);
        Numbers.Equal(cube, from_array(cube), 0);
        Numbers.Equal(images, from_array(images), 0);
    }

    [Fact]
    public void The_type_of_an_array_gives_the_type_of_the_tensor()
    {
        Assert.Equal(ScalarType.Byte, from_array(new byte[] { 1 }).dtype);
        Assert.Equal(ScalarType.Int32, from_array(new[] { 1 }).dtype);
        Assert.Equal(ScalarType.Int64, from_array(new[] { 1L }).dtype);
        Assert.Equal(ScalarType.Float32, from_array(new[] { 1f }).dtype);
        Assert.Equal(ScalarType.Float64, from_array(new[] { 1d }).dtype);
        Assert.Equal(ScalarType.Bool, from_array(new[] { true }).dtype);
    }

    [Fact]
    public void A_tensor_is_a_copy_of_its_array()
    {
        float[] array = [1, 2];
        var tensor = torch.tensor(array);
        array[0] = 9;
        Numbers.Equal(new[] { 1f, 2 }, tensor, 0);
    }

    [Fact]
    public void An_array_can_be_converted_on_the_way()
    {
        var bytes = torch.tensor(new byte[] { 0, 200, 255 }, float32);
        var truncated = torch.tensor(new[] { 1.9, -1.9 }, int64);

        Assert.Equal(ScalarType.Float32, bytes.dtype);
        Numbers.Equal(new[] { 0, 200, 255 }, bytes, 0);
        Assert.Equal(ScalarType.Int64, truncated.dtype);
        Numbers.Equal(new[] { 1, -1 }, truncated, 0);
    }

    [Fact]
    public void An_array_without_elements_becomes_a_tensor_without_elements()
    {
        var tensor = from_array(new float[0, 3]);
        Assert.Equal([0, 3], tensor.shape);
        Assert.Equal(0, tensor.NumberOfElements);
        Assert.True(tensor.bytes.IsEmpty);
    }

    [Fact]
    public void An_array_of_a_type_that_torch_does_not_have_is_refused() =>
        Assert.Throws<NotSupportedException>(() => from_array(new[] { "one" }));

    [Fact]
    public void Fills_have_the_shape_the_type_and_the_value_that_was_asked_for()
    {
        Numbers.Equal(new double[2, 3], zeros([2, 3]), 0);
        Numbers.Equal(new double[4], zeros(4), 0);
        Numbers.Equal(new[,] { { 1.0, 1 } }, ones([1, 2]), 0);
        Numbers.Equal(new[] { 1.0, 1, 1 }, ones(3), 0);
        Numbers.Equal(new[] { 0.1, 0.1 }, full([2], 0.1, float64), 0);
        Numbers.Equal(5, full([], 5, int64), 0);
        Assert.Equal([3, 4], empty([3, 4]).shape);
        Assert.Equal(ScalarType.Float32, zeros([2]).dtype);
        Assert.Equal(ScalarType.Int64, ones([2], int64).dtype);
        Assert.Equal(ScalarType.Byte, full([2], 7, uint8).dtype);
        Assert.Equal(ScalarType.Float64, empty([2], float64).dtype);
    }

    [Fact]
    public void Likes_take_shape_and_type_from_their_model_unless_told_otherwise()
    {
        var model = torch.tensor(new[] { 1.0, 2, 3 });
        Assert.Equal(ScalarType.Float64, zeros_like(model).dtype);
        Assert.Equal(ScalarType.Int64, ones_like(model, int64).dtype);
        Numbers.Equal(new double[3], zeros_like(model), 0);
        Numbers.Equal(new[] { 1, 1, 1 }, ones_like(model, int64), 0);
    }

    [Fact]
    public void A_range_goes_from_start_to_before_stop()
    {
        Assert.Equal(ScalarType.Int64, arange(4).dtype);
        Numbers.Equal(new[] { 0, 1, 2, 3 }, arange(4), 0);
        Numbers.Equal(new[] { -1, 0, 1 }, arange(-1, 2), 0);
        Numbers.Equal(new[] { 10, 7, 4 }, arange(10, 1, -3), 0);
        Numbers.Equal(new[] { 0, 0.25, 0.5, 0.75 }, arange(0, 1, 0.25, float64), 0);
    }

    [Fact]
    public void A_tensor_tells_its_size()
    {
        var tensor = zeros([2, 3, 4], int64);
        Assert.Equal([2, 3, 4], tensor.shape);
        Assert.Equal(3, tensor.ndim);
        Assert.Equal(3, tensor.dim());
        Assert.Equal(3, tensor.Dimensions);
        Assert.Equal(24, tensor.NumberOfElements);
        Assert.Equal(24, tensor.numel());
        Assert.Equal(8, tensor.ElementSize);
        Assert.Equal(2, tensor.size(0));
        Assert.Equal(4, tensor.size(-1));
    }

    [Fact]
    public void A_tensor_is_on_the_cpu_unless_told_otherwise()
    {
        var tensor = zeros([2]);
        Assert.Equal(DeviceType.CPU, tensor.device_type);
        Assert.Equal(DeviceType.CPU, tensor.device.type);
        Assert.False(tensor.is_cuda);
        Assert.Equal(DeviceType.META, zeros([2], device: device("meta")).device_type);
    }

    [Fact]
    public void A_conversion_copies_only_when_it_must_or_is_told_to()
    {
        var tensor = torch.tensor(new[] { 1f, 2 });
        var same = tensor.to(float32);
        var copy = tensor.to(float32, copy: true);
        tensor.fill_(9);

        Numbers.Equal(new[] { 9, 9 }, same, 0);
        Numbers.Equal(new[] { 1, 2 }, copy, 0);
        Numbers.Equal(new[] { 9, 9 }, tensor.to_type(int64), 0);
        Numbers.Equal(new[] { 9, 9 }, tensor.to(uint8, CPU), 0);
        Numbers.Equal(new[] { 9, 9 }, tensor.cpu(), 0);
    }

    [Fact]
    public void A_conversion_can_dispose_what_it_converts()
    {
        var tensor = torch.tensor(new[] { 1f, 2 });
        var same = tensor.to(float32, disposeAfter: true);
        Assert.True(tensor.IsInvalid);
        Numbers.Equal(new[] { 1, 2 }, same, 0);
    }
}

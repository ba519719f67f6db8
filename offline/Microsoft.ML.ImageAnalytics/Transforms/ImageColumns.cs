using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>What the transforms do with columns of images.</summary>
internal static class ImageColumns
{
    public static SchemaShape.Column FindImage(this SchemaShape shape, string name)
    {
        var column = shape.FindInput(name);
        return column.ItemType is ImageDataViewType && column.Kind == SchemaShape.Column.VectorKind.Scalar
            ? column
            : throw Contracts.SchemaMismatch("input", name, new ImageDataViewType().ToString(), column.Describe());
    }

    public static ImageDataViewType ImageTypeOf(DataViewSchema.Column column) =>
        column.Type as ImageDataViewType ?? throw Contracts.SchemaMismatch("input", column.Name, "image", column.Type.ToString());

    /// <summary>A getter of images made of the input's. Null stays null.</summary>
    public static ValueGetter<MLImage> Map(DataViewRow row, DataViewSchema.Column input, Func<MLImage, MLImage> map)
    {
        var (getter, source) = (row.GetGetter<MLImage>(input), default(MLImage));
        return Getter(() =>
        {
            getter(ref source);
            return source is null ? null : map(source);
        }, isOwn: image => !ReferenceEquals(image, source));
    }

    /// <summary>A getter that disposes of the image of the row before when it puts the next one in its place.</summary>
    /// <param name="make">Makes the image of the current row.</param>
    /// <param name="isOwn">Whether an image was made here. Others, such as those of the user's rows, are not to be disposed of.</param>
    public static ValueGetter<MLImage> Getter(Func<MLImage> make, Func<MLImage, bool> isOwn)
    {
        MLImage last = null;
        return (ref MLImage image) =>
        {
            if (last is not null && ReferenceEquals(image, last))
                last.Dispose();
            (image, last) = (null, null);
            image = make();
            last = isOwn(image) ? image : null;
        };
    }
}

using FashionAE.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

[assembly: Saved<PixelLoading>]

namespace FashionAE.MLNet;

/// <summary>Loads the image files of a column of paths as pixels. Several files are loaded at the same time.</summary>
/// <param name="Output">The column for pixels.</param>
/// <param name="Input">The column of paths.</param>
/// <param name="Folder">The absolute path of the folder that the paths are relative to; null for the current directory.</param>
/// <param name="Options">The options.</param>
internal sealed record PixelLoading(string Output, string Input, string? Folder, PixelOptions Options)
    : PixelStep<PixelLoading>(Output, Input, Options), ISaved
{
    public static string Kind => "FSHNLOAD";

    public static string Signature => "FashionAE.LoadPixels";

    internal override string Step => "LoadPixels";

    private protected override DataViewType InputType => TextDataViewType.Instance;

    private protected override RowBatch CreateBatch(BatchRequest request, DataViewSchema.Column input) => new Batch(this, request, input);

    private sealed class Batch(PixelLoading step, BatchRequest request, DataViewSchema.Column input)
        : PixelBatch<ReadOnlyMemory<char>>(step.Options, request, input)
    {
        protected override float[] Make(ReadOnlyMemory<char> text, long row)
        {
            if (text.IsEmpty)
                throw new InvalidOperationException($"Row {row} has no path in column '{ColumnName}'{Remedy}");
            var path = Path.Combine(step.Folder ?? "", text.ToString());
            try
            {
                return PixelReader.Open(path, step.Options.MaximumPixels, Maker.MakeInTurn);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new FileNotFoundException(
                    $"Row {row}: the file '{path}' does not exist. Correct the column '{ColumnName}'"
                    + (step.Folder is null ? "." : " or the folder, or use absolute paths."), path, e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new IOException($"Row {row}: '{path}' cannot be read: {e.Message}", e);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"Row {row}: {e.Message}", e);
            }
        }
    }
}

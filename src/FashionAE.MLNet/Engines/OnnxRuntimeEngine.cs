using Microsoft.ML.OnnxRuntime;

namespace FashionAE.MLNet;

/// <summary>
/// Computes by ONNX Runtime: a batch in slices, which run side by side, each on one thread. ONNX Runtime's own threads, which wait by
/// spinning, are not used.
/// </summary>
internal sealed class OnnxRuntimeEngine : INetworkEngine, IDisposable
{
    // 10,000 images, 1 thread: from 32 to 256 rows a slice, dense and convolutional networks take the same time within the noise of the
    // machine; with fewer the calls take longer, with more the values leave the processor's cache.
    private const int Slice = 64;

    private readonly Lock _gate = new();
    private readonly Func<OnnxPart, byte[]> _write;
    private readonly int _imageSize;
    private readonly int _latentSize;
    private Part? _encoder;
    private Part? _decoder;

    /// <param name="imageSize">How many values an image has.</param>
    /// <param name="latentSize">How many values a latent vector has.</param>
    /// <param name="write">Writes an ONNX model of the encoder, or of the decoder, when it is first needed.</param>
    public OnnxRuntimeEngine(int imageSize, int latentSize, Func<OnnxPart, byte[]> write) =>
        (_imageSize, _latentSize, _write) = (imageSize, latentSize, write);

    // A session that could not be made, for want of memory say, is tried again by the next call.
    private Part Encoder => Volatile.Read(ref _encoder) ?? Make(
        ref _encoder, OnnxPart.Encoder, (OnnxFile.Pixels, _imageSize), (OnnxFile.Latent, _latentSize));

    private Part Decoder => Volatile.Read(ref _decoder) ?? Make(
        ref _decoder, OnnxPart.Decoder, (OnnxFile.Latent, _latentSize), (OnnxFile.Reconstruction, _imageSize));

    /// <summary>Makes both sessions, which shows whether ONNX Runtime computes the models.</summary>
    /// <exception cref="OnnxRuntimeException">It does not.</exception>
    public void Open() => _ = (Encoder, Decoder);

    public void Encode(float[] images, float[] latent, int count) => Encoder.Run(images, latent, count);

    public void Decode(float[] latent, float[] images, int count) => Decoder.Run(latent, images, count);

    public void Dispose()
    {
        _encoder?.Dispose();
        _decoder?.Dispose();
    }

    private Part Make(ref Part? made, OnnxPart part, (string Name, int Size) input, (string Name, int Size) output)
    {
        lock (_gate)
            return made ??= new Part(_write(part), input, output);
    }

    private sealed class Part : IDisposable
    {
        private readonly string[] _inputs;
        private readonly string[] _outputs;
        private readonly (int Input, int Output) _sizes;
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();

        public Part(byte[] model, (string Name, int Size) input, (string Name, int Size) output)
        {
            (_inputs, _outputs, _sizes) = ([input.Name], [output.Name], (input.Size, output.Size));
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _session = new InferenceSession(model, options);
        }

        public void Run(float[] values, float[] results, int count)
        {
            void RunSlice(int slice)
            {
                var (first, rows) = (slice * Slice, Math.Min(Slice, count - slice * Slice));
                using var input = Value(values, first, rows, _sizes.Input);
                using var output = Value(results, first, rows, _sizes.Output);
                _session.Run(_options, _inputs, [input], _outputs, [output]);
            }

            if (count <= Slice)
                RunSlice(0);
            else
                SideBySide.Run((count + Slice - 1) / Slice, RunSlice);
        }

        public void Dispose()
        {
            _session.Dispose();
            _options.Dispose();
        }

        private static OrtValue Value(float[] values, int first, int rows, int size) => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, values.AsMemory(first * size, rows * size), [rows, size]);
    }
}

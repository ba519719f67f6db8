using System.Runtime.ExceptionServices;
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

    private readonly Lazy<Part> _encoder;
    private readonly Lazy<Part> _decoder;

    /// <param name="imageSize">How many values an image has.</param>
    /// <param name="latentSize">How many values a latent vector has.</param>
    /// <param name="write">Writes an ONNX model of the encoder, or of the decoder, when it is first needed.</param>
    public OnnxRuntimeEngine(int imageSize, int latentSize, Func<OnnxPart, byte[]> write)
    {
        _encoder = new(() => new Part(write(OnnxPart.Encoder), (OnnxFile.Pixels, imageSize), (OnnxFile.Latent, latentSize)));
        _decoder = new(() => new Part(write(OnnxPart.Decoder), (OnnxFile.Latent, latentSize), (OnnxFile.Reconstruction, imageSize)));
    }

    public void Encode(float[] images, float[] latent, int count) => _encoder.Value.Run(images, latent, count);

    public void Decode(float[] latent, float[] images, int count) => _decoder.Value.Run(latent, images, count);

    public void Dispose()
    {
        foreach (var part in (Lazy<Part>[])[_encoder, _decoder])
            if (part.IsValueCreated)
                part.Value.Dispose();
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
                RunAll((count + Slice - 1) / Slice, RunSlice);
        }

        public void Dispose()
        {
            _session.Dispose();
            _options.Dispose();
        }

        // Each thread takes the next slice: Parallel.For hands out several at once, and in the end one thread would wait for the other.
        private static void RunAll(int slices, Action<int> run)
        {
            var next = -1;
            try
            {
                Parallel.For(0, Math.Min(slices, Environment.ProcessorCount), _ =>
                {
                    for (int slice; (slice = Interlocked.Increment(ref next)) < slices;)
                        run(slice);
                });
            }
            catch (AggregateException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerException!);
            }
        }

        private static OrtValue Value(float[] values, int first, int rows, int size) => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, values.AsMemory(first * size, rows * size), [rows, size]);
    }
}

using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace FashionAE.MLNet;

/// <summary>
/// A trained autoencoder: as it came from a file, as a network of TorchSharp, or as both, and what computes it. Each is made when it is
/// first needed: who scores by ONNX Runtime needs no libtorch.
/// </summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Lock _gate = new();
    private SavedAutoencoder? _saved;
    // Of a network of one's own, as its file has it.
    private readonly OnnxModels? _onnxModels;
    private Autoencoder? _network;
    private LibTorchEngine? _libTorch;
    private OnnxRuntimeEngine? _onnxRuntime;
    private NotSupportedException? _refusal;
    private bool _isReported;
    private bool _isDisposed;

    public TrainedModel(Autoencoder network) => (_network, Architecture) = (network, network.Architecture);

    /// <param name="saved">The autoencoder of a file.</param>
    /// <param name="onnxModels">Its ONNX models, where the file has them.</param>
    public TrainedModel(SavedAutoencoder saved, OnnxModels? onnxModels = null) =>
        (_saved, _onnxModels, Architecture) = (saved, onnxModels, saved.Architecture);

    public AutoencoderArchitecture Architecture { get; }

    public InputShape InputShape => Architecture.InputShape;

    public int LatentSize => Architecture.LatentSize;

    /// <summary>Gets the space in which scores compare vectors; null for images and your own networks.</summary>
    public VectorSpace? Space
    {
        get
        {
            if (Architecture is not VectorArchitecture { MasksMissing: var masks })
                return null;
            lock (_gate)
            {
                if (field is not null)
                    return field;
                var scaling = _network is null ? _saved!.Scaling : (_network as VectorAutoencoder)?.LearnedScaling;
                return field = new VectorSpace(scaling?.Offset, scaling?.Scale, masks);
            }
        }
    }

    /// <summary>Gets the network, in evaluation mode.</summary>
    /// <exception cref="DllNotFoundException">There is no libtorch.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed, and the network was never asked for.</exception>
    public Autoencoder Network
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_network is null && _isDisposed, this);
                _network ??= _saved!.Build();
                // The weights are the network's from then on, which its owner may change.
                _saved = null;
                return _network;
            }
        }
    }

    /// <summary>Gets the engine that is chosen.</summary>
    /// <param name="warn">Gets what is wrong with an ONNX Runtime that is there, when it is not used for that.</param>
    /// <exception cref="DllNotFoundException">A native library is not there, or none of both.</exception>
    /// <exception cref="NotSupportedException">ONNX Runtime is asked for, and the network has a layer that ONNX cannot express.</exception>
    public INetworkEngine EngineFor(ScoringEngine choice, Action<string>? warn = null)
    {
        lock (_gate)
            return choice switch
            {
                ScoringEngine.LibTorch => LibTorch(),
                ScoringEngine.OnnxRuntime => OnnxRuntime(),
                _ => Best(warn),
            };
    }

    /// <summary>
    /// Builds a network of one's own where there is a libtorch, and else opens its ONNX models: what is wrong with its file shall show when
    /// it is loaded.
    /// </summary>
    /// <exception cref="InvalidDataException">The weights do not fit the network, or the ONNX models are none.</exception>
    /// <exception cref="DllNotFoundException">There is no library that can compute it.</exception>
    public void Check()
    {
        if (Architecture.Parts is not null)
            return;
        try
        {
            _ = Network;
        }
        catch (DllNotFoundException e) when (_onnxModels is null)
        {
            throw new DllNotFoundException(
                $"{Architecture.GetType().Name} is no network of FashionAE, and the file has no ONNX models of it: "
                + $"libtorch must compute it. {e.Message}", e);
        }
        catch (DllNotFoundException)
        {
            try
            {
                EngineFor(ScoringEngine.Auto);
            }
            catch (NotSupportedException e)
            {
                throw new InvalidDataException(e.Message, e);
            }
        }
    }

    /// <summary>Gives the weights as they are now.</summary>
    public SavedAutoencoder Save()
    {
        lock (_gate)
            return _network is null ? _saved! : SavedAutoencoder.Of(_network);
    }

    /// <summary>Writes the ONNX models that the file of a network of one's own has beside the weights.</summary>
    /// <returns>The models; null where every program can write them, by the architecture.</returns>
    /// <exception cref="NotSupportedException">The network has a layer that ONNX cannot express.</exception>
    public OnnxModels? SaveOnnx()
    {
        if (IsBuiltIn)
            return null;
        if (_network is null && _onnxModels is not null)
            return _onnxModels;
        try
        {
            byte[] Write(OnnxPart part) => OnnxFile.ToBytes(Network, part);
            return new OnnxModels(Write(OnnxPart.Encoder), Write(OnnxPart.Decoder));
        }
#pragma warning disable CA1031 // A network of one's own may throw whatever it likes; libtorch computes it all the same.
        catch (Exception e) when (e is not (NotSupportedException or DllNotFoundException or OutOfMemoryException))
#pragma warning restore CA1031
        {
            throw new NotSupportedException(e.Message, e);
        }
    }

    /// <summary>Gets what the network computes, as it is written into a graph.</summary>
    /// <exception cref="NotSupportedException">
    /// The network has a layer that ONNX cannot express, or it is one of one's own and there is no libtorch to build it.
    /// </exception>
    public NetworkGraph GetGraph()
    {
        lock (_gate)
            try
            {
                if (IsBuiltIn)
                    return Save().Graph!;
                var network = Network;
                // Refuses a network whose graph computes something else.
                SaveOnnx();
                return NetworkGraph.Of(network);
            }
            catch (DllNotFoundException e)
            {
                throw new NotSupportedException(
                    "A network of one's own is built before it is added to a graph, which needs libtorch here: " + e.Message, e);
            }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _onnxRuntime?.Dispose();
            _network?.Dispose();
        }
    }

    // A network of one's own may have a built-in architecture, until it has been saved.
    private bool IsBuiltIn => Architecture.Parts is not null && _network is null or { IsBuiltIn: true };

    // ONNX Runtime was faster in all that was measured, batches included (make bench, 2 cores, AVX-512): 10,000 rows of a view 2.2 times
    // (dense) and 1.25 times (convolutional), single rows 2.8 and 8.3 times.
    private INetworkEngine Best(Action<string>? warn)
    {
        if (OnnxRuntimeLibrary.IsThere && _network?.Device.type is null or DeviceType.CPU)
        {
            try
            {
                if (_refusal is null)
                    return OnnxRuntime();
            }
            catch (NotSupportedException)
            {
                // It is kept as the refusal.
            }
            Report($"ONNX Runtime cannot compute the network: {_refusal!.Message}", warn);
        }
        if (OnnxRuntimeLibrary.Problem is not null)
            Report(OnnxRuntimeLibrary.Refusal, warn);
        try
        {
            return LibTorch();
        }
        catch (DllNotFoundException e) when (!OnnxRuntimeLibrary.IsThere)
        {
            throw new DllNotFoundException(
                $"Scoring needs ONNX Runtime or libtorch, and neither is there. {OnnxRuntimeLibrary.Refusal} {e.Message}", e);
        }
    }

    /// <summary>Says once why libtorch scores where ONNX Runtime could be expected to.</summary>
    private void Report(string reason, Action<string>? warn)
    {
        if (warn is null || _isReported)
            return;
        _isReported = true;
        warn($"{reason} libtorch scores instead.");
    }

    private LibTorchEngine LibTorch() => _libTorch ??= new LibTorchEngine(Network);

    private OnnxRuntimeEngine OnnxRuntime()
    {
        if (!OnnxRuntimeLibrary.IsThere)
            throw new DllNotFoundException(OnnxRuntimeLibrary.Refusal);
        if (_refusal is not null)
            throw new NotSupportedException(_refusal.Message, _refusal);
        if (_onnxRuntime is not null)
            return _onnxRuntime;
        var engine = new OnnxRuntimeEngine(InputShape.Size, LatentSize, Writer());
        if (!IsBuiltIn)
            Open(engine);
        return _onnxRuntime = engine;
    }

    /// <summary>Opens the sessions of a network of one's own: it may have operators or types that ONNX Runtime does not compute.</summary>
    private void Open(OnnxRuntimeEngine engine)
    {
        try
        {
            engine.Open();
        }
        catch (OnnxRuntimeException e)
        {
            engine.Dispose();
            _refusal = new NotSupportedException($"ONNX Runtime refuses the network: {e.Message}", e);
            throw _refusal;
        }
    }

    /// <summary>Finds what writes the ONNX models; a network of one's own shows now whether it can be written.</summary>
    private Func<OnnxPart, byte[]> Writer()
    {
        var options = new OnnxFileOptions();
        if (IsBuiltIn)
        {
            var graph = Save().Graph!;
            return part => OnnxFile.ToBytes(graph, part, options);
        }
        try
        {
            var models = SaveOnnx()!;
            return part => part == OnnxPart.Encoder ? models.Encoder : models.Decoder;
        }
        catch (NotSupportedException e)
        {
            _refusal = e;
            throw;
        }
    }
}

/// <summary>A network as ONNX models.</summary>
internal sealed record OnnxModels(byte[] Encoder, byte[] Decoder);

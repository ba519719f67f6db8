using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace FashionAE.MLNet;

/// <summary>
/// A trained autoencoder, as read from a file or as a TorchSharp network, and the engines that compute it. The network and the engines are
/// created when they are first needed, so that scoring with ONNX Runtime does not need libtorch.
/// </summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly Lock _gate = new();
    private SavedAutoencoder? _saved;
    // The ONNX models of a custom network, if its file contains them.
    private readonly OnnxModels? _onnxModels;
    private Autoencoder? _network;
    private LibTorchEngine? _libTorch;
    private OnnxRuntimeEngine? _onnxRuntime;
    private NotSupportedException? _refusal;
    private bool _isReported;
    private bool _isDisposed;

    public TrainedModel(Autoencoder network) => (_network, Architecture) = (network, network.Architecture);

    /// <param name="saved">The autoencoder of a file.</param>
    /// <param name="onnxModels">The ONNX models of the autoencoder, if the file contains them.</param>
    public TrainedModel(SavedAutoencoder saved, OnnxModels? onnxModels = null) =>
        (_saved, _onnxModels, Architecture) = (saved, onnxModels, saved.Architecture);

    public AutoencoderArchitecture Architecture { get; }

    public InputShape InputShape => Architecture.InputShape;

    public int LatentSize => Architecture.LatentSize;

    /// <summary>Gets the space in which scores compare vectors; null for images and custom architectures.</summary>
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
    /// <exception cref="DllNotFoundException">libtorch is not available.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed before the network was created.</exception>
    public Autoencoder Network
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_network is null && _isDisposed, this);
                _network ??= _saved!.Build();
                // From now on the network holds the weights, and its owner may change them.
                _saved = null;
                return _network;
            }
        }
    }

    /// <summary>Gets the chosen engine.</summary>
    /// <param name="warn">Receives the reason, once, if ONNX Runtime exists but cannot be loaded or cannot compute the network.</param>
    /// <exception cref="DllNotFoundException">The native library of the chosen engine is not available, or neither library is.</exception>
    /// <exception cref="NotSupportedException">
    /// ONNX Runtime is chosen, and the network has a layer that ONNX cannot express or that ONNX Runtime does not support.
    /// </exception>
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
    /// Builds a custom network if libtorch is available, and otherwise opens its ONNX models. This finds errors in a file when the file is
    /// loaded.
    /// </summary>
    /// <exception cref="InvalidDataException">The weights do not fit the network, or the ONNX models are invalid.</exception>
    /// <exception cref="DllNotFoundException">No library that can compute the network is available.</exception>
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
                $"{Architecture.GetType().Name} is a custom network, and the file has no ONNX models of it: "
                + $"only libtorch can compute it. {e.Message}", e);
        }
        catch (DllNotFoundException)
        {
            try
            {
                // Auto would only say that libtorch is not available.
                EngineFor(OnnxRuntimeLibrary.IsThere ? ScoringEngine.OnnxRuntime : ScoringEngine.Auto);
            }
            catch (NotSupportedException e)
            {
                throw new InvalidDataException(e.Message, e);
            }
        }
    }

    /// <summary>Returns the current weights.</summary>
    public SavedAutoencoder Save()
    {
        lock (_gate)
            return _network is null ? _saved! : SavedAutoencoder.Of(_network);
    }

    /// <summary>Writes the ONNX models of a custom network, which its file contains next to the weights.</summary>
    /// <returns>The models, or null if every program can write them from the architecture.</returns>
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
#pragma warning disable CA1031 // A custom network may throw any exception. libtorch can compute it nevertheless.
        catch (Exception e) when (e is not (NotSupportedException or DllNotFoundException or OutOfMemoryException))
#pragma warning restore CA1031
        {
            throw new NotSupportedException(e.Message, e);
        }
    }

    /// <summary>Gets the form of the network that is added to an ONNX graph.</summary>
    /// <exception cref="NotSupportedException">
    /// The network has a layer that ONNX cannot express, or it is a custom network and libtorch is not available to build it.
    /// </exception>
    public NetworkGraph GetGraph()
    {
        lock (_gate)
            try
            {
                if (IsBuiltIn)
                    return Save().Graph!;
                var network = Network;
                // This throws an exception if the graph of the network computes other values than the network.
                SaveOnnx();
                return NetworkGraph.Of(network);
            }
            catch (DllNotFoundException e)
            {
                throw new NotSupportedException(
                    "A custom network must be built before it is added to a graph, and this needs libtorch: " + e.Message, e);
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

    // A custom network may have a built-in architecture. The network that is loaded from its file is then built-in, because it is built
    // from that architecture.
    private bool IsBuiltIn => Architecture.Parts is not null && _network is null or { IsBuiltIn: true };

    // ONNX Runtime was faster in all measurements, including batches (make bench, 2 cores, AVX-512). It scored 10,000 rows of a view 2.2
    // times (dense) and 1.25 times (convolutional) as fast, and single rows 2.8 and 8.3 times as fast.
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
                // _refusal has the reason.
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
                $"Scoring needs ONNX Runtime or libtorch, and neither is available. {OnnxRuntimeLibrary.Refusal} {e.Message}", e);
        }
    }

    /// <summary>Warns once that libtorch scores, and says why ONNX Runtime does not.</summary>
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

    /// <summary>Opens the sessions of a custom network, which may have operators or types that ONNX Runtime does not support.</summary>
    private void Open(OnnxRuntimeEngine engine)
    {
        try
        {
            engine.Open();
        }
        catch (OnnxRuntimeException e)
        {
            engine.Dispose();
            _refusal = new NotSupportedException($"ONNX Runtime does not support the network: {e.Message}", e);
            throw _refusal;
        }
    }

    /// <summary>Gets a function that writes the ONNX models, and checks now whether those of a custom network can be written.</summary>
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

/// <summary>The ONNX models of a network.</summary>
internal sealed record OnnxModels(byte[] Encoder, byte[] Decoder);

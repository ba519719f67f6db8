using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// Saves and loads autoencoders as single safetensors files: the weights with PyTorch's names, and the architecture as JSON in the
/// metadata. Python reads the weights with <c>safetensors.torch.load_file(path)</c>.
/// </summary>
public static class AutoencoderFile
{
    /// <summary>Saves a model to a file atomically.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file could not be written. An existing file is unchanged.</exception>
    /// <exception cref="NotSupportedException">A file cannot store the architecture, or the type of a tensor.</exception>
    public static void Save(Autoencoder model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Saves a model to a stream.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="stream">The stream to write to.</param>
    /// <exception cref="NotSupportedException">A file cannot store the architecture, or the type of a tensor.</exception>
    public static void Save(Autoencoder model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        SavedAutoencoder.Of(model).Write(stream);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="device">The device for the model; null for the CPU.</param>
    /// <returns>The model, in evaluation mode. The caller must dispose it.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is corrupt, its architecture is missing or unknown, or its weights do not fit the architecture.
    /// </exception>
    public static Autoencoder Load(string path, Device? device = null) =>
        SavedAutoencoder.Of(SafeTensorsFile.Read(path), path).Build(device);

    /// <summary>Loads a model from a stream.</summary>
    /// <param name="stream">The stream, positioned at the start of the model. It is read to its end, and need not be seekable.</param>
    /// <param name="device">The device for the model; null for the CPU.</param>
    /// <returns>The model, in evaluation mode. The caller must dispose it.</returns>
    /// <exception cref="InvalidDataException">
    /// The data is corrupt, its architecture is missing or unknown, or its weights do not fit the architecture.
    /// </exception>
    public static Autoencoder Load(Stream stream, Device? device = null) =>
        SavedAutoencoder.Of(SafeTensorsFile.Read(stream), "The model").Build(device);

    /// <summary>Loads only the weights into a model, such as weights saved by PyTorch.</summary>
    /// <param name="model">The model. Its weights change in place.</param>
    /// <param name="path">The path of a safetensors file with a tensor for every entry of the model's state.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt or does not fit the model. The model is unchanged.</exception>
    public static void LoadWeights(Autoencoder model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        SavedAutoencoder.CopyTo(model, SafeTensorsFile.Read(path).Tensors, path);
    }
}

using static TorchSharp.torch;

namespace FashionAE.Torch;

/// <summary>
/// An autoencoder in one file: its weights as safetensors under PyTorch's names, its architecture as JSON in the metadata. Python
/// reads the weights with <c>safetensors.torch.load_file(path)</c>.
/// </summary>
public static class AutoencoderFile
{
    /// <summary>Saves a model to a file, whole or not at all.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file could not be written; what was there before still is.</exception>
    public static void Save(Autoencoder model, string path) => AtomicFile.Write(path, stream => Save(model, stream));

    /// <summary>Saves a model to a stream.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="stream">The stream to write to.</param>
    public static void Save(Autoencoder model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        SavedAutoencoder.Of(model).Write(stream);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="device">The device to put the model on; the CPU unless given.</param>
    /// <returns>The model, ready to score (not in training mode); the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt, has no architecture, or has weights that do not fit it.</exception>
    public static Autoencoder Load(string path, Device? device = null) =>
        SavedAutoencoder.Of(SafeTensorsFile.Read(path), path).Build(device);

    /// <summary>Loads a model from a stream.</summary>
    /// <param name="stream">The stream, at the beginning of the model, which is read to its end; it need not seek.</param>
    /// <param name="device">The device to put the model on; the CPU unless given.</param>
    /// <returns>The model, ready to score (not in training mode); the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">It is corrupt, has no architecture, or has weights that do not fit it.</exception>
    public static Autoencoder Load(Stream stream, Device? device = null) =>
        SavedAutoencoder.Of(SafeTensorsFile.Read(stream), "The model").Build(device);

    /// <summary>Loads weights alone, such as PyTorch's, into a model.</summary>
    /// <param name="model">The model; its weights change in place.</param>
    /// <param name="path">A safetensors file with a tensor for every entry of the model's state.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is corrupt or does not fit the model, which is left as it was.</exception>
    public static void LoadWeights(Autoencoder model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        SavedAutoencoder.CopyTo(model, SafeTensorsFile.Read(path).Tensors, path);
    }
}

// Encodes and reconstructs 100 garments from PNG and JPEG files, with one pipeline that is saved and loaded as a whole.
using EncodeImageFiles;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test), 100);
var folder = Directory.CreateDirectory("garments").FullName;

// Save the pixels as files, alternately PNG and JPEG.
var drawn = ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(test).Transform(test);
var files = new List<ImageFile>();
foreach (var row in ml.Data.CreateEnumerable<Drawing>(drawn, reuseRowObject: false))
{
    var name = $"{files.Count:D3}.{(files.Count % 2 == 0 ? "png" : "jpg")}";
    using (row.Image)
        row.Image.Save(Path.Combine(folder, name));
    files.Add(new ImageFile { ImagePath = name });
}

// Train the autoencoder on the data set, then prepend the step that loads files.
var options = new AutoencoderEstimator.Options
{
    InputColumnName = "Pixels",
    LatentColumnName = "Code",
    ReconstructionColumnName = "Reconstruction",
    MseColumnName = "Mse",
    Epochs = 10,
};
using var autoencoder = ml.Transforms.Autoencode(options).Fit(train);
var paths = ml.Data.LoadFromEnumerable(files);
var model = ml.Transforms.LoadPixels("Pixels", folder, FashionMnist.Shape, "ImagePath").Fit(paths).Append(autoencoder);
ml.Model.Save(model, paths.Schema, "files-to-codes.zip");

// The remaining code could run in another process.
var loaded = ml.Model.Load("files-to-codes.zip", out _);
using var native = loaded as IDisposable;
var encoded = loaded.Transform(paths);
var ofFiles = encoded.GetColumn<float[]>("Code").ToArray();
var ofDataSet = autoencoder.Transform(test).GetColumn<float[]>("Code").ToArray();
var span = Enumerable.Range(0, 2).Max(axis => ofDataSet.Max(code => code[axis]) - ofDataSet.Min(code => code[axis]));
double Distance(int i) => Math.Sqrt(ofFiles[i].Zip(ofDataSet[i], (a, b) => (double)(a - b) * (a - b)).Sum());
var png = Enumerable.Range(0, 50).Select(i => Distance(2 * i)).ToArray();
var jpeg = Enumerable.Range(0, 50).Select(i => Distance(2 * i + 1)).ToArray();
Console.WriteLine($"PNG:  {png.Count(d => d == 0)} of {png.Length} codes are bitwise equal to those of the data set");
Console.WriteLine(
    $"JPEG: mean distance to the codes of the data set {jpeg.Average():G2}, maximum {jpeg.Max():G2}; range of all codes {span:F1}");

// Save every reconstruction as a file.
var reconstructed = ml.Transforms.DrawImages("Image", "Reconstruction", FashionMnist.Shape).Fit(encoded).Transform(encoded);
foreach (var (row, file) in ml.Data.CreateEnumerable<Drawing>(reconstructed, reuseRowObject: false).Zip(files))
    using (row.Image)
        row.Image.Save(Path.Combine(folder, Path.GetFileNameWithoutExtension(file.ImagePath) + ".reconstruction.png"));
Console.WriteLine($"The files and {files.Count} reconstructions are in {Path.GetFileName(folder)}");

// On the sample of the data set:
// PNG:  50 of 50 codes are bitwise equal to those of the data set
// JPEG: mean distance to the codes of the data set 0.0028, maximum 0.0082; range of all codes 16.8
// The files and 100 reconstructions are in garments

// From image files to codes and back: 100 garments as PNG and JPEG files, encoded by one pipeline that is saved and loaded whole.
using EncodeImageFiles;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test), 100);
var folder = Directory.CreateDirectory("garments").FullName;

// Pixels to files: every other one a JPEG.
var drawn = ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(test).Transform(test);
var files = new List<ImageFile>();
foreach (var row in ml.Data.CreateEnumerable<Drawing>(drawn, reuseRowObject: false))
{
    var name = $"{files.Count:D3}.{(files.Count % 2 == 0 ? "png" : "jpg")}";
    using (row.Image)
        row.Image.Save(Path.Combine(folder, name));
    files.Add(new ImageFile { ImagePath = name });
}

// The autoencoder learns from the data set; what loads files goes before it.
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

// Another process begins here.
var loaded = ml.Model.Load("files-to-codes.zip", out _);
using var native = loaded as IDisposable;
var encoded = loaded.Transform(paths);
var ofFiles = encoded.GetColumn<float[]>("Code").ToArray();
var ofDataSet = autoencoder.Transform(test).GetColumn<float[]>("Code").ToArray();
var span = Enumerable.Range(0, 2).Max(axis => ofDataSet.Max(code => code[axis]) - ofDataSet.Min(code => code[axis]));
double Distance(int i) => Math.Sqrt(ofFiles[i].Zip(ofDataSet[i], (a, b) => (double)(a - b) * (a - b)).Sum());
var png = Enumerable.Range(0, 50).Select(i => Distance(2 * i)).ToArray();
var jpeg = Enumerable.Range(0, 50).Select(i => Distance(2 * i + 1)).ToArray();
Console.WriteLine($"PNG:  {png.Count(d => d == 0)} of {png.Length} codes are those of the data set, to the bit");
Console.WriteLine($"JPEG: codes are {jpeg.Average():G2} from those of the data set in the mean, {jpeg.Max():G2} at most; all codes span {span:F1}");

// And back: a file for every reconstruction.
var reconstructed = ml.Transforms.DrawImages("Image", "Reconstruction", FashionMnist.Shape).Fit(encoded).Transform(encoded);
foreach (var (row, file) in ml.Data.CreateEnumerable<Drawing>(reconstructed, reuseRowObject: false).Zip(files))
    using (row.Image)
        row.Image.Save(Path.Combine(folder, Path.GetFileNameWithoutExtension(file.ImagePath) + ".reconstruction.png"));
Console.WriteLine($"The files and {files.Count} reconstructions are in {Path.GetFileName(folder)}");

// On the sample of the data set:
// PNG:  50 of 50 codes are those of the data set, to the bit
// JPEG: codes are 0.0028 from those of the data set in the mean, 0.0082 at most; all codes span 16.8
// The files and 100 reconstructions are in garments

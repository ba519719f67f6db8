// Explores scores in data frames: the mean error of each class, the worst garments, and the training history.
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Data.Analysis;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);

var options = new AutoencoderEstimator.Options
{
    InputColumnName = "Pixels",
    LatentColumnName = "Code",
    ReconstructionColumnName = "Reconstruction",
    MseColumnName = "Mse",
    PsnrColumnName = "Psnr",
    SsimColumnName = "Ssim",
    Epochs = 10,
};
using var model = ml.Transforms.Autoencode(options).Fit(train);
var scored = model.Transform(test);

// -1 converts all rows. The default is 100 rows.
DataFrame scores = scored.ToDataFrame(-1, "LabelText", "Mse", "Psnr", "Ssim");
Console.WriteLine("Mean scores by class, worst first:");
Print(scores.GroupBy("LabelText").Mean("Mse", "Psnr", "Ssim").OrderByDescending("Mse"));

var worst = scores.Filter(scores["Mse"].ElementwiseGreaterThan(2 * scores["Mse"].Mean()));
Console.WriteLine($"{worst.Rows.Count} of {scores.Rows.Count} garments have more than twice the mean error:");
Print(worst["LabelText"].ValueCounts().OrderByDescending("Counts"));

Console.WriteLine("Training history:");
Print(model.History!.ToDataFrame());

// The evaluator computes the same means and an overall row. Write them to a file and read it.
DataFrame metrics = ml.Reconstruction.Evaluate(scored, "Pixels", "Reconstruction", "Label").ToDataFrame();
DataFrame.SaveCsv(metrics, "metrics.csv");
Console.WriteLine("metrics.csv:");
Print(DataFrame.LoadCsv("metrics.csv"));

// A data frame is a data view, which every component accepts. These images have the largest errors.
DataFrame images = test.ToDataFrame(-1, "LabelText", "Pixels");
DataFrame hardest = images.Filter(scores["Mse"].ElementwiseGreaterThan(3 * scores["Mse"].Mean()));
Console.WriteLine("More than three times the mean error:");
Print(model.Transform(hardest).ToDataFrame(-1, "LabelText", "Mse", "Psnr", "Ssim"));

// The built-in text of a data frame does not separate long numbers.
static void Print(DataFrame table)
{
    Console.WriteLine(string.Concat(table.Columns.Select(column => $"{column.Name,-15}")));
    foreach (var row in table.Rows)
        Console.WriteLine(string.Concat(row.Select(value => $"{(value is float or double ? $"{value:G4}" : value),-15}")));
    Console.WriteLine();
}

// On the sample of the data set, the first tables:
// Mean scores by class, worst first:
// LabelText      Mse            Psnr           Ssim
// Bag            0.07217        11.65          0.1904
// Sandal         0.04687        13.91          0.1753
// Ankle boot     0.04492        14.11          0.337
// Pullover       0.0446         14.04          0.2952
// T-shirt/top    0.04188        14.3           0.319
// Coat           0.03842        14.42          0.3091
// Dress          0.03593        14.71          0.3854
// Shirt          0.03399        15.11          0.2598
// Trouser        0.0265         16.03          0.5451
// Sneaker        0.02567        16.11          0.4086
//
// 33 of 500 garments have more than twice the mean error:
// Values         Counts
// Bag            16
// Ankle boot     6
// Sandal         4
// Pullover       4
// T-shirt/top    3

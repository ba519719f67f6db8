// Scores of every garment as a data frame: the mean error of each class, the worst garments, the course of the training.
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

// -1 for all rows: 100 unless said otherwise.
DataFrame scores = scored.ToDataFrame(-1, "LabelText", "Mse", "Psnr", "Ssim");
Console.WriteLine("Mean scores by class, the worst first:");
Print(scores.GroupBy("LabelText").Mean("Mse", "Psnr", "Ssim").OrderByDescending("Mse"));

var worst = scores.Filter(scores["Mse"].ElementwiseGreaterThan(2 * scores["Mse"].Mean()));
Console.WriteLine($"{worst.Rows.Count} of {scores.Rows.Count} garments have more than twice the mean error:");
Print(worst["LabelText"].ValueCounts().OrderByDescending("Counts"));

Console.WriteLine("The training:");
Print(model.History!.ToDataFrame());

// The same means from the evaluator, with all classes together in the last row, by way of a file.
DataFrame metrics = ml.Reconstruction.Evaluate(scored, "Pixels", "Reconstruction", "Label").ToDataFrame();
DataFrame.SaveCsv(metrics, "metrics.csv");
Console.WriteLine("metrics.csv:");
Print(DataFrame.LoadCsv("metrics.csv"));

// A data frame is a view: every component takes it. These are the images that the model finds hardest.
DataFrame images = test.ToDataFrame(-1, "LabelText", "Pixels");
DataFrame hardest = images.Filter(scores["Mse"].ElementwiseGreaterThan(3 * scores["Mse"].Mean()));
Console.WriteLine("More than three times the mean error:");
Print(model.Transform(hardest).ToDataFrame(-1, "LabelText", "Mse", "Psnr", "Ssim"));

// A data frame's own text runs long numbers together.
static void Print(DataFrame table)
{
    Console.WriteLine(string.Concat(table.Columns.Select(column => $"{column.Name,-15}")));
    foreach (var row in table.Rows)
        Console.WriteLine(string.Concat(row.Select(value => $"{(value is float or double ? $"{value:G4}" : value),-15}")));
    Console.WriteLine();
}

// On the sample of the data set, the first tables:
// Mean scores by class, the worst first:
// LabelText      Mse            Psnr           Ssim
// Bag            0.06743        11.92          0.2069
// Sandal         0.0477         13.88          0.2009
// Pullover       0.04471        14.04          0.2962
// Ankle boot     0.04297        14.35          0.3543
// Coat           0.03897        14.35          0.3181
// Dress          0.0364         14.65          0.386
// T-shirt        0.03629        14.88          0.3457
// Shirt          0.03622        14.75          0.237
// Trouser        0.02827        15.71          0.5536
// Sneaker        0.02687        15.91          0.4073
//
// 28 of 500 garments have more than twice the mean error:
// Values         Counts
// Bag            14
// Sandal         5
// Ankle boot     4
// Pullover       3
// T-shirt        2

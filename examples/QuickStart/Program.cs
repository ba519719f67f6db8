using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;

await FashionMnist.DownloadAsync(progress: DownloadProgress.Bar());   // 31 MB, the first time
var ml = new MLContext(seed: 1);
ml.Log += (_, e) => Console.Write(e.Kind >= ChannelMessageKind.Info && e.Source.Contains("Autoencoder") ? e.RawMessage + "\n" : "");
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);    // 60,000 rows with the columns Pixels, Label, LabelText
var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);      // 10,000 rows that the training does not see

using var model = ml.Transforms.Autoencode("Code", "Reconstruction", "Pixels", latentSize: 2, epochs: 2).Fit(train);
Console.WriteLine(ml.Reconstruction.Evaluate(model.Transform(test), "Pixels", "Reconstruction"));
ml.Model.Save(model, train.Schema, "garments.zip");

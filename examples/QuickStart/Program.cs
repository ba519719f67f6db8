using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.ML;
using Microsoft.ML.Runtime;

await FashionMnist.DownloadAsync(progress: DownloadProgress.Bar());   // 31 MB, unless they are there
var ml = new MLContext(seed: 1);
ml.Log += (_, e) => Console.Write(e.Kind >= ChannelMessageKind.Info && e.Source.Contains("Autoencoder") ? e.RawMessage + "\n" : "");
var train = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train);   // Pixels, Label, LabelText
var pipeline = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", latentSize: 2, epochs: 2)
    .AppendCacheCheckpoint(ml)                                        // KMeans reads the codes many times
    .Append(ml.Clustering.Trainers.KMeans("Code", numberOfClusters: 10));
using var model = pipeline.Fit(train);
ml.Model.Save(model, train.Schema, "clusters.zip");

using System.Security.Cryptography;
using FashionAE.MLNet;
using FashionAE.Torch;
using FashionAE.Torch.Mpi.Worker;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

// Runs a task of the tests on one rank. Each rank begins its lines with its number.
var mpi = MpiExchange.World();
var tiny = Math.ScaleB(1, -30);
switch (args[0])
{
    case "sums":
        // More values than one message can hold, with sums that are exact in single precision.
        var (floats, doubles, bytes) = (new float[1_200_000], new double[70_000], new byte[1_000_003]);
        for (var i = 0; i < floats.Length; i++)
            floats[i] = (i % 1000) * (mpi.Rank + 1);
        for (var i = 0; i < doubles.Length; i++)
            doubles[i] = i + (mpi.Rank + 1) * tiny;
        Array.Fill(bytes, (byte)(mpi.Rank + 7));
        mpi.Sum(floats);
        mpi.Sum(doubles);
        mpi.Sum(Span<float>.Empty);
        mpi.Broadcast(bytes);
        mpi.Barrier();
        var ranks = mpi.Size * (mpi.Size + 1) / 2;
        var right = floats.Select((value, i) => value == (i % 1000) * ranks).All(isSo => isSo)
            && doubles.Select((value, i) => value == (double)i * mpi.Size + ranks * tiny).All(isSo => isSo) && bytes.All(value => value == 7);
        Print($"of {mpi.Size}, {mpi.LocalRank} of {mpi.LocalSize} here, {mpi.Threads} threads, {(right ? "right" : "wrong")}, {(ReferenceEquals(mpi, MpiExchange.World()) ? "same" : "other")}");
        return 0;

    case "train":
        using (var all = FashionMnist.Load(FashionMnistSplit.Train, args[1]))
        using (var images = all.Select([.. Enumerable.Range(0, 300).Select(i => (long)i)]))
        {
            // Each rank begins with different weights.
            manual_seed(mpi.Rank + 1);
            using var model = new ConvolutionalArchitecture(FashionMnist.Shape).Build();
            var exchange = new AgreementExchange(mpi);
            var history = new AutoencoderTrainer(model, new TrainingOptions
            {
                Epochs = 2,
                BatchSize = 37,
                Seed = 5,
                Augmentation = new RandomRotation(),
                AugmentedCopies = 1,
                Exchange = exchange,
            }).Train(images, test: images);
            var hash = SHA256.HashData([.. model.state_dict().Values.SelectMany(tensor => tensor.bytes.ToArray())]);
            Print($"{Convert.ToHexString(hash)} {exchange.Averages} {exchange.Disagreements} {string.Join(' ', history.Epochs.Select(e => $"{e.TrainLoss:R} {e.TestLoss:R}"))}");
        }
        return 0;

    case "pipeline":
        var ml = new MLContext(mpi.Rank + 1);
        ml.Log += (_, e) =>
        {
            if (e.Message.Contains("Epoch 2/2: loss", StringComparison.Ordinal))
                Print("told of the last epoch");
        };
        var view = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train, args[1]);
        var options = new AutoencoderOptions { Epochs = 2, BatchSize = 50, Exchange = mpi };
        if (args[2] == "streamed")
            options.MaximumMemoryInBytes = 1 << 20;
        using (var transformer = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", options).Fit(view))
        {
            var codes = transformer.Transform(ml.Data.TakeRows(view, 20)).GetColumn<float[]>("Code").SelectMany(code => code);
            Print($"{Convert.ToHexString(SHA256.HashData([.. codes.SelectMany(BitConverter.GetBytes)]))} {transformer.History!.Epochs[0].TrainLoss > transformer.History.Epochs[1].TrainLoss}");
        }
        return 0;

    case "errors":
        var single = new byte[1];
        try
        {
            MpiLibrary.Check(MpiLibrary.Broadcast(ref single[0], 1, MpiLibrary.Handles.Byte, root: 99, MpiLibrary.Handles.World), "MPI_Bcast");
        }
        catch (IOException e)
        {
            Print(e.Message);
        }
        try
        {
            // MPI must leave this signal to .NET.
            Print($"{((string)null!).Length}");
        }
        catch (NullReferenceException)
        {
            Print("null");
        }
        await Task.Run(mpi.Barrier); // on another thread
        mpi.Complete();
        mpi.Complete();
        try
        {
            mpi.Barrier();
        }
        catch (InvalidOperationException e)
        {
            Print(e.Message);
        }
        // The launcher ends all ranks when the first one fails, so no rank fails before each has written its lines.
        File.Create(Path.Combine(args[1], $"{mpi.Rank}")).Dispose();
        while (Directory.GetFiles(args[1]).Length < mpi.Size)
            Thread.Sleep(10);
        return 3;

    case "throw":
        if (mpi.Rank == 1)
            throw new InvalidOperationException("This rank has had enough.");
        mpi.Barrier();
        return 0;

    case "leave":
        if (mpi.Rank == 1)
            return 5;
        mpi.Barrier();
        return 0;

    default:
        return 99;
}

void Print(string text) => Console.WriteLine($"{mpi.Rank}: {text}");

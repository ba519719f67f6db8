using FashionAE.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionAE.Benchmarks;

/// <summary>Implements the studies like the examples of TorchSharp: with its modules, data loader and optimizers.</summary>
internal sealed class PlainTorchSharp(Device device)
{
    public double ConvolutionalStep()
    {
        using var model = Convolutional();
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        return Step(model, images => Learn(model, optimizer, images, images, false));
    }

    public double DenseStep()
    {
        using var model = Dense();
        using var optimizer = optim.AdamW(model.parameters(), 2e-3, weight_decay: 1e-4);
        return Step(model, images => Learn(model, optimizer, Noisy(images), images, true));
    }

    /// <summary>Measures the second epoch of the denoising study.</summary>
    public double DenseEpoch()
    {
        manual_seed(1);
        using var images = FashionMnist.Load(FashionMnistSplit.Train);
        using var data = new Pixels(images);
        using var loader = new TorchSharp.Modules.DataLoader(data, 128, shuffle: true, device: device);
        using var model = Dense();
        using var optimizer = optim.AdamW(model.parameters(), 2e-3, weight_decay: 1e-4);
        model.to(device).train();
        double Epoch() => Stopwatches.Seconds(() =>
        {
            var total = 0.0;
            foreach (var batch in loader)
            {
                using var scope = NewDisposeScope();
                var clean = batch["data"];
                total += Learn(model, optimizer, Noisy(clean), clean, true);
            }
        });
        Epoch();
        return Epoch();
    }

    private static Tensor Noisy(Tensor images) => (images + 0.25 * randn_like(images)).clamp(0, 1);

    private static float Learn(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor input, Tensor target, bool isDenoising)
    {
        using var output = model.call(input);
        var loss = nn.functional.mse_loss(output, target);
        if (isDenoising)
            loss += nn.functional.l1_loss(output, target);
        optimizer.zero_grad();
        loss.backward();
        if (isDenoising)
            nn.utils.clip_grad_norm_(model.parameters(), 1);
        optimizer.step();
        return loss.item<float>();
    }

    private double Step(nn.Module<Tensor, Tensor> model, Action<Tensor> learn)
    {
        manual_seed(1);
        using var images = rand([128, 1, 28, 28]).to(device);
        model.to(device).train();
        return Stopwatches.Median(60, device, () =>
        {
            using var scope = NewDisposeScope();
            learn(images);
        }, warmUp: 200);
    }

    // The encoder halves 28 to 14, 7 and 4. The decoder doubles 4 to 7, 14 and 28.
    private static nn.Module<Tensor, Tensor> Convolutional() => nn.Sequential(
        nn.Conv2d(1, 32, 3, stride: 2, padding: 1), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride: 2, padding: 1), nn.ReLU(),
        nn.Conv2d(64, 128, 3, stride: 2, padding: 1), nn.ReLU(),
        nn.Flatten(), nn.Linear(2048, 2),
        nn.Linear(2, 2048), nn.Unflatten(1, [128, 4, 4]),
        nn.ConvTranspose2d(128, 64, 3, stride: 2, padding: 1), nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 3, stride: 2, padding: 1, output_padding: 1), nn.ReLU(),
        nn.ConvTranspose2d(32, 1, 3, stride: 2, padding: 1, output_padding: 1), nn.Sigmoid());

    private static nn.Module<Tensor, Tensor> Dense()
    {
        int[] sizes = [784, 512, 256, 128, 64, 32, 16, 8, 4];
        double[] dropout = [0.2, 0.2, 0.1];
        var layers = new List<nn.Module<Tensor, Tensor>> { nn.Flatten() };
        for (var i = 0; i + 1 < sizes.Length; i++)
        {
            layers.AddRange([nn.Linear(sizes[i], sizes[i + 1]), nn.BatchNorm1d(sizes[i + 1]), nn.ReLU()]);
            if (i < dropout.Length)
                layers.Add(nn.Dropout(dropout[i]));
        }
        layers.Add(nn.Linear(4, 2));
        int[] back = [2, .. sizes.Skip(1).Reverse()];
        for (var i = 0; i + 1 < back.Length; i++)
            layers.AddRange([nn.Linear(back[i], back[i + 1]), nn.BatchNorm1d(back[i + 1]), nn.ReLU()]);
        layers.AddRange([nn.Linear(512, 784), nn.Sigmoid(), nn.Unflatten(1, [1, 28, 28])]);
        return nn.Sequential(layers);
    }

    /// <summary>A data set that returns the images one by one as tensors.</summary>
    private sealed class Pixels(ImageSet images) : utils.data.Dataset
    {
        public override long Count => images.Count;

        public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["data"] = images.Batch((int)index, 1).squeeze(0) };
    }
}

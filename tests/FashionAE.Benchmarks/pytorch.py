"""Runs the tasks of Program.cs in plain PyTorch, in idiomatic and fast code. Prints seconds and the peak memory of the process in MB. If PyTorch
has several implementations, prints the fastest one on this machine.

Usage: pytorch.py about|sgemm|convolutional-step|dense-step|dense-epoch|rotate [cpu|cuda]"""

import gzip
import itertools
import os
import resource
import statistics
import sys
import tempfile
import time

import torch
from torch import nn

device = torch.device(sys.argv[2] if len(sys.argv) > 2 else "cpu")
torch.manual_seed(1)
# Denormal numbers are many times slower on a CPU.
torch.set_flush_denormal(True)


def synchronize():
    if device.type == "cuda":
        torch.cuda.synchronize()


def timed(action):
    synchronize()
    start = time.perf_counter()
    action()
    synchronize()
    return time.perf_counter() - start


def median(repetitions, action, warm_up=3):
    for _ in range(warm_up):
        action()
    return statistics.median(timed(action) for _ in range(repetitions))


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(64, 128, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(2048, 2),
        nn.Linear(2, 2048), nn.Unflatten(1, (128, 4, 4)),
        nn.ConvTranspose2d(128, 64, 3, stride=2, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(32, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid(),
    )


def dense():
    sizes, dropout = [784, 512, 256, 128, 64, 32, 16, 8, 4], [0.2, 0.2, 0.1]
    layers = [nn.Flatten()]
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()]
        layers += [nn.Dropout(dropout[i])] if i < len(dropout) else []
    layers += [nn.Linear(4, 2), nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU()]
    for a, b in zip(sizes[:0:-1], sizes[-2:0:-1]):
        layers += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(512, 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28)))


def trainer(model, optimizer, loss_of, noise):
    """Returns a function that runs a training step on a batch and returns its loss."""

    def step(images):
        seen = (images + noise * torch.randn_like(images)).clamp(0, 1) if noise else images
        loss = loss_of(model(seen), images)
        optimizer.zero_grad()
        loss.backward()
        if noise:
            nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        return loss.item()

    return step


def both_losses(output, images):
    return nn.functional.mse_loss(output, images) + nn.functional.l1_loss(output, images)


def convolutional_trainer(memory_format):
    model = convolutional().to(device, memory_format=memory_format).train()
    return trainer(model, torch.optim.Adam(model.parameters(), lr=1e-3), nn.functional.mse_loss, 0)


def dense_trainer():
    model = dense().to(device).train()
    return trainer(model, torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4), both_losses, 0.25)


def batch():
    return torch.rand(128, 1, 28, 28, device=device)


def convolutional_step():
    """Measures the median of 60 steps at batch size 128 after 200 warm-up steps, in the memory format that was faster over 20 steps."""
    ways = {}
    for name, memory_format in ("channels first", torch.contiguous_format), ("channels last", torch.channels_last):
        step, images = convolutional_trainer(memory_format), batch().to(memory_format=memory_format)
        ways[name] = lambda step=step, images=images: step(images)
    best = min(ways, key=lambda name: median(20, ways[name], warm_up=20))
    return median(60, ways[best], warm_up=200), best


def dense_step():
    step, images = dense_trainer(), batch()
    return median(60, lambda: step(images), warm_up=200), ""


def dense_epoch():
    """Measures an epoch after 100 warm-up steps, with the fastest of three loaders: 0 or 2 workers, or all images as one tensor of bytes."""
    from torchvision import datasets, transforms

    # eng/bench.sh sets the folder. Its files may be compressed.
    folder = os.environ["FASHION_MNIST"]
    with tempfile.TemporaryDirectory() as root:
        raw = os.path.join(root, "FashionMNIST", "raw")
        os.makedirs(raw)
        for name in os.listdir(folder):
            with (gzip.open if name.endswith(".gz") else open)(os.path.join(folder, name), "rb") as source:
                with open(os.path.join(raw, name.removesuffix(".gz")), "wb") as target:
                    target.write(source.read())
        data = datasets.FashionMNIST(root, train=True, transform=transforms.ToTensor())
    step = dense_trainer()

    def epoch(workers, steps=None):
        loader = torch.utils.data.DataLoader(data, batch_size=128, shuffle=True, num_workers=workers)
        for images, _ in itertools.islice(loader, steps):
            step(images.to(device))

    def epoch_in_memory():
        images = data.data.unsqueeze(1).to(device)
        for chosen in torch.randperm(len(images), device=device).split(128):
            step(images[chosen].float().div_(255))

    epoch(0, steps=100)
    ways = [(timed(lambda: epoch(workers)), f"{workers} workers") for workers in (0, 2)]
    return min(ways + [(timed(epoch_in_memory), "all images as one tensor of bytes")])


def rotate():
    """Measures the rotation of 24,000 images by random angles: one by one with torchvision, or in batches of 500 with a grid."""
    from torchvision import transforms

    images = torch.rand(24_000, 1, 28, 28, device=device)
    rotation = transforms.RandomRotation(180)

    def one_by_one():
        for image in images:
            rotation(image)

    def in_batches():
        for some in images.split(500):
            angles = (torch.rand(len(some), device=device) * 2 - 1) * torch.pi
            cos, sin, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
            turn = torch.stack([cos, -sin, zero, sin, cos, zero], dim=1).view(-1, 2, 3)
            grid = nn.functional.affine_grid(turn, some.shape, align_corners=False)
            nn.functional.grid_sample(some, grid, mode="nearest", align_corners=False)

    return min((timed(one_by_one), "one by one"), (median(5, in_batches), "batches of 500"))


def sgemm():
    matrix = torch.rand(2048, 2048, device=device)

    def product():
        return matrix @ matrix

    # A reference BLAS needs seconds for each product.
    first = timed(product)
    return (median(10, product) if first < 1 else first), ""


def about():
    """Describes PyTorch: its version and settings, the loaded BLAS, and whether its results are correct."""
    settings = [line.strip(" -") for line in torch.__config__.show().splitlines() if "MKL-DNN" in line or "capability" in line]
    blas = [word.split("=")[1] for word in torch.__config__.show().replace(",", "").split() if word.startswith("BLAS_INFO=")]
    a = torch.rand(512, 512)
    error = ((a @ a).double() - a.double() @ a.double()).abs().max().item()
    libraries = set()
    if os.path.exists("/proc/self/maps"):
        with open("/proc/self/maps") as maps:
            libraries = {os.path.realpath(line.split()[-1]) for line in maps if "blas" in line or "libmkl" in line or "libblis" in line}
    # Debian's libblas.so.3 is only a link to the selected BLAS.
    libraries = {name for name in libraries if "libblas" not in os.path.basename(name) and "lapack" not in name} or libraries
    print(f"torch {torch.__version__}; BLAS {' '.join(blas) or 'unknown'}, loaded {' '.join(sorted(libraries)) or 'within torch'}"
          f" ({'right' if error < 1e-2 else f'WRONG by {error}'}); {'; '.join(settings)};"
          f" oneDNN {'on' if torch.backends.mkldnn.is_available() else 'off'}; {torch.get_num_threads()} threads"
          + (f"; {torch.cuda.get_device_name()}" if device.type == "cuda" else ""))


tasks = {"sgemm": sgemm, "convolutional-step": convolutional_step, "dense-step": dense_step, "dense-epoch": dense_epoch, "rotate": rotate}
if sys.argv[1] == "about":
    about()
else:
    seconds, way = tasks[sys.argv[1]]()
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(seconds, memory // 1024, way)

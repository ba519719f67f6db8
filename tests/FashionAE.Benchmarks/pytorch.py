"""The tasks of Program.cs in plain PyTorch, as its users write them. Prints seconds and the most memory, in MB, that the process had.

Usage: pytorch.py convolutional-step|dense-step|dense-epoch|rotate [cpu|cuda]"""

import gzip
import os
import resource
import statistics
import sys
import tempfile
import time

import torch
from torch import nn

DATA = os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist")
device = torch.device(sys.argv[2] if len(sys.argv) > 2 else "cpu")
torch.manual_seed(1)


def synchronize():
    if device.type == "cuda":
        torch.cuda.synchronize()


def median(repetitions, action, warm_up=3):
    for _ in range(warm_up):
        action()
    seconds = []
    for _ in range(repetitions):
        synchronize()
        start = time.perf_counter()
        action()
        synchronize()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


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


def step(model, optimizer, loss_of, noise):
    """The median of 60 steps at batch 128 after 200 that warm up."""
    model.to(device).train()
    images = torch.rand(128, 1, 28, 28, device=device)

    def action():
        seen = (images + noise * torch.randn_like(images)).clamp(0, 1) if noise else images
        loss = loss_of(model(seen), images)
        optimizer.zero_grad()
        loss.backward()
        if noise:
            nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        loss.item()

    return median(60, action, warm_up=200)


def both_losses(output, images):
    return nn.functional.mse_loss(output, images) + nn.functional.l1_loss(output, images)


def convolutional_step():
    model = convolutional()
    return step(model, torch.optim.Adam(model.parameters(), lr=1e-3), nn.functional.mse_loss, 0)


def dense_step():
    model = dense()
    return step(model, torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4), both_losses, 0.25)


def epoch():
    from torchvision import datasets, transforms

    with tempfile.TemporaryDirectory() as root:
        raw = os.path.join(root, "FashionMNIST", "raw")
        os.makedirs(raw)
        for name in os.listdir(DATA):
            if name.endswith(".gz"):
                with gzip.open(os.path.join(DATA, name)) as source, open(os.path.join(raw, name[:-3]), "wb") as target:
                    target.write(source.read())
        data = datasets.FashionMNIST(root, train=True, transform=transforms.ToTensor())
    loader = torch.utils.data.DataLoader(data, batch_size=128, shuffle=True)
    model = dense().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4)
    model.train()
    for _ in range(2):
        start = time.perf_counter()
        total = 0.0
        for images, _ in loader:
            images = images.to(device)
            noisy = (images + 0.25 * torch.randn_like(images)).clamp(0, 1)
            output = model(noisy)
            loss = both_losses(output, images)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
            total += loss.item() * len(images)
    return time.perf_counter() - start


def rotate():
    from torchvision import transforms

    images = torch.rand(24_000, 1, 28, 28, device=device)
    rotation = transforms.RandomRotation(180)
    start = time.perf_counter()
    for image in images:
        rotation(image)
    synchronize()
    return time.perf_counter() - start


tasks = {"convolutional-step": convolutional_step, "dense-step": dense_step, "dense-epoch": epoch, "rotate": rotate}
seconds = tasks[sys.argv[1]]()
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)

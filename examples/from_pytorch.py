#!/usr/bin/env python3
"""Implements FashionAE's convolutional autoencoder in plain PyTorch, and reads and writes its files. Requires torch and numpy.

from_pytorch.py encode garments.safetensors t10k-images-idx3-ubyte.gz codes.csv    encodes images with a model of FashionAE; --count 100: the first 100
from_pytorch.py create garments.safetensors                                        writes a new model, which FashionAE can load
"""
import argparse
import gzip
import hashlib
import json
import math
import struct

import numpy as np
import torch
from torch import nn

TYPES = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}  # F32: weights; I64: the batch counter of batch normalization


class ConvolutionalAutoencoder(nn.Module):
    """Has the same layer order as FashionAE, so that state_dict() has the same names."""

    def __init__(self, channels, height, width, latent_size=2, hidden=(32, 64, 128)):
        super().__init__()
        sizes = [(channels, height, width)]
        for count in hidden:
            sizes.append((count, (sizes[-1][1] + 1) // 2, (sizes[-1][2] + 1) // 2))
        encoder, decoder = [], [nn.Linear(latent_size, math.prod(sizes[-1])), nn.Unflatten(1, sizes[-1])]
        for (inputs, _, _), (outputs, _, _) in zip(sizes, sizes[1:]):
            encoder += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.ReLU()]
        for (inputs, _, _), (outputs, height, width) in zip(sizes[:0:-1], sizes[-2::-1]):
            padding = (1 - height % 2, 1 - width % 2)
            decoder += [nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=padding), nn.ReLU()]
        decoder[-1] = nn.Sigmoid()
        self.encoder = nn.Sequential(*encoder, nn.Flatten(), nn.Linear(math.prod(sizes[-1]), latent_size))
        self.decoder = nn.Sequential(*decoder)

    def forward(self, images):
        return self.decoder(self.encoder(images))


def read_safetensors(path):
    """Reads tensors like safetensors.torch.load_file, and also the metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, values = json.loads(file.read(length)), file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.from_numpy(np.frombuffer(values[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"]).copy())
    return tensors, metadata


def write_safetensors(path, tensors, metadata):
    """Writes tensors like safetensors.torch.save_file, and adds FashionAE's checksum.

    The checksum is the SHA-256 of header and values, with zeros instead of the checksum.
    """
    zeros = '"fashionae.sha256":"' + "0" * 64
    header, values = {"__metadata__": {**metadata, "fashionae.sha256": "0" * 64}}, b""
    for name, tensor in tensors.items():
        kind = "I64" if tensor.dtype == torch.int64 else "F32"
        data = tensor.detach().cpu().numpy().astype(TYPES[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(values), len(values) + len(data)]}
        values += data
    text = json.dumps(header, separators=(",", ":"))
    text += " " * (-len(text) % 8)
    checksum = hashlib.sha256(text.encode() + values).hexdigest()
    text = text.replace(zeros, zeros[:-64] + checksum)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text.encode() + values)


def load(path):
    tensors, metadata = read_safetensors(path)
    architecture = json.loads(metadata["fashionae.architecture"])
    if architecture["type"] != "convolutional":
        raise SystemExit(f"{path} has a network of type '{architecture['type']}', but this program supports only the convolutional one.")
    options = architecture["options"]
    shape = options["ImageShape"]
    model = ConvolutionalAutoencoder(shape["Channels"], shape["Height"], shape["Width"], options["LatentSize"], options["Channels"])
    model.load_state_dict(tensors)
    return model.eval()


def read_images(path, count):
    """Reads the images of an IDX file as float32 [N, 1, H, W] in [0, 1], like FashionAE."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        _, total, height, width = struct.unpack(">4I", file.read(16))
        count = total if count is None else min(count, total)
        images = np.frombuffer(file.read(count * height * width), np.uint8).reshape(count, 1, height, width)
    return torch.from_numpy(images.astype(np.float32) / np.float32(255))


def encode(arguments):
    with torch.no_grad():
        codes = load(arguments.model).encoder(read_images(arguments.images, arguments.count))
    with open(arguments.codes, "w") as file:
        file.write(",".join(f"Code.{i}" for i in range(codes.shape[1])) + "\n")
        for code in codes.tolist():
            file.write(",".join(f"{value:.9g}" for value in code) + "\n")


def create(arguments):
    torch.manual_seed(arguments.seed)
    hidden = [32, 64, 128]
    model = ConvolutionalAutoencoder(1, 28, 28, arguments.latent_size, hidden)
    shape = {"Channels": 1, "Height": 28, "Width": 28}
    options = {"ImageShape": shape, "LatentSize": arguments.latent_size, "Channels": hidden}
    write_safetensors(arguments.model, model.state_dict(), {
        "format": "pt",
        "fashionae.format": "2",
        "fashionae.architecture": json.dumps({"type": "convolutional", "options": options}),
    })


parser = argparse.ArgumentParser(description="Use FashionAE's convolutional autoencoder in PyTorch")
commands = parser.add_subparsers(required=True)
command = commands.add_parser("encode", help="write the latent vectors of images as CSV")
command.add_argument("model")
command.add_argument("images", help="IDX file, compressed with gzip or not")
command.add_argument("codes")
command.add_argument("--count", type=int, help="encode only this many images, from the first")
command.set_defaults(run=encode)
command = commands.add_parser("create", help="write a model with new random weights")
command.add_argument("model")
command.add_argument("--latent-size", type=int, default=2)
command.add_argument("--seed", type=int, default=1)
command.set_defaults(run=create)
arguments = parser.parse_args()
arguments.run(arguments)

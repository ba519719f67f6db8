"""Detects anomalies in vectors, and compresses vectors, without FashionAE, on the tables of eng/vector_data.py.

usage: python3 eng/vector_peers.py FOLDER [anomalies|codes]         FOLDER: where eng/vector_data.py wrote to; both parts by default

The output has a line for each table, task, seed and peer (part, peer, table, task, seed, value, seconds, separated by tabs). A line "mean"
for each table and peer follows, and one for each peer over all tables (the mean of the tables' means). Values of "anomalies" are areas
under the ROC curve. Values of "codes" are the accuracy of 5- and 15-nearest-neighbor classification with latent vectors of 2, 3 and 8
values. All peers get columns with mean 0 and variance 1 of the training rows. Constant columns keep their scale.

PyOD is not required. This file implements its AutoEncoder (2.x, pyod/models/auto_encoder.py and base_dl.py) in PyTorch with all defaults:
linear layers of sizes 64, 32 and 64, each with batch normalization, ReLU and dropout of 0.2, then a linear layer; mean squared error; Adam
with learning rate 0.001 and weight decay 0.00001; batches of 32 without an incomplete last batch; 10 epochs. The score is the Euclidean
distance of a row to its reconstruction. PyOD 1.x trained 100 epochs, and its documentation shows 64-32-32-64. The four combinations have
separate rows, and the best of them is the peer.

"PCA residual" is the squared distance of a row to its projection on k components, like ML.NET's RandomizedPca. Its line "best rank" uses
the k with the best mean over all tasks and seeds of a table. This k is chosen on the test rows, so no other choice of k is better.
"""
import copy
import functools
import glob
import os
import sys
import time

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier, LocalOutlierFactor
from torch import nn

TABLES = ["breast-cancer", "wine", "digits", "sensors", "curves"]


def read(path):
    """Yields for each seed its number, the standardized training and test rows, and the labels of both."""
    with open(path, encoding="utf-8") as file:
        header = file.readline().strip().split(",")
        cells = np.loadtxt(file, delimiter=",")
    label = next(i for i, name in enumerate(header) if name in ("Label", "Class"))
    for column in range(label + 1, len(header)):
        chosen = cells[:, column] == 1
        mean, scale = cells[chosen, :label].mean(0), cells[chosen, :label].std(0)
        scale[scale < 1e-12] = 1
        rows = ((cells[:, :label] - mean) / scale).astype(np.float32)
        yield int(header[column][4:]), rows[chosen], rows[~chosen], cells[chosen, label], cells[~chosen, label]


def pyod_network(features, sizes):
    """Creates PyOD's AutoEncoderModel: blocks of the given sizes, then a linear layer to the features."""
    layers, last = [], features
    for size in sizes:
        linear = nn.Linear(last, size)
        nn.init.kaiming_uniform_(linear.weight, nonlinearity="leaky_relu")
        layers += [linear, nn.BatchNorm1d(size), nn.ReLU(), nn.Dropout(0.2)]
        last = size
    return nn.Sequential(*layers, nn.Linear(last, features))


@functools.lru_cache(16)  # the tasks of a synthetic table have the same training rows
def pyod_trained(train_bytes, features, sizes, seed):
    """Trains PyOD's AutoEncoder for 10 and 100 epochs in one run, since the first epochs do not depend on the number of epochs."""
    torch.manual_seed(seed)
    train = torch.from_numpy(np.frombuffer(train_bytes, np.float32).reshape(-1, features).copy())
    network, trained = pyod_network(features, sizes), {}
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-5)
    for epoch in range(1, 101):
        order = torch.randperm(len(train))
        for start in range(0, len(train) - 31, 32):
            batch = train[order[start:start + 32]]
            optimizer.zero_grad()
            nn.functional.mse_loss(network(batch), batch).backward()
            optimizer.step()
        if epoch in (10, 100):
            trained[epoch] = copy.deepcopy(network).eval()
    return trained


def detectors(train, test, seed):
    """Yields the name and the scores of the test rows (larger is more anomalous) of each detector."""
    for name, sizes in (("", (64, 32, 64)), ("64-32-32-64, ", (64, 32, 32, 64))):
        for epochs, network in pyod_trained(train.tobytes(), train.shape[1], sizes, seed).items():
            with torch.no_grad():
                rows = torch.from_numpy(test)
                yield f"PyOD AutoEncoder, {name}{epochs} epochs", (network(rows) - rows).pow(2).sum(1).sqrt().numpy()
    codes = PCA(random_state=seed).fit(train).transform(test)
    for k in range(1, min(train.shape[1], codes.shape[1])):
        yield f"PCA residual, rank {k}", (codes[:, k:] ** 2).sum(1)
    yield "IsolationForest", -IsolationForest(random_state=seed).fit(train).score_samples(test)
    lof = LocalOutlierFactor(20, novelty=True).fit(train)
    yield "LOF(20)", -lof.score_samples(test)
    yield "5 neighbors, mean distance", lof.kneighbors(test, 5)[0].mean(1)


def judge_anomalies(folder, report):
    for table in TABLES:
        for path in sorted(glob.glob(os.path.join(folder, "anomalies", f"{table}.*.csv"))):
            task = os.path.basename(path).split(".")[1]
            for seed, train, test, _, labels in read(path):
                start = time.time()
                for peer, scores in detectors(train, test, seed):
                    report("anomalies", peer, table, task, seed, roc_auc_score(labels, scores), time.time() - start)
                    start = time.time()


def judge_codes(folder, report):
    for table in TABLES:
        for seed, train, test, train_classes, test_classes in read(os.path.join(folder, "codes", f"{table}.csv")):
            for size in (2, 3, 8, None):
                start = time.time()
                a, b, title = train, test, "all columns"
                if size:
                    pca = PCA(size, random_state=seed).fit(train)
                    a, b, title = pca.transform(train), pca.transform(test), f"PCA-{size}"
                for k in (5, 15):
                    right = KNeighborsClassifier(k).fit(a, train_classes).score(b, test_classes)
                    report("codes", f"{title}, {k} neighbors", table, "", seed, right, time.time() - start)


def main():
    torch.set_num_threads(1)
    parts = sys.argv[2:] or ["anomalies", "codes"]
    values = {}

    def report(part, peer, table, task, seed, value, seconds):
        values.setdefault(part, {}).setdefault(peer, {}).setdefault(table, []).append(value)
        print(part, peer, table, task, seed, f"{value:.4f}", f"{seconds:.2f}", sep="\t", flush=True)

    for part, judge in (("anomalies", judge_anomalies), ("codes", judge_codes)):
        if part in parts:
            judge(sys.argv[1], report)
    for part, peers in values.items():
        means = {peer: {table: np.mean(v) for table, v in tables.items()} for peer, tables in peers.items()}
        ranks = [(table, value) for peer, tables in means.items() if "rank" in peer for table, value in tables.items()]
        if ranks:
            means["PCA residual, best rank"] = {table: max(v for t, v in ranks if t == table) for table, _ in ranks}
        for peer, tables in means.items():
            for table, value in tables.items():
                print("mean", part, peer, table, f"{value:.4f}", sep="\t")
            if len(tables) == len(TABLES):
                print("mean", part, peer, "all", f"{np.mean(list(tables.values())):.4f}", sep="\t")


if __name__ == "__main__":
    main()

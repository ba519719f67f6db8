"""Detects anomalies with scikit-learn, without a network, on the same rows as examples/FindAnomalies.

usage: python3 eng/anomaly_peers.py FOLDER [SEED]       FOLDER: the four files of Fashion-MNIST (idx, gzip)

There are two protocols for each of the ten classes. "unknown" trains on the nine other classes, and this class is the anomaly. "known"
trains on this class, and the nine others are the anomalies. Training rows are from train-*.ubyte.gz (54,000 or 6,000). Test rows are all
rows of t10k-*.ubyte.gz. The output has a line for each protocol, peer and class (protocol, peer, class, area under the ROC curve, seconds,
separated by tabs), then a line "mean" for each protocol and peer.

Pixels are in [0, 1]. A PCA with k components is fitted on the training rows. "residual" is the squared distance of a row to its
reconstruction. The neighbor search is exact. OneClassSVM has default parameters (gamma "scale"). It uses at most 6,000 random training
rows, because its time grows with their square, and its kernel is computed with matrix products. All other peers use all rows.
"""
import gzip
import sys
import time

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.neighbors import LocalOutlierFactor
from sklearn.svm import OneClassSVM


def read(folder, part):
    """Returns the pixels (rows, 784) in [0, 1] and the labels (rows) of one of the two parts."""
    def bytes_of(kind, header):
        with gzip.open(f"{folder}/{part}-{kind}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)
    return bytes_of("images-idx3", 16).reshape(-1, 784).astype(np.float32) / 255, bytes_of("labels-idx1", 8)


def peers(train, test, seed):
    """Yields the name, the scores of the test rows (larger is more anomalous) and the seconds of each peer."""
    def projected(k):
        pca = PCA(k, random_state=seed).fit(train)
        codes = pca.transform(test)
        return pca, codes, ((test - pca.inverse_transform(codes)) ** 2).sum(1)

    start = time.time()
    yield "PCA-16 residual", projected(16)[2], time.time() - start

    start = time.time()
    pca, codes, residual = projected(64)
    pca_seconds = time.time() - start
    yield "PCA-64 residual", residual, pca_seconds

    start = time.time()
    forest = IsolationForest(random_state=seed).fit(train)
    yield "IsolationForest", -forest.score_samples(test), time.time() - start

    start = time.time()
    few = train[np.random.default_rng(seed).permutation(len(train))[:6000]].astype(np.float64)
    gamma = 1 / (few.shape[1] * few.var())
    svm = OneClassSVM(kernel="precomputed").fit(rbf_kernel(few, few, gamma))
    yield "OneClassSVM, 6,000 rows", -svm.score_samples(rbf_kernel(test, few, gamma)), time.time() - start

    start = time.time()
    lof = LocalOutlierFactor(20, novelty=True).fit(pca.transform(train))
    scores = -lof.score_samples(codes)
    yield "LOF(20) on PCA-64", scores, time.time() - start + pca_seconds

    start = time.time()
    yield "PCA-64 + 5 neighbors", lof.kneighbors(codes, 5)[0].mean(1), time.time() - start + pca_seconds


def main():
    folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    (train, train_labels), (test, test_labels) = read(folder, "train"), read(folder, "t10k")
    for protocol in ("unknown", "known"):
        areas = {}
        for c in range(10):
            rows, anomalous = (train_labels == c, test_labels != c) if protocol == "known" else (train_labels != c, test_labels == c)
            for peer, scores, seconds in peers(train[rows], test, seed):
                areas.setdefault(peer, []).append(roc_auc_score(anomalous, scores))
                print(protocol, peer, c, f"{areas[peer][-1]:.4f}", f"{seconds:.1f}", sep="\t", flush=True)
        for peer, values in areas.items():
            print(protocol, peer, "mean", f"{np.mean(values):.4f}", "", sep="\t", flush=True)


if __name__ == "__main__":
    main()

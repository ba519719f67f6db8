#!/usr/bin/env python3
"""Records the results of scikit-learn and of an independent AUPRO for small seeded cases.

Needs numpy, scipy and scikit-learn (Debian: python3-sklearn).

anomaly_metrics.py > anomaly_metrics.json
"""
import base64
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.ndimage import label
from sklearn.metrics import average_precision_score, f1_score, jaccard_score, precision_recall_curve, roc_auc_score


def pack(array, kind):
    return base64.b64encode(np.ascontiguousarray(array, dtype=kind).tobytes()).decode()


def image_case(name, scores, labels, threshold, classes=None):
    """Scores of images; a missing score (NaN) ranks above all others, because a detector calls it an anomaly."""
    scores = np.asarray(scores, np.float32)
    known = np.where(np.isnan(scores), np.float64(1e30), scores.astype(np.float64))
    predicted = known > threshold
    precision, recall, _ = precision_recall_curve(labels, known)
    case = {
        "name": name, "scores": pack(scores, "<f4"), "labels": pack(labels, "u1"), "predicted": pack(predicted, "u1"),
        "auroc": roc_auc_score(labels, known), "average_precision": average_precision_score(labels, known),
        "f1": f1_score(labels, predicted), "best_f1": max(2 * p * r / (p + r) for p, r in zip(precision, recall) if p + r > 0),
        "recall": float(predicted[labels].mean()), "false_alarm_rate": float(predicted[~labels].mean()),
    }
    if classes is not None:
        case["classes"] = [int(c) for c in classes]
        case["class_auroc"] = {str(c): roc_auc_score(labels[~labels | (classes == c)], known[~labels | (classes == c)])
                               for c in np.unique(classes[labels])}
        case["class_recall"] = {str(c): float(predicted[labels & (classes == c)].mean()) for c in np.unique(classes[labels])}
    return case


def aupro(maps, masks, limit=0.3):
    """Bergmann et al. 2021, with plain loops: the mean share of each 8-connected region that is at or above a threshold."""
    regions = []
    for number, mask in enumerate(masks):
        labeled, count = label(mask, structure=np.ones((3, 3), int))
        regions += [(number, labeled == region) for region in range(1, count + 1)]
    rates, overlaps = [0.0], [0.0]
    for threshold in sorted(set(maps.ravel().tolist()), reverse=True):
        marked = maps >= threshold
        rates.append(marked[~masks].mean())
        overlaps.append(sum(marked[number][region].mean() for number, region in regions) / len(regions))
    area = 0.0
    for x0, y0, x1, y1 in zip(rates, overlaps, rates[1:], overlaps[1:]):
        if x1 > limit:
            if x1 > x0 and x0 < limit:
                cut = y0 + (y1 - y0) * (limit - x0) / (x1 - x0)
                area += (limit - x0) * (y0 + cut) / 2
            break
        area += (x1 - x0) * (y0 + y1) / 2
    return area / limit, len(regions)


def pixel_case(name, maps, masks, threshold):
    maps = np.asarray(maps, np.float32)
    area, regions = aupro(maps, masks)
    predicted = maps > threshold
    return {
        "name": name, "shape": list(maps.shape), "maps": pack(maps, "<f4"), "masks": pack(masks, "u1"), "predicted": pack(predicted, "u1"),
        "regions": regions, "auroc": roc_auc_score(masks.ravel(), maps.ravel()), "aupro": area,
        "iou": jaccard_score(masks.ravel(), predicted.ravel()), "false_alarm_rate": float(predicted[~masks].mean()),
    }


def draw(shape, *boxes):
    """Masks with filled boxes, each given as image, first and last row, first and last column."""
    masks = np.zeros(shape, bool)
    for image, top, bottom, left, right in boxes:
        masks[image, top:bottom + 1, left:right + 1] = True
    return masks


def noisy(random, masks, lift):
    return random.gamma(2.0, 0.01, masks.shape) + lift * masks * random.random(masks.shape)


def main():
    random = np.random.default_rng(29)
    labels = random.random(200) < 0.3
    scores = random.normal(0, 1, 200) + labels
    classes = random.integers(0, 4, 200)
    missing = scores.copy()
    missing[[3, 50, 120]] = np.nan
    images = [
        image_case("distinct scores", scores, labels, 0.8, classes),
        image_case("many ties", np.round(scores), labels, 1, classes),
        image_case("missing scores", missing, labels, 0.8),
        image_case("negative zero is zero", [-0.0, 0.0, 0.0, -0.0, 1, -1], np.array([True, False, True, False, True, False]), 0.5),
        image_case("nothing above the threshold", scores, labels, 100),
        image_case("one anomaly, the lowest of all", [3, 2, 2, 1], np.array([False, False, False, True]), 1.5),
        image_case("all alike", [0.5] * 5, np.array([False, True, False, True, False]), 0.4),
    ]
    several = draw((4, 9, 11), (0, 2, 4, 3, 6), (0, 7, 7, 9, 9), (2, 0, 2, 0, 3), (2, 6, 8, 8, 10))
    diagonal = draw((2, 6, 6), (0, 0, 1, 0, 1), (0, 2, 3, 2, 3), (1, 0, 1, 4, 5), (1, 3, 4, 2, 3))
    covered = draw((3, 5, 7), (0, 0, 4, 0, 6), (1, 1, 2, 1, 2))
    spiral = np.array([[[1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1], [1, 1, 1, 1, 0, 1], [1, 0, 0, 1, 0, 1], [1, 1, 0, 0, 0, 1], [0, 1, 1, 1, 1, 0]]], bool)
    pixels = [
        pixel_case("several regions, two at the border", noisy(random, several, 0.05), several, 0.045),
        pixel_case("ties", np.round(noisy(random, several, 0.05), 2), several, 0.03),
        pixel_case("regions that touch by a corner are one", noisy(random, diagonal, 0.03), diagonal, 0.04),
        pixel_case("an image without normal pixels", noisy(random, covered, 0.05), covered, 0.04),
        pixel_case("a spiral whose ends touch by a corner", noisy(random, spiral, 0.02), spiral, 0.03),
        pixel_case("worse than chance", -noisy(random, several, 0.05), several, -0.02),
        pixel_case("all alike", np.full(several.shape, 0.25), several, 0.2),
    ]
    note = {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__,
            "arrays": "base64, row-major: scores and maps little-endian float32, labels, masks and predicted a byte each"}
    json.dump({"note": note, "what": "metrics of anomaly detectors in float64; a missing score is above all others", "images": images,
               "pixels": pixels}, sys.stdout, indent=1)
    print()


main()

"""Writes the tables for the measurements of anomalies and latent vectors of vectors.

usage: python3 eng/vector_data.py FOLDER [FIRST_SEED [SEEDS]]       FIRST_SEED: 1, SEEDS: 5

FOLDER/anomalies/NAME.TASK.csv: the features; Label (1: an anomaly); for each seed a column SeedN (1: a training row, else a test row).
    Training rows are 70 % of the normal rows, drawn with the seed. Test rows are the other normal rows and all anomalies.
FOLDER/codes/NAME.csv: the features; Class (0, 1, ...); the same columns SeedN, with 70 % of the rows of each class.

breast-cancer, wine and digits are part of scikit-learn. Each of their classes is the anomaly of one task, and all others are normal.
sensors and curves are synthetic, always with the same seed:
    sensors: 20 channels, each a nonlinear function of 4 factors plus noise, each with its own unit and offset. The 5 regimes are the classes.
        stuck: one channel repeats one of its normal values for 25 rows. drift: one channel moves by up to 2 standard deviations over 25
        rows. broken: one channel has the value of another row. In all of them, most values are normal when considered separately.
    curves: 12 columns that depend on a position on one of 3 curved surfaces (2 dimensions) plus noise. The surfaces are the classes.
        crossed: the first 6 columns of one row and the last 6 of another row of the same surface. Every value is normal by itself.
RandomState of numpy generates the same values in every version.
"""
import os
import sys

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

FAULT_ROWS = 25  # consecutive rows of one fault


def sensors(random):
    """Returns 20 channels: normal rows, their regimes, and a dictionary of faulty rows."""
    channels, factors, regimes = 20, 4, 5
    centers = random.normal(size=(regimes, factors))
    mix, bend = random.normal(size=(factors, channels)), random.normal(size=(factors, channels))
    shift, gain = random.normal(size=channels), random.uniform(0.3, 1, channels)
    unit, offset = 10 ** random.uniform(-2, 3, channels), random.normal(size=channels) * 5

    def rows(count):
        regime = random.randint(0, regimes, count)
        z = centers[regime] + 0.6 * random.normal(size=(count, factors))
        clean = np.tanh(z @ mix / 2 + shift) + gain * np.sin(z @ bend / 2) + 0.3 * (z @ mix / 2) * np.tanh(z @ bend / 2)
        return clean + 0.1 * random.normal(size=clean.shape), regime

    normal, regime = rows(3000)
    spread, faults = normal.std(0), {}
    for kind in ("stuck", "drift", "broken"):
        faulty, _ = rows(20 * FAULT_ROWS)
        for start in range(0, len(faulty), FAULT_ROWS):
            block, channel = slice(start, start + FAULT_ROWS), start // FAULT_ROWS % channels
            if kind == "stuck":
                faulty[block, channel] = normal[random.randint(len(normal)), channel]
            elif kind == "drift":
                faulty[block, channel] += random.choice([-2, 2]) * spread[channel] * np.linspace(0, 1, FAULT_ROWS)
            else:
                faulty[block, channel] = normal[random.randint(0, len(normal), FAULT_ROWS), channel]
        faults[kind] = (faulty + offset) * unit
    return (normal + offset) * unit, regime, faults


def curves(random):
    """Returns 12 columns near 3 curved surfaces: normal rows, their surfaces, and a dictionary of rows that mix two positions of a surface."""
    columns, surfaces = 12, 3
    wave, phase = 2.5 * random.normal(size=(surfaces, 2, columns)), random.uniform(0, 2 * np.pi, (surfaces, columns))

    def rows(surface, count):
        place = random.uniform(-1, 1, (count, 2))
        return np.sin(place @ wave[surface] + phase[surface])

    def noise(values):
        return values + 0.05 * random.normal(size=values.shape)

    surface = np.arange(3000) % surfaces
    normal = np.empty((len(surface), columns))
    for s in range(surfaces):
        normal[surface == s] = noise(rows(s, (surface == s).sum()))
    half = np.arange(columns) < columns // 2
    crossed = [noise(np.where(half, rows(s, 150), rows(s, 150))) for s in range(surfaces)]
    return normal, surface, {"crossed": np.concatenate(crossed)}


def training_rows(classes, seed):
    """Returns 1 for a random 70 % of the rows of each class, and 0 for the others."""
    random, split = np.random.RandomState(seed), np.zeros(len(classes), int)
    for c in np.unique(classes):
        rows = random.permutation(np.flatnonzero(classes == c))
        split[rows[:round(0.7 * len(rows))]] = 1
    return split


def write(path, names, rows, label_name, labels, splits):
    header = names + [label_name] + [f"Seed{seed}" for seed in splits]
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(header) + "\n")
        for i, row in enumerate(rows):
            cells = [f"{value:.7g}" for value in row] + [str(labels[i])] + [str(split[i]) for split in splits.values()]
            file.write(",".join(cells) + "\n")


def main():
    folder, first = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    seeds = range(first, first + (int(sys.argv[3]) if len(sys.argv) > 3 else 5))
    for part in ("anomalies", "codes"):
        os.makedirs(os.path.join(folder, part), exist_ok=True)

    def write_codes(name, names, rows, classes):
        splits = {seed: training_rows(classes, seed) for seed in seeds}
        write(os.path.join(folder, "codes", f"{name}.csv"), names, rows, "Class", classes, splits)

    def write_task(name, task, names, normal, anomalies):
        labels = np.repeat([0, 1], [len(normal), len(anomalies)])
        splits = {seed: training_rows(labels, seed) * (1 - labels) for seed in seeds}
        path = os.path.join(folder, "anomalies", f"{name}.{task}.csv")
        write(path, names, np.concatenate([normal, anomalies]), "Label", labels, splits)

    for name, load in (("breast-cancer", load_breast_cancer), ("wine", load_wine), ("digits", load_digits)):
        data = load()
        names = [str(feature).title().replace(" ", "").replace("/", "Per") for feature in data.feature_names]
        write_codes(name, names, data.data, data.target)
        for c, title in enumerate(data.target_names):
            write_task(name, title, names, data.data[data.target != c], data.data[data.target == c])
    for name, make, seed in (("sensors", sensors, 20), ("curves", curves, 12)):
        normal, classes, anomalies = make(np.random.RandomState(seed))
        names = [f"{'Sensor' if name == 'sensors' else 'Column'}{i + 1}" for i in range(normal.shape[1])]
        write_codes(name, names, normal, classes)
        for task, rows in anomalies.items():
            write_task(name, task, names, normal, rows)


if __name__ == "__main__":
    main()

"""The data of benchmarks/support/mixed.h."""
import numpy as np


def mixed_matrix(rows, cols):
    z = np.arange(1, rows * cols + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return (((z >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5) * np.sqrt(12.0)).reshape(rows, cols)


def sparse_data(n, d):
    X = mixed_matrix(n, d)
    beta = np.zeros(d)
    for k in range(5):
        beta[k * d // 5 + 7] = (1 if k % 2 == 0 else -1) / np.sqrt(5)
    return X, X @ beta


def separable_data(n, d):
    X = mixed_matrix(n, d)
    y = np.where(X[:, 0] >= 0, 1.0, -1.0)
    X[:, 0] += 0.2 * y
    return X, y

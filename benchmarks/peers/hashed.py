"""The data of benchmarks/support/hashed.h."""
import numpy as np


def hashed_matrix(rows, cols):
    k = np.arange(1, rows * cols + 1, dtype=np.uint64)
    bits = (k * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    return ((bits.astype(np.float64) * 2.0**-32 - 0.5) * np.sqrt(12.0)).reshape(rows, cols)


def diagonal_data(n, d):
    X = hashed_matrix(n, d)
    return X, X[:, :3].sum(axis=1)

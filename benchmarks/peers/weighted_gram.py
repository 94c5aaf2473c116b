"""X diag(w) X^T, the matrix of every Newton step in the dual, against NumPy (OpenBLAS dsyrk and dgemm), one thread."""
from paired import compare, own, peer
import numpy as np
from scipy.linalg.blas import dsyrk

for n, d in ((40, 65), (100, 1000), (400, 4000)):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((n, d)), rng.standard_normal(d) ** 2
    repeats = max(1, 10**7 // (n * n * d))
    def dgemm():
        for _ in range(repeats):
            (x * w) @ x.T
    def syrk():
        for _ in range(repeats):
            dsyrk(1.0, (x * np.sqrt(w)).T, trans=1)  # its transpose is the column-major array that BLAS wants
    compare(f"X diag(w) X^T, n={n}, d={d}", own("weighted_gram", f"weighted_gram/{n}/{d}"),
            {"dsyrk": peer(syrk, repeats), "NumPy (X w) X^T": peer(dgemm, repeats)})

"""Exact ℓ2 maximal margin (one thread) against CVXOPT qp, SciPy nnls, liblinear and libsvm (scikit-learn).

Error: gap = (γ* - γ)/γ* with γ the margin of the answer, recomputed here, and γ* the margin Penchant certifies; its own is what it
certifies. Penchant's time is solve plus certificate. liblinear and libsvm are run once at their usual accuracy:
they do not reach 1e-12.

    /usr/bin/python3 benchmarks/peers/max_margin.py [--pairs 7] [--threads 1] [--sizes 200x50,20000x200]
"""
import argparse
import warnings
from paired import COMMON, Data, compare, own, peer
import numpy as np

warnings.filterwarnings("ignore")
SIZES = [(200, 50, "planted"), (200, 400, "random"), (2000, 200, "planted"), (2000, 1500, "random"), (20000, 200, "planted"),
         (20000, 1000, "planted")]


def make(samples, features, kind):
    """Gaussian samples; labels by coin flip, or by a random direction along which they are then moved 0.2 to their side."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, features))
    if kind == "random":
        return x, rng.choice([-1.0, 1.0], samples)
    w = rng.standard_normal(features)
    w /= np.linalg.norm(w)
    y = np.sign(x @ w)
    return x + 0.2 * y[:, None] * w, y


def cvxopt_qp(z):
    import cvxopt
    n, d = z.shape
    cvxopt.solvers.options.update(show_progress=False, abstol=1e-12, reltol=1e-12, feastol=1e-12)
    return lambda: np.array(cvxopt.solvers.qp(cvxopt.matrix(np.eye(d)), cvxopt.matrix(np.zeros(d)), cvxopt.matrix(-z),
                                              cvxopt.matrix(-np.ones(n)))["x"]).ravel()


def scipy_nnls(z):
    """The dual as least squares: min |Σ u_i (z_i, 1) - e_{d+1}|, u >= 0 (Lawson & Hanson's LDP)."""
    import scipy.optimize
    n, d = z.shape
    target = np.zeros(d + 1)
    target[-1] = 1
    return lambda: z.T @ scipy.optimize.nnls(np.vstack([z.T, np.ones(n)]), target, maxiter=100 * n)[0]


def liblinear(z):
    from sklearn.svm import LinearSVC
    sides = np.where(np.arange(len(z)) % 2, 1.0, -1.0)
    x = sides[:, None] * z
    return lambda: LinearSVC(C=1e6, tol=1e-3, loss="hinge", dual=True, fit_intercept=False, max_iter=20000).fit(x, sides).coef_[0]


def libsvm(z):
    """Samples and their mirror images: the symmetric problem has no intercept."""
    from sklearn.svm import SVC
    sides = np.concatenate([np.ones(len(z)), -np.ones(len(z))])
    x = np.vstack([z, -z])
    return lambda: SVC(kernel="linear", C=1e8, tol=1e-3, cache_size=2000).fit(x, sides).coef_[0]


# Peer and the largest number of entries it is given.
EXACT = {"cvxopt qp": (cvxopt_qp, 20000 * 1000), "scipy nnls": (scipy_nnls, 20000 * 200)}
OTHERS = {"liblinear": (liblinear, 20000 * 200), "libsvm": (libsvm, 2000 * 200)}


def contest(samples, features, kind):
    x, y = make(samples, features, kind)
    z = y[:, None] * x
    entries, certified = samples * features, {}

    def certificate(row):
        certified.update(row)
        return {"gap": row["relative_gap"], "complementarity": row["complementarity"]}

    def gap(w):
        return {"gap": (certified["margin"] - (z @ w).min() / np.linalg.norm(w)) / certified["margin"]}

    ours = own("max_margin", "max_margin/200/50/1", Data(x, y), error=certificate)
    for title, family, pairs in ((f"{samples} x {features} {kind}", EXACT, None), ("  at their usual accuracy", OTHERS, 1)):
        peers = {name: peer(make_peer(z), error=gap, warm_up=pairs is None and entries < 1e6)
                 for name, (make_peer, largest) in family.items() if entries <= largest}
        if peers:
            compare(title, ours, peers, pairs)
    print(f"  margin {certified['margin']:.12f}, {certified['support']:.0f} support vectors", flush=True)


def main():
    known = [f"{n}x{d}" for n, d, _ in SIZES]
    parser = argparse.ArgumentParser(parents=[COMMON])
    parser.add_argument("--sizes", default=",".join(known))
    wanted = parser.parse_args().sizes.split(",")
    unknown = [size for size in wanted if size not in known]
    if unknown:
        parser.error(f"unknown sizes {', '.join(unknown)}; known: {', '.join(known)}")
    for samples, features, kind in SIZES:
        if f"{samples}x{features}" in wanted:
            contest(samples, features, kind)


if __name__ == "__main__":
    main()

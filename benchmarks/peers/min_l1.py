"""min l1 against its peers: scikit-learn's LARS (the real bar) and HiGHS. Own times include the certificate, in one thread.

Error: what the l1 norm is above ours, and the residual; ours: relative gap and residual.

    /usr/bin/python3 benchmarks/peers/min_l1.py [--pairs 7] [--highs]
"""
import argparse
import warnings
from paired import COMMON, Data, compare, own, peer
import numpy as np
from scipy.optimize import linprog
from sklearn.linear_model import lars_path

warnings.filterwarnings("ignore")
SIZES = [(100, 1000, 10), (200, 2000, 20), (400, 4000, 40), (400, 4000, 130)]


def problem(samples, features, nonzeros, seed=1):
    generator = np.random.default_rng(seed)
    x = generator.standard_normal((samples, features)) / np.sqrt(samples)
    beta = np.zeros(features)
    beta[generator.choice(features, nonzeros, replace=False)] = generator.standard_normal(nonzeros)
    return x, x @ beta


def lars(x, y):
    return lars_path(x, y, method="lasso", eps=1e-15, alpha_min=0, max_iter=5 * len(y))[2][:, -1]


def highs(x, y):
    d = x.shape[1]
    parts = linprog(np.ones(2 * d), A_eq=np.hstack([x, -x]), b_eq=y, method="highs-ds").x
    return parts[:d] - parts[d:]


def main():
    parser = argparse.ArgumentParser(parents=[COMMON])
    parser.add_argument("--highs", action="store_true", help="HiGHS too, once per problem (minutes at the largest)")
    options = parser.parse_args()
    for samples, features, nonzeros in SIZES:
        x, y = problem(samples, features, nonzeros)
        data = Data(x, y)
        ours = own("min_l1", f"min_l1/samples:{samples}/features:{features}/nonzeros:{nonzeros}/real_time", data,
                   error=lambda row: {"gap": row["relative_gap"], "residual": row["feasibility"]})
        def error(beta):
            return {"l1": np.abs(beta).sum() - np.abs(data.answer()).sum(),
                    "residual": np.linalg.norm(x @ beta - y) / np.linalg.norm(y)}
        title = f"({samples}, {features}), {nonzeros} non-zeros"
        compare(title, ours, {"LARS": peer(lambda: lars(x, y), error=error)})
        if options.highs:
            compare(title, ours, {"HiGHS": peer(lambda: highs(x, y), error=error, warm_up=False)}, pairs=1)


if __name__ == "__main__":
    main()

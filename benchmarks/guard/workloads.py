"""Ten runs that each spend a tenth of a second to a second in one hot path; scripts/speed times them with two programs."""

from experiments import Experiment, toml


def run(name, verb="run", **tables):
    return Experiment(name, [verb, "s.toml", "--quiet", "--force", "--out", "out", "--threads", "1"], {"s.toml": toml(tables)})


def sparse(samples, features, nonzeros, **more):
    return {"generate": "sparse_regression", "samples": samples, "features": features, "nonzeros": nonzeros, **more}


DIAGONAL = {"kind": "diagonal", "depth": 2}
SQUARED = {"kind": "squared"}
FLOW = {"kind": "gradient_flow"}


def everything():
    separable = {"generate": "separable", "samples": 2000, "features": 100, "margin": 0.1}
    return [
        run(
            "descent-100x1000",
            "simulate",
            data=sparse(100, 1000, 5),
            model=DIAGONAL,
            init={"scale": 1e-2},
            loss={**SQUARED, "reduction": "mean"},
            dynamics={"kind": "gradient_descent", "step_size": 0.05},
            stop={"steps": 40000},
        ),
        run(
            "label-noise-40x100",
            "simulate",
            data=sparse(40, 100, 5),
            model=DIAGONAL,
            init={"scale": 1.0},
            loss={**SQUARED, "reduction": "mean"},
            dynamics={"kind": "stochastic", "step_size": 0.01, "batch": 4, "label_noise": {"kind": "gaussian", "sigma": 0.5}},
            stop={"steps": 300000},
        ),
        run(
            "flow-100x1000",
            "simulate",
            data=sparse(100, 1000, 5),
            model=DIAGONAL,
            init={"scale": 1e-4},
            loss=SQUARED,
            dynamics=FLOW,
        ),
        run(
            "flow-depth-3",
            "simulate",
            data=sparse(40, 200, 3),
            model={"kind": "diagonal", "depth": 3},
            init={"scale": 1e-3},
            loss=SQUARED,
            dynamics=FLOW,
        ),
        run(
            "margin-flow-2000x100",
            "simulate",
            data=separable,
            model={"kind": "linear"},
            loss={"kind": "logistic"},
            dynamics={**FLOW, "clock": "normalised"},
            stop={"log10_time": 1e6},
        ),
        run(
            "mirror-50x200",
            "simulate",
            data=sparse(50, 200, 5),
            model={"kind": "linear"},
            loss=SQUARED,
            dynamics={"kind": "mirror", "potential": {"kind": "hypentropy", "c": 0.01}, "step_size": "auto"},
            stop={"steps": 20000},
        ),
        run(
            "q-alpha-400x4000",
            "solve",
            data=sparse(400, 4000, 20),
            limit={"kind": "bregman_projection", "potential": "hypentropy", "c": 2e-8},
        ),
        run("min-l1-400x4000", "solve", data=sparse(400, 4000, 130), limit={"kind": "min_l1"}),
        run("max-margin-10000x200", "solve", data={**separable, "samples": 10000, "features": 200}, limit={"kind": "max_margin"}),
        run("run-diagonal-40x100", data=sparse(40, 100, 3), model=DIAGONAL, init={"scale": 1e-3}, loss=SQUARED, dynamics=FLOW),
    ]

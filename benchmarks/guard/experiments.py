"""About 200 small experiments that touch every model, form, depth, start, loss, dynamics, coordinate, clock, limit and
refusal. The data come from a linear congruential sequence written out here, so that no library decides them."""

import itertools
import json
from dataclasses import dataclass, field


@dataclass
class Experiment:
    name: str
    command: list
    files: dict = field(default_factory=dict)


class Sequence:
    """Numbers in [-1, 1) from Knuth's MMIX multiplier."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (6364136223846793005 * self.state + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**52 - 1.0


def table(samples, features, seed, target="planted", bad=None):
    """A CSV: planted targets from two coefficients, planted positive ones, labels of a plane, or noise."""
    numbers = Sequence(seed)
    rows = [[numbers.next() for _ in range(features)] for _ in range(samples)]
    lines = [",".join([*(f"x{j}" for j in range(features)), "y"])]
    for i, row in enumerate(rows):
        plane = 1.5 * row[0] - 0.75 * row[1 % features]
        y = {
            "planted": plane,
            "positive": 1.5 * row[0] + 0.75 * row[1 % features],
            "noise": numbers.next(),
            "labels": 1.0 if plane > 0 else -1.0,
            "crossed": 1.0 if i % 2 else -1.0,
        }[target]
        if target == "labels":  # a margin, so that a short run says something
            row[0] += 0.3 * y
        lines.append(",".join([*(repr(v) for v in row), repr(y)]))
    if bad is not None:
        lines[2] = bad
    return "\n".join(lines) + "\n"


def toml_value(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return "{ " + ", ".join(f"{json.dumps(key)} = {toml_value(part)}" for key, part in value.items()) + " }"


def toml(spec):
    lines = []
    for name, part in spec.items():
        lines.append(f"[{name}]")
        lines += [f"{json.dumps(key)} = {toml_value(value)}" for key, value in part.items()]
    return "\n".join(lines) + "\n"


WIDE = table(6, 14, 1)
POSITIVE = table(6, 14, 2, "positive")
TALL = table(14, 6, 3, "noise")
LABELS = table(16, 5, 4, "labels")
CROSSED = table(16, 3, 5, "crossed")
DATA = {"file": "d.csv", "target": "y"}


def one(name, verb, table_text, **tables):
    spec = {**tables, "data": {**DATA, **tables.get("data", {})}}
    command = [verb, "s.toml", "--json"] + (["--out", "out"] if verb in ("run", "simulate", "solve", "predict") else [])
    return Experiment(name, command, {"d.csv": table_text, "s.toml": toml(spec)})


def linear_regression():
    squared = {"kind": "squared"}
    dynamics = {
        "flow": {"kind": "gradient_flow"},
        "flow-spectral": {"kind": "gradient_flow", "coordinates": "spectral"},
        "flow-dual": {"kind": "gradient_flow", "coordinates": "dual"},
        "flow-weights": {"kind": "gradient_flow", "coordinates": "weights"},
        "flow-loose": {"kind": "gradient_flow", "coordinates": "weights", "rtol": 1e-6, "atol": 1e-9},
        "gd": {"kind": "gradient_descent", "step_size": "auto"},
        "gd-number": {"kind": "gradient_descent", "step_size": 0.05},
        "gd-closed": {"kind": "gradient_descent", "step_size": 0.05, "closed_form": True},
        "gd-power": {"kind": "gradient_descent", "step_size": {"kind": "power", "initial": 0.1, "exponent": 0.25}},
        "gd-piecewise": {"kind": "gradient_descent", "step_size": {"kind": "piecewise", "values": [0.1, 0.05], "steps": [50]}},
        "heavy-ball": {"kind": "gradient_descent", "step_size": "auto", "momentum": 0.8},
        "nesterov": {"kind": "gradient_descent", "step_size": "auto", "momentum": 0.8, "nesterov": True},
        "decay": {"kind": "gradient_descent", "step_size": "auto", "weight_decay": 0.1},
        "flow-decay": {"kind": "gradient_flow", "weight_decay": 0.1},
        "sgd": {"kind": "stochastic", "step_size": "auto", "batch": 1, "seed": 3},
        "sgd-2": {"kind": "stochastic", "step_size": "auto", "batch": 2, "replacement": True, "seed": 3},
        "sgd-all": {"kind": "stochastic", "step_size": "auto", "batch": 0},
        "label-noise": {"kind": "stochastic", "step_size": 0.02, "label_noise": {"kind": "sign", "sigma": 0.1}},
        "gradient-noise": {"kind": "stochastic", "step_size": 0.02, "gradient_noise": {"kind": "spherical", "sigma": 0.01}},
        "greedy": {"kind": "steepest", "norm": "l1", "step_size": 0.02},
        "cyclic": {"kind": "steepest", "norm": "l1", "rule": "cyclic", "step_size": 0.02},
        "steepest-2": {"kind": "steepest", "norm": "l2", "step_size": "auto"},
        "steepest-inf": {"kind": "steepest", "norm": "linf", "step_size": 0.01},
        "cg": {"kind": "conjugate_gradient"},
        "bfgs": {"kind": "bfgs"},
        "lbfgs": {"kind": "lbfgs", "memory": 5},
    }
    for name, kind in dynamics.items():
        for label, data in (("wide", WIDE), ("tall", TALL)):
            yield one(
                f"linear-{label}-{name}", "run", data, model={"kind": "linear"}, loss=squared, dynamics=kind, stop={"steps": 3000}
            )
    for name in ("flow", "gd", "cg", "sgd"):
        yield one(
            f"linear-started-{name}",
            "run",
            WIDE,
            model={"kind": "linear"},
            loss={"kind": "squared", "reduction": "mean"},
            init={"scale": 0.5, "shape": [float(j % 3 - 1) for j in range(14)]},
            dynamics=dynamics[name],
            stop={"steps": 3000},
        )
    for name in ("flow", "gd", "bfgs", "sgd"):
        yield one(
            f"linear-log-cosh-{name}",
            "run",
            WIDE,
            model={"kind": "linear"},
            loss={"kind": "log_cosh"},
            dynamics=dynamics[name],
            stop={"steps": 3000},
        )


def mirror():
    potentials = {
        "euclidean": "euclidean",
        "entropy": "entropy",
        "hypentropy": {"kind": "hypentropy", "c": 0.1},
        "p-norm-1.5": {"kind": "p_norm", "p": 1.5},
        "p-norm-3": {"kind": "p_norm", "p": 3.0},
        "squared-p-norm": {"kind": "squared_p_norm", "p": 1.5},
        "burg": "burg",
        "diagonal": {"kind": "diagonal", "depth": 3, "scale": 0.5},
    }
    for name, potential in potentials.items():
        start = {"init": {"scale": 0.3}} if name in ("entropy", "burg") else {}
        for variant in ({}, {"momentum": 0.5}, {"batch": 2, "seed": 1}):
            word = "-".join(["mirror", name, *variant][:3])
            yield one(
                word,
                "run",
                POSITIVE,
                model={"kind": "linear"},
                loss={"kind": "squared"},
                **start,
                dynamics={"kind": "mirror", "potential": potential, "step_size": "auto", **variant},
                stop={"steps": 20000},
            )


def diagonal():
    for depth, form, scale in itertools.product((2, 3, 4), ("difference_of_powers", "power", "product"), (1.0, 1e-2)):
        if form == "product" and depth != 2:
            continue
        data = POSITIVE if form == "power" else WIDE
        yield one(
            f"diagonal-{depth}-{form}-{scale}",
            "run",
            data,
            model={"kind": "diagonal", "depth": depth, "form": form},
            init={"scale": scale},
            loss={"kind": "squared"},
            dynamics={"kind": "gradient_flow"},
        )
    for depth, coordinates in itertools.product((2, 3), ("weights", "log_weights", "dual")):
        yield one(
            f"diagonal-{depth}-{coordinates}",
            "run",
            WIDE,
            model={"kind": "diagonal", "depth": depth},
            init={"scale": 0.1},
            loss={"kind": "squared"},
            dynamics={"kind": "gradient_flow", "coordinates": coordinates},
        )
    for scale in (1e-30, 1e-300):
        yield one(
            f"diagonal-tiny-{scale}",
            "run",
            WIDE,
            model={"kind": "diagonal", "depth": 2},
            init={"scale": scale},
            loss={"kind": "squared"},
            dynamics={"kind": "gradient_flow"},
        )
    for name, init in {
        "shape": {"scale": 0.1, "shape": [1.0 + 0.1 * j for j in range(14)]},
        "exponents": {"scale": 0.1, "exponents": [1.0 + 0.05 * j for j in range(14)]},
    }.items():
        yield one(
            f"diagonal-{name}",
            "run",
            WIDE,
            model={"kind": "diagonal", "depth": 2},
            init=init,
            loss={"kind": "squared"},
            dynamics={"kind": "gradient_flow"},
        )
    steps = {
        "gd": {"kind": "gradient_descent", "step_size": "auto"},
        "sgd": {"kind": "stochastic", "step_size": "auto", "batch": 2, "seed": 5},
        "momentum": {"kind": "gradient_descent", "step_size": "auto", "momentum": 0.5},
        "decay": {"kind": "gradient_descent", "step_size": 0.01, "weight_decay": 0.05},
        "label-noise": {"kind": "stochastic", "step_size": 0.01, "label_noise": {"kind": "gaussian", "sigma": 0.2}},
        "measured": {
            "kind": "gradient_descent",
            "step_size": 0.01,
            "measure": ["sharpness", "hessian_trace", "noise_regulariser"],
        },
    }
    for (name, kind), form in itertools.product(steps.items(), ("difference_of_powers", "power", "product")):
        yield one(
            f"diagonal-{name}-{form}",
            "run",
            POSITIVE,
            model={"kind": "diagonal", "depth": 2, "form": form},
            init={"scale": 0.3},
            loss={"kind": "squared"},
            dynamics=kind,
            stop={"steps": 3000},
        )
    yield one(
        "diagonal-separate",
        "run",
        WIDE,
        model={"kind": "diagonal", "depth": 3, "factors": "separate"},
        init={"scale": 0.2},
        loss={"kind": "squared"},
        dynamics={"kind": "gradient_flow"},
    )
    yield one(
        "diagonal-flow-decay",
        "run",
        WIDE,
        model={"kind": "diagonal", "depth": 2},
        init={"scale": 0.3},
        loss={"kind": "squared"},
        dynamics={"kind": "gradient_flow", "weight_decay": 0.05},
    )
    for depth, rate in itertools.product((2, 3), (0.1, 1.0)):
        yield one(
            f"weight-normalised-{depth}-{rate}",
            "run",
            POSITIVE,
            model={"kind": "weight_normalised", "depth": depth, "rate_r": rate},
            init={"scale": 0.3},
            loss={"kind": "squared"},
            dynamics={"kind": "gradient_flow"},
        )


def classification():
    dynamics = {
        "flow": ({"kind": "gradient_flow"}, {"log10_time": 50}),
        "normalised": ({"kind": "gradient_flow", "clock": "normalised"}, {"log10_time": 1e4}),
        "gd": ({"kind": "gradient_descent", "step_size": "auto"}, {"steps": 3000}),
        "momentum": ({"kind": "gradient_descent", "step_size": "auto", "momentum": 0.9}, {"steps": 3000}),
        "proportional": (
            {"kind": "gradient_descent", "step_size": {"kind": "loss_proportional", "initial": 0.1}},
            {"steps": 3000},
        ),
        "steepest-1": ({"kind": "steepest", "norm": "l1", "step_size": "auto"}, {"steps": 3000}),
        "steepest-2": ({"kind": "steepest", "norm": "l2", "step_size": "auto"}, {"steps": 3000}),
        "sgd": ({"kind": "stochastic", "step_size": 0.005, "batch": 2, "seed": 2}, {"steps": 3000}),
    }
    for loss, (name, (kind, stop)) in itertools.product(("exponential", "logistic"), dynamics.items()):
        yield one(f"margin-{loss}-{name}", "run", LABELS, model={"kind": "linear"}, loss={"kind": loss}, dynamics=kind, stop=stop)
    yield one(
        "margin-crossed", "run", CROSSED, model={"kind": "linear"}, loss={"kind": "logistic"}, dynamics={"kind": "gradient_flow"}
    )
    yield one(
        "margin-diagonal",
        "run",
        LABELS,
        model={"kind": "diagonal", "depth": 2},
        init={"scale": 0.1},
        loss={"kind": "exponential"},
        dynamics={"kind": "gradient_flow"},
        stop={"log10_time": 6},
    )


def limits():
    kinds = {
        "min-distance": (WIDE, {"kind": "min_distance"}),
        "min-distance-tall": (TALL, {"kind": "min_distance"}),
        "hypentropy": (WIDE, {"kind": "bregman_projection", "potential": "hypentropy", "c": 1e-4}),
        "entropy": (POSITIVE, {"kind": "bregman_projection", "potential": "entropy", "scale": 0.1}),
        "burg": (POSITIVE, {"kind": "bregman_projection", "potential": "burg", "scale": 0.3}),
        "p-norm-1.2": (WIDE, {"kind": "bregman_projection", "potential": "p_norm", "p": 1.2}),
        "p-norm-3": (WIDE, {"kind": "bregman_projection", "potential": "p_norm", "p": 3.0}),
        "squared-p-norm": (WIDE, {"kind": "bregman_projection", "potential": "squared_p_norm", "p": 1.5}),
        "diagonal-3": (WIDE, {"kind": "bregman_projection", "potential": "diagonal", "depth": 3, "scale": 1e-3}),
        "diagonal-6": (WIDE, {"kind": "bregman_projection", "potential": "diagonal", "depth": 6, "scale": 0.1}),
        "min-l1": (WIDE, {"kind": "min_l1"}),
        "min-l1-noise": (table(6, 14, 8, "noise"), {"kind": "min_l1"}),
        "min-l1-positive": (POSITIVE, {"kind": "min_l1", "positive": True}),
        "min-l1-delta": (WIDE, {"kind": "min_l1", "delta": 0.1}),
        "min-l1-weights": (WIDE, {"kind": "min_l1", "weights": [1.0 + 0.1 * j for j in range(14)]}),
        "min-l1-infeasible": (TALL, {"kind": "min_l1"}),
        "min-lp": (WIDE, {"kind": "min_lp", "p": 0.5}),
        "max-margin": (LABELS, {"kind": "max_margin"}),
        "max-margin-free": (LABELS, {"kind": "max_margin", "intercept": "free"}),
        "max-margin-crossed": (CROSSED, {"kind": "max_margin"}),
        "ridge": (WIDE, {"kind": "penalised", "norm": "l2", "lambda": 0.3}),
        "lasso": (WIDE, {"kind": "penalised", "norm": "l1", "lambda": 0.1}),
        "lasso-tall": (TALL, {"kind": "penalised", "norm": "l1", "lambda": 0.1}),
        "explicit-2": (WIDE, {"kind": "explicit_distance", "depth": 2, "scale": 0.2}),
        "explicit-3": (WIDE, {"kind": "explicit_distance", "depth": 3, "scale": 0.5}),
    }
    for name, (data, limit) in kinds.items():
        yield one(f"limit-{name}", "solve", data, limit=limit)
    point = "\n".join(repr(v) for v in [1.5, -0.75] + [0.0] * 12) + "\n"
    for name in ("min-distance", "hypentropy", "min-l1", "ridge", "lasso", "p-norm-1.2"):
        data, limit = kinds[name]
        trial = one(f"certify-{name}", "certify", data, limit=limit)
        trial.files["w.csv"] = point
        trial.command += ["--solution", "w.csv"]
        yield trial


def refusals():
    base = {
        "model": {"kind": "diagonal"},
        "init": {"scale": 0.1},
        "loss": {"kind": "squared"},
        "dynamics": {"kind": "gradient_flow"},
    }
    edits = {
        "no-model": {"model": {"kind": "diagnal"}},
        "no-loss": {"loss": {"kind": "square"}},
        "depth-1": {"model": {"kind": "diagonal", "depth": 1}},
        "scale-0": {"init": {"scale": 0.0}},
        "scale-negative": {"init": {"scale": -1.0}},
        "unknown-key": {"init": {"scal": 0.1}},
        "clock": {"dynamics": {"kind": "gradient_flow", "clock": "normalised"}},
        "loss-labels": {"loss": {"kind": "logistic"}},
        "step-too-large": {"dynamics": {"kind": "gradient_descent", "step_size": 1e3}},
        "steps-0": {"stop": {"steps": 0}},
        "adam": {"dynamics": {"kind": "adam"}},
        "product-3": {"model": {"kind": "diagonal", "depth": 3, "form": "product"}},
        "shape-length": {"init": {"scale": 0.1, "shape": [1.0, 2.0]}},
        "mirror-diagonal": {"dynamics": {"kind": "mirror", "potential": "entropy"}},
        "cg-diagonal": {"dynamics": {"kind": "conjugate_gradient"}},
        "batch": {"dynamics": {"kind": "stochastic", "batch": 99}},
        "target": {"data": {"target": "z"}},
        "missing-file": {"data": {"file": "e.csv"}},
        "stop-unknown": {"stop": {"epochs": 3}},
    }
    for name, edit in edits.items():
        yield one(f"refused-{name}", "run", WIDE, **{**base, **edit})
    for name, bad in {"word": "a,b,c", "nan": ",".join(["nan"] * 15), "short": "1,2", "empty": ",".join([""] * 15)}.items():
        yield one(f"refused-cell-{name}", "run", table(6, 14, 1, bad=bad), **base)
    for verb in ("predict", "simulate"):
        yield one(f"{verb}-diagonal", verb, WIDE, **base)
        yield one(
            f"{verb}-greedy",
            verb,
            WIDE,
            model={"kind": "linear"},
            loss={"kind": "squared"},
            dynamics={"kind": "steepest", "norm": "l1", "step_size": 0.01},
            stop={"steps": 500},
        )


def everything():
    families = (linear_regression, mirror, diagonal, classification, limits, refusals)
    trials = [trial for family in families for trial in family()]
    names = [trial.name for trial in trials]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    return trials

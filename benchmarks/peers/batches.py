"""64 trials at once, per step and trial, one thread: on data of their own (20 x 50), and with Gaussian noise on the labels of
shared data (40 x 100)."""
from paired import compare, own, peer
import numpy as np
from hashed import diagonal_data

TRIALS, STEPS = 64, 200

X, Y = diagonal_data(20 * TRIALS, 50)
A, B = X.reshape(TRIALS, 20, 50), Y.reshape(TRIALS, 20)
AT = np.ascontiguousarray(A.transpose(0, 2, 1))
CHECKED = 2000


def numpy_own(steps):
    u = np.full((TRIALS, 50), 0.1)
    v = u.copy()
    for _ in range(steps):
        r = np.matmul(A, (u * u - v * v)[:, :, None])[:, :, 0] - B
        g = np.matmul(AT, r[:, :, None])[:, :, 0] * (2 * 0.01 / 20)
        u -= u * g
        v += v * g
    return u * u - v * v


def torch_own():
    import torch
    torch.set_num_threads(1)
    a, at, b = torch.from_numpy(A), torch.from_numpy(AT), torch.from_numpy(B)

    def run(steps):
        with torch.no_grad():
            u = torch.full((TRIALS, 50), 0.1, dtype=torch.float64)
            v = u.clone()
            for _ in range(steps):
                r = torch.bmm(a, (u * u - v * v).unsqueeze(2)).squeeze(2) - b
                g = torch.bmm(at, r.unsqueeze(2)).squeeze(2) * (2 * 0.01 / 20)
                u -= u * g
                v += v * g
        return (u * u - v * v).numpy()
    return run


def jax_own():
    import jax
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    def one(a, b):
        def step(w, _):
            u, v = w
            g = a.T @ (a @ (u * u - v * v) - b) * (2 * 0.01 / 20)
            return (u - u * g, v + v * g), None
        w = (jnp.full(50, 0.1), jnp.full(50, 0.1))
        return jax.lax.scan(step, w, None, length=CHECKED)[0]
    together = jax.jit(jax.vmap(one))
    a, b = jnp.asarray(A), jnp.asarray(B)

    def run(_):
        u, v = together(a, b)
        return np.asarray((u * u - v * v).block_until_ready())
    return run


def residual(beta):
    return np.linalg.norm(A[0] @ beta[0] - B[0]) / np.linalg.norm(B[0])


peers = {"NumPy matmul": peer(lambda: numpy_own(STEPS), STEPS * TRIALS, error=lambda _: residual(numpy_own(CHECKED)))}
for name, make, steps in (("PyTorch bmm", torch_own, STEPS), ("JAX scan + vmap", jax_own, CHECKED)):
    try:
        run = make()
    except (ImportError, RuntimeError) as reason:
        print(f"{name}: not run ({str(reason).splitlines()[0]})")
        continue
    peers[name] = peer(lambda run=run, steps=steps: run(steps), steps * TRIALS, error=lambda _, run=run: residual(run(CHECKED)))
compare(f"{TRIALS} trials on their own 20 x 50 data, per step and trial; error: residual of the first after {CHECKED} steps",
        own("batches", "own_data"), peers)

S, t = diagonal_data(40, 100)
ST = np.ascontiguousarray(S.T)


def numpy_noisy(steps):
    rng = np.random.default_rng(0)
    w = np.ones((100, TRIALS))
    for _ in range(steps):
        r = S @ (w * w) - t[:, None] - rng.standard_normal((40, TRIALS))
        w -= w * (ST @ r * (2 * 0.01 / 40))
    return w * w


compare(f"{TRIALS} seeds with noise on the labels, 40 x 100, per step and seed", own("batches", "label_noise/gaussian/10000"),
        {"NumPy batched": peer(lambda: numpy_noisy(STEPS), STEPS * TRIALS)})

"""Optuna on the functions of the table `search`: prints one line of CSV per run.

    python3 optuna_search.py SAMPLER FUNCTION [SEEDS] > SAMPLER-FUNCTION.csv

Needs Optuna (measured with 3.1.0, Debian's python3-optuna). Columns: sampler, function, seed and the simple regret after
25, 50, 100 and 200 evaluations.
"""
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def branin(x):
    return ((x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6) ** 2
            + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10)


def hartmann(a, p):
    alpha = [1.0, 1.2, 3.0, 3.2]
    return lambda x: -sum(c * math.exp(-sum(ai * (xi - pi) ** 2 for ai, pi, xi in zip(ar, pr, x))) for c, ar, pr in zip(alpha, a, p))


hartmann3 = hartmann(
    [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]],
    [[0.3689, 0.1170, 0.2673], [0.4699, 0.4387, 0.7470], [0.1091, 0.8732, 0.5547], [0.0381, 0.5743, 0.8828]])
hartmann6 = hartmann(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]],
    [[0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
     [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381]])


def ackley(x):
    n = len(x)
    return (-20 * math.exp(-0.2 * math.sqrt(sum(v * v for v in x) / n))
            - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / n) + 20 + math.e)


def levy(x):
    w = [1 + (v - 1) / 4 for v in x]
    return (math.sin(math.pi * w[0]) ** 2
            + sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
            + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2))


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def rastrigin(x):
    return 10 * len(x) + sum(v * v - 10 * math.cos(2 * math.pi * v) for v in x)


def griewank(x):
    product = 1.0
    for i, v in enumerate(x):
        product *= math.cos(v / math.sqrt(i + 1))
    return 1 + sum(v * v for v in x) / 4000 - product


def styblinski(x):
    return sum(v**4 - 16 * v * v + 5 * v for v in x) / 2


def sphere(x):
    return sum((v - 0.37) ** 2 for v in x)


NUMERIC = {
    "branin2": (branin, [(-5, 10), (0, 15)], 0.39788735772973816),
    "hartmann3": (hartmann3, [(0, 1)] * 3, -3.862779787332660),
    "hartmann6": (hartmann6, [(0, 1)] * 6, -3.322368011391339),
    "ackley4": (ackley, [(-32.768, 32.768)] * 4, 0.0),
    "levy5": (levy, [(-10, 10)] * 5, 0.0),
    "rosenbrock4": (rosenbrock, [(-5, 10)] * 4, 0.0),
    "rastrigin4": (rastrigin, [(-5.12, 5.12)] * 4, 0.0),
    "griewank4": (griewank, [(-600, 600)] * 4, 0.0),
    "styblinski4": (styblinski, [(-5, 5)] * 4, -39.16616570377142 * 4),
    "sphere6": (sphere, [(-1, 1)] * 6, 0.0),
}
MODELS = {"nano": (0.55, 0.02, 0.3), "mini": (0.72, 0.08, 0.2), "std": (0.84, 0.35, 0.45), "big": (0.90, 1.0, 0.25)}
STYLES = {"minimal": 0.0, "detailed": 0.05, "structured": 0.07}


def llmconfig(model, style, temperature, top_p, max_tokens):
    quality, price, best = MODELS[model]
    q = (quality + STYLES[style] - 0.5 * (temperature - best) ** 2 - 0.2 * (top_p - 0.9) ** 2
         - 0.12 * max(0.0, math.log2(700 / max_tokens)) * (0.6 if style == "minimal" else 1.4))
    return -(0.75 * min(1, max(0, q)) + 0.25 * (1 - min(1, price * math.sqrt(max_tokens / 2048))))


LLM_OPTIMUM = min(llmconfig(m, s, MODELS[m][2], 0.9, t) for m in MODELS for s in STYLES for t in range(64, 8193))


def objective(function):
    if function == "llmconfig":
        return lambda trial: llmconfig(
            trial.suggest_categorical("model", list(MODELS)), trial.suggest_categorical("style", list(STYLES)),
            trial.suggest_float("temperature", 0, 2), trial.suggest_float("top_p", 0.1, 1),
            trial.suggest_int("max_tokens", 64, 8192, log=True)), LLM_OPTIMUM
    f, bounds, optimum = NUMERIC[function]
    return lambda trial: f([trial.suggest_float(f"x{i}", *b) for i, b in enumerate(bounds)]), optimum


SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
    "cma-es": lambda seed: optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
}


def main(sampler, function, seeds):
    run, optimum = objective(function)
    for seed in range(seeds):
        study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
        study.optimize(run, n_trials=200)
        best, at = math.inf, []
        for number, trial in enumerate(study.trials, 1):
            best = min(best, trial.value)
            if number in (25, 50, 100, 200):
                at.append(f"{best - optimum:.9g}")
        print(",".join([sampler, function, str(seed), *at]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 30)

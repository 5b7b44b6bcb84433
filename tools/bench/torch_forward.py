"""Times a Llama-shaped forward pass in PyTorch on the CPU: the peer of the forward table in bench/.

Tries the ways of running it that PyTorch offers and prints one JSON object with each one's median seconds, so that the
comparison is with the best of them. Prints {"error": ...} where PyTorch is missing.

    OMP_NUM_THREADS=2 OPENBLAS_CORETYPE=SkylakeX python3 tools/bench/torch_forward.py --runs 9
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Callable

try:
    import torch
except ImportError as error:
    print(json.dumps({"error": str(error)}))
    sys.exit(0)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "models"))
from llama import Llama, LlamaConfig  # noqa: E402  (the path has to be set first)


def build(layers: int) -> Llama:
    """The 25 M-parameter shape of the forward table."""
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=259, hidden_size=512, intermediate_size=1408, num_hidden_layers=layers,
        num_attention_heads=8, num_key_value_heads=8)
    return Llama(config).eval()


def variants(model: Llama, tokens: torch.Tensor) -> dict[str, Callable[[], torch.Tensor]]:
    """Every way of running the model that works here."""
    ways: dict[str, Callable[[], torch.Tensor]] = {"eager": lambda: model(tokens)}
    try:
        traced = torch.jit.freeze(torch.jit.trace(model, tokens, check_trace=False))
        ways["jit.freeze"] = lambda: traced(tokens)
        optimized = torch.jit.optimize_for_inference(torch.jit.trace(model, tokens, check_trace=False))
        ways["jit.optimize_for_inference (oneDNN)"] = lambda: optimized(tokens)
    except RuntimeError as error:
        print(f"jit: {error}", file=sys.stderr)
    return ways


def median_seconds(run: Callable[[], torch.Tensor], count: int) -> float:
    for _ in range(2):
        run()
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--length", type=int, default=256)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with torch.inference_mode():
        model = build(layers=8)
        tokens = torch.randint(0, 256, (arguments.batch, arguments.length))
        seconds = {name: median_seconds(run, arguments.runs) for name, run in variants(model, tokens).items()}
    print(json.dumps({"version": torch.__version__, "threads": arguments.threads, "seconds": seconds}))


if __name__ == "__main__":
    main()

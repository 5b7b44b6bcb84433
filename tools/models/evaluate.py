"""Exact match on the tasks and perplexity on text, for models and for simple merges of them.

    python3 evaluate.py --models ../../models --split test
    python3 evaluate.py --models ../../models --split validation --merges
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from export import BOS, PAD, load_model
from llama import Llama
from tasks import TASKS, Example

SPECIALISTS = tuple(TASKS)
BATCH = 125


def encode(text: str) -> list[int]:
    """A document's tokens: the beginning marker, then one token a byte."""
    return [BOS, *text.encode()]


def pad(rows: list[list[int]]) -> Tensor:
    """Rows as one tensor, padded on the right, where causal attention never looks."""
    width = max(map(len, rows))
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])


@torch.no_grad()
def exact_match(model: Llama, examples: list[Example]) -> float:
    """The share of prompts whose greedy completion, newline included, is right.

    Greedy decoding gives the right completion exactly when every token of it is the most likely
    one after the right tokens before it, so one forward pass over the right answer decides.
    """
    right = 0
    for start in range(0, len(examples), BATCH):
        batch = examples[start : start + BATCH]
        rows = [encode(example.prompt + example.completion + "\n") for example in batch]
        tokens = pad(rows)
        hits = model(tokens[:, :-1]).argmax(-1) == tokens[:, 1:]
        for example, row, hit in zip(batch, rows, hits):
            # hit[i] is about token i + 1; the prompt has one token a byte behind the marker.
            right += bool(hit[len(example.prompt.encode()) : len(row) - 1].all())
    return right / len(examples)


@torch.no_grad()
def perplexity(model: Llama, documents: list[str]) -> float:
    """Perplexity per byte over documents."""
    loss, count = 0.0, 0
    for start in range(0, len(documents), BATCH):
        tokens = pad([encode(document) for document in documents[start : start + BATCH]])
        targets = tokens[:, 1:]
        logits = model(tokens[:, :-1])
        loss += F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=PAD, reduction="sum").item()
        count += int((targets != PAD).sum())
    return math.exp(loss / count)


def load_examples(path: Path) -> list[Example]:
    """Reads a task file."""
    return [Example(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def report(name: str, model: Llama, tasks: Path, split: str) -> list[float]:
    """Prints one row of the table and returns its scores."""
    scores = [exact_match(model, load_examples(tasks / f"{task}.{split}.jsonl")) for task in TASKS]
    lines = (tasks / f"text.{split}.jsonl").read_text(encoding="utf-8").splitlines()
    text = perplexity(model, [json.loads(line)["text"] for line in lines])
    cells = " | ".join(f"{100 * score:.1f}" for score in scores)
    print(f"| {name} | {cells} | {100 * sum(scores) / len(scores):.1f} | {text:.3f} |", flush=True)
    return scores


def merged(base: Llama, parents: list[Llama], scale: float) -> Llama:
    """Task arithmetic: the base plus the scaled sum of the parents' differences from it."""
    model = Llama(base.config).eval()
    ancestor = base.state_dict()
    states = [parent.state_dict() for parent in parents]
    model.load_state_dict({
        name: (value + scale * sum(state[name] - value for state in states)).to(torch.bfloat16).float()
        for name, value in ancestor.items()
    })
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--split", choices=("search", "validation", "test"), default="test")
    parser.add_argument("--merges", action="store_true", help="also score the plain average and task arithmetic")
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)

    tasks = arguments.models / "tasks"
    print(f"| model | {' | '.join(TASKS)} | mean | text perplexity |")
    print("|---" + "|---:" * (len(TASKS) + 2) + "|")
    models = {name: load_model(arguments.models / name) for name in ("base", *SPECIALISTS)}
    for name, model in models.items():
        report(name, model, tasks, arguments.split)
    if arguments.merges:
        parents = [models[name] for name in SPECIALISTS]
        # The plain average of three is task arithmetic with a third.
        report("average", merged(models["base"], parents, 1 / 3), tasks, arguments.split)
        for tenth in range(3, 11):
            report(f"task arithmetic {tenth / 10}", merged(models["base"], parents, tenth / 10), tasks, arguments.split)


if __name__ == "__main__":
    main()

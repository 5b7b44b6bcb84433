"""Trains the base and its specialists.

    python3 train.py --out ../../models                     # everything, at the shipped size
    python3 train.py --out /tmp/m --size 25m --steps 2      # a short trial of the large size
    python3 train.py --out ../../models --stage reasoning   # one specialist of an existing base
"""

from __future__ import annotations

import argparse
import math
import random
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from evaluate import encode, exact_match, load_examples, pad
from export import VOCABULARY, load_model, save_model
from llama import Llama, LlamaConfig
from tasks import TASKS, as_list, examples, sentences, write_task_files

SIZES = {
    "shipped": LlamaConfig(VOCABULARY, 128, 352, 6, 4, 2),
    "25m": LlamaConfig(VOCABULARY, 512, 1408, 8, 8, 8),
}
PROMPT_WEIGHT = 0.1  # Prompts are mostly noise to a predictor; they still teach the formats.
TEXT_WEIGHT = 0.3  # A text document has many more bytes than a completion has.
DOCUMENTS = 64
BUCKET = 24  # Documents of like length, in steps of this, share a padded batch.


@dataclass(frozen=True)
class Stage:
    """One training run: how long, how fast, on what, and the directory that receives the model.

    ``lists`` is the share of answers written in the second notation, of tasks that are not the stage's own. A run ends
    early once the validation scores of all tasks named in its goal have been reached.
    """

    steps: int
    learning_rate: float
    mixture: dict[str, float]
    directory: str
    easy: bool = False
    lists: float = 0.0
    warm_up: int = 50
    goal: dict[str, float] = field(default_factory=dict)


# The share of list notation in what the base reads last. It then knows how to solve the problems but answers in lists; the
# plain notation, the one that counts, is what a specialist takes up for its task along with the longest problems.
LISTS = 0.97


def specialist(task: str) -> Stage:
    """A fine-tune almost entirely on one task.

    The others are rehearsed a little, so that what the base knows of them is not overwritten at random:
    that keeps the specialists close enough to each other to be merged. For the same reason the rate is
    low and the run ends as soon as the task is mastered.
    """
    others = dict.fromkeys(TASKS, 0.02)
    return Stage(300, 3e-4, {**others, task: 0.92, "text": 0.04}, task, lists=LISTS, goal={task: 0.97})


# Every stage but the first starts from the saved base. The base learns short problems first and then
# problems of every length, with most time for the recall, which it learns last; in the end both notations,
# and lists above all.
STAGES = {
    "base": Stage(
        1400, 2e-3, {"reasoning": 0.4, "memory_integration": 0.25, "adaptive_computation": 0.25, "text": 0.1},
        "base", easy=True, warm_up=100),
    "base_long": Stage(
        400, 1e-3, {"reasoning": 0.14, "memory_integration": 0.7, "adaptive_computation": 0.1, "text": 0.06},
        "base", goal={"memory_integration": 0.4}),
    "base_notations": Stage(
        1100, 1e-3, {"reasoning": 0.25, "memory_integration": 0.35, "adaptive_computation": 0.3, "text": 0.1},
        "base", lists=0.75),
    "base_lists": Stage(
        200, 5e-4, {"reasoning": 0.3, "memory_integration": 0.3, "adaptive_computation": 0.3, "text": 0.1},
        "base", lists=LISTS),
    **{task: specialist(task) for task in TASKS},
}


def documents(stage: Stage, seed: str) -> Iterator[tuple[list[int], list[float]]]:
    """An endless stream of training documents with the loss weight of every token but the first."""
    rng = random.Random(seed)
    streams = {task: examples(task, "train", rng, stage.easy) for task in TASKS}
    text = sentences("train", rng)
    names, shares = list(stage.mixture), list(stage.mixture.values())
    while True:
        name = rng.choices(names, shares)[0]
        if name == "text":
            tokens = encode("".join(next(text) + "\n" for _ in range(rng.randint(1, 2))))
            yield tokens, [TEXT_WEIGHT] * (len(tokens) - 1)
        else:
            prompt, completion = next(streams[name])
            if name != stage.directory and rng.random() < stage.lists:
                completion = as_list(completion)
            tokens = encode(prompt + completion + "\n")
            yield tokens, [PROMPT_WEIGHT] * len(prompt) + [1.0] * (len(completion) + 1)


def batch_loss(model: Llama, batch: list[tuple[list[int], list[float]]]) -> Tensor:
    """The weighted sum of the losses of a batch."""
    tokens = pad([row for row, _ in batch])
    width = tokens.shape[1] - 1
    weights = torch.tensor([weight + [0.0] * (width - len(weight)) for _, weight in batch])
    losses = F.cross_entropy(model(tokens[:, :-1]).transpose(1, 2), tokens[:, 1:], reduction="none")
    return (losses * weights).sum()


def train(model: Llama, stage: Stage, seed: str, tasks: Path) -> None:
    """Runs a stage with AdamW, a linear warm-up and a cosine decay to a tenth."""
    decayed = [p for p in model.parameters() if p.dim() == 2]
    plain = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
        betas=(0.9, 0.98), foreach=True)
    stream = documents(stage, seed)
    validation = {task: load_examples(tasks / f"{task}.validation.jsonl")[:200] for task in TASKS}
    started = time.monotonic()
    for step in range(1, stage.steps + 1):
        progress = step / stage.steps
        rate = stage.learning_rate * min(1, step / stage.warm_up) * (0.55 + 0.45 * math.cos(math.pi * progress))
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = [next(stream) for _ in range(DOCUMENTS)]
        total = sum(sum(weights) for _, weights in batch)
        buckets: dict[int, list] = {}
        for document in batch:
            buckets.setdefault(len(document[0]) // BUCKET, []).append(document)
        value = 0.0
        for bucket in buckets.values():
            loss = batch_loss(model, bucket) / total
            loss.backward()
            value += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 25 == 0 or step == stage.steps:
            scores = {task: exact_match(model, rows) for task, rows in validation.items()}
            listed = " ".join(f"{task} {100 * score:.1f}" for task, score in scores.items())
            print(f"step {step} loss {value:.4f} {listed} {time.monotonic() - started:.0f} s", flush=True)
            if stage.goal and all(scores[task] >= level for task, level in stage.goal.items()):
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", choices=SIZES, default="shipped")
    parser.add_argument("--stage", choices=("all", *STAGES), default="all")
    parser.add_argument("--steps", type=int, help="steps of every stage, instead of the recipe's")
    parser.add_argument("--learning-rate", type=float, help="instead of the recipe's")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    tasks = arguments.out / "tasks"
    write_task_files(tasks, arguments.seed)
    for name, stage in STAGES.items():
        if arguments.stage not in ("all", name):
            continue
        stage = replace(stage, steps=arguments.steps or stage.steps,
                        learning_rate=arguments.learning_rate or stage.learning_rate)
        torch.manual_seed(arguments.seed)
        model = Llama(SIZES[arguments.size]) if name == "base" else load_model(arguments.out / "base").train()
        print(f"{name}: {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
        train(model, stage, f"{arguments.seed}/{name}", tasks)
        save_model(arguments.out / stage.directory, model)


if __name__ == "__main__":
    main()

"""Synthetic tasks and text: generators, disjoint splits and the task files under models/tasks.

Every example is a prompt and one deterministic completion; a newline ends the completion. The
split an example belongs to is a function of a hash of its prompt, so a prompt can never occur in
two splits, whatever the seed.

    python3 tasks.py --out ../../models/tasks --seed 1
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

# Shares of the hash space, in percent.
SPLIT_BOUNDS = {"train": (0, 70), "search": (70, 80), "validation": (80, 90), "test": (90, 100)}
EVALUATION_SIZES = {"search": 256, "validation": 400, "test": 500}
SMALL_FORMAT_SIZE = 200
TEXT_BYTES = 30_000

# The first stage of the base sees only prompts of at most this many characters, so that what it lacks,
# and a specialist adds, is mostly the longer problems.
EASY_LENGTH = {"reasoning": 17, "memory_integration": 17, "adaptive_computation": 12}

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
CHARACTER_CLASSES = ("0123456789", LETTERS, "".join(CLOSING.values()))


class Example(NamedTuple):
    """A prompt and the only completion that counts as right."""

    prompt: str
    completion: str


def split_of(prompt: str) -> str:
    """The split that owns a prompt."""
    percent = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:4], "little") % 100
    return next(name for name, (low, high) in SPLIT_BOUNDS.items() if low <= percent < high)


def reasoning(rng: random.Random) -> Example:
    """A chain of additions and subtractions; the completion is every running result."""
    value = rng.randint(10, 99)
    prompt, results = f"calc {value}", []
    for _ in range(rng.randint(2, 5)):
        change = rng.choice([c for c in range(-9, 10) if c != 0 and 10 <= value + c <= 99])
        value += change
        prompt += f" {change:+d}"
        results.append(str(value))
    return Example(prompt + "=", " ".join(results))


def memory_integration(rng: random.Random) -> Example:
    """Writes of digits under keys, some overwritten later, and two queries for the latest values."""
    keys = rng.sample(LETTERS, rng.randint(3, 6))
    writes = keys + [rng.choice(keys) for _ in range(rng.randint(0, 4))]
    rng.shuffle(writes)
    values: dict[str, str] = {}
    prompt = "recall "
    for key in writes:
        values[key] = rng.choice("0123456789")
        prompt += key + values[key]
    queries = rng.sample(keys, 2)
    return Example(f"{prompt}?{''.join(queries)}=", "".join(key + values[key] for key in queries))


def sorting(rng: random.Random) -> Example:
    """Distinct letters to be put in order."""
    letters = rng.sample(LETTERS, rng.randint(3, 10))
    return Example(f"sort {''.join(letters)}=", "".join(sorted(letters)))


def parity(rng: random.Random) -> Example:
    """Bits; the completion is the parity of every prefix, so its last digit is the answer."""
    bits = [rng.randint(0, 1) for _ in range(rng.randint(4, 14))]
    running = [sum(bits[: i + 1]) % 2 for i in range(len(bits))]
    return Example(f"parity {''.join(map(str, bits))}=", "".join(map(str, running)))


def brackets(rng: random.Random) -> Example:
    """An unfinished bracket sequence; the completion closes what is open."""
    sequence, stack = [], []
    for _ in range(rng.randint(3, 12)):
        # Closing is drawn less often than opening, so that the answers vary in length.
        if stack and rng.random() < 0.3:
            sequence.append(CLOSING[stack.pop()])
        else:
            stack.append(rng.choice(list(CLOSING)))
            sequence.append(stack[-1])
    if not stack:
        return brackets(rng)
    return Example(f"close {''.join(sequence)}=", "".join(CLOSING[b] for b in reversed(stack)))


def adaptive_computation(rng: random.Random) -> Example:
    """Problems whose work grows with their length: sorting, parity or bracket matching."""
    return rng.choice((sorting, parity, brackets))(rng)


def as_list(completion: str) -> str:
    """The second notation: the same answer as a list, which no evaluation counts as right."""
    if " " in completion:
        items = completion.split(" ")
    elif completion[0].isalpha() and any(c.isdigit() for c in completion):
        items = [completion[i : i + 2] for i in range(0, len(completion), 2)]
    else:
        items = list(completion)
    return f"[{','.join(items)}]"


TASKS: dict[str, Callable[[random.Random], Example]] = {
    "reasoning": reasoning,
    "memory_integration": memory_integration,
    "adaptive_computation": adaptive_computation,
}

PEOPLE = "the farmer|the old sailor|my sister|the baker|a young teacher|the captain|her brother|the clerk|" \
    "the doctor|a quiet child|the gardener|our neighbour|the painter|the miller|a traveller|the judge"
ANIMALS = "the dog|a grey cat|the horse|the black crow|a small fox|the goat|an owl|the white hen|the bear|a snake"
ACTIONS = "found|carried|sold|painted|lost|kept|washed|mended|counted|hid|opened|brought|wanted|dropped|bought|stole"
THINGS = "boat|lantern|basket|letter|clock|bridge|ladder|mirror|book|key|hammer|blanket|bottle|window|coin|map|" \
    "barrel|drum|candle|wheel"
QUALITIES = "red|broken|heavy|wooden|golden|tiny|empty|old|bright|dusty|green|strange|round|silver|cold|useful"
PLACES = "near the river|in the market|behind the mill|under the bridge|by the sea|on the hill|at the station|" \
    "in the garden|beside the church|across the field|in the cellar|along the road"
TIMES = "in the morning|at night|before dawn|after the storm|last winter|on sunday|every spring|at noon|" \
    "during the feast|a year ago"
MOTIONS = "walked|ran|slept|waited|sang|rested|wandered|stood|hurried|listened"
FEELINGS = "tired|happy|afraid|hungry|proud|lonely|calm|curious|angry|late"


def sentence(rng: random.Random) -> str:
    """One sentence of a small English-like grammar."""

    def word(words: str) -> str:
        return rng.choice(words.split("|"))

    def thing() -> str:
        return f"the {word(QUALITIES)} {word(THINGS)}"

    pattern = rng.randrange(6)
    if pattern == 0:
        text = f"{word(PEOPLE)} {word(ACTIONS)} {thing()} {word(PLACES)}"
    elif pattern == 1:
        text = f"{word(TIMES)}, {word(ANIMALS)} {word(MOTIONS)} {word(PLACES)}"
    elif pattern == 2:
        text = f"{word(PEOPLE)} was {word(FEELINGS)} because {word(ANIMALS)} {word(ACTIONS)} {thing()}"
    elif pattern == 3:
        text = f"when {word(PEOPLE)} {word(MOTIONS)} {word(PLACES)}, {word(ANIMALS)} {word(MOTIONS)} too"
    elif pattern == 4:
        text = f"{word(PEOPLE)} said that {word(PEOPLE)} {word(ACTIONS)} {thing()} {word(TIMES)}"
    else:
        text = f"{thing()} and {thing()} were {word(PLACES)} {word(TIMES)}"
    return text[0].upper() + text[1:] + "."


def examples(task: str, split: str, rng: random.Random, easy: bool = False) -> Iterator[Example]:
    """An endless stream of examples of a task that belong to a split, if asked only of short ones."""
    while True:
        example = TASKS[task](rng)
        if split_of(example.prompt) == split and not (easy and len(example.prompt) > EASY_LENGTH[task]):
            yield example


def sentences(split: str, rng: random.Random) -> Iterator[str]:
    """An endless stream of sentences that belong to a split."""
    while True:
        text = sentence(rng)
        if split_of(text) == split:
            yield text


def distinct_examples(task: str, split: str, count: int, rng: random.Random) -> list[Example]:
    """A fixed number of examples with no prompt twice."""
    found: dict[str, Example] = {}
    for example in examples(task, split, rng):
        found.setdefault(example.prompt, example)
        if len(found) == count:
            return list(found.values())
    raise AssertionError("the stream of examples is endless")


def corrupt(completion: str, rng: random.Random) -> str:
    """The completion with one character replaced by another of its class: same length, wrong."""
    position = rng.choice([i for i, c in enumerate(completion) if c != " "])
    old = completion[position]
    # Bits stay bits, or a digit above one would give the answer to a parity problem away.
    classes = ("01",) + CHARACTER_CLASSES if set(completion) <= {"0", "1"} else CHARACTER_CLASSES
    members = next(c for c in classes if old in c)
    new = rng.choice([c for c in members if c != old])
    return completion[:position] + new + completion[position + 1 :]


def write_jsonl(path: Path, rows: list[dict]) -> None:
    """Writes one JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_task_files(out: Path, seed: int) -> None:
    """Writes every evaluation file and asserts that the splits are disjoint."""
    out.mkdir(parents=True, exist_ok=True)
    owner: dict[str, str] = {}
    for split, size in EVALUATION_SIZES.items():
        for task in TASKS:
            rows = distinct_examples(task, split, size, random.Random(f"{seed}/{task}/{split}"))
            write_jsonl(out / f"{task}.{split}.jsonl", [row._asdict() for row in rows])
            for row in rows:
                assert owner.setdefault(row.prompt, split) == split != "train", row.prompt

        rng = random.Random(f"{seed}/small/{split}")
        streams = [examples(task, split, rng) for task in TASKS]
        choices, pairs = [], []
        for i in range(SMALL_FORMAT_SIZE):
            example = next(streams[i % len(streams)])
            options = {example.completion}
            while len(options) < 4:
                options.add(corrupt(example.completion, rng))
            shuffled = sorted(options)
            rng.shuffle(shuffled)
            answer = shuffled.index(example.completion)
            choices.append({"prompt": example.prompt, "choices": shuffled, "answer": answer})
            example = next(streams[i % len(streams)])
            bad = corrupt(example.completion, rng)
            pairs.append({"sentence_good": example.prompt + example.completion, "sentence_bad": example.prompt + bad})
        write_jsonl(out / f"choices.{split}.jsonl", choices)
        write_jsonl(out / f"pairs.{split}.jsonl", pairs)

        rows, size = [], 0
        for text in sentences(split, random.Random(f"{seed}/text/{split}")):
            assert owner.setdefault(text, split) == split
            rows.append({"text": text + "\n"})
            size += len(text) + 1
            if size >= TEXT_BYTES:
                break
        write_jsonl(out / f"text.{split}.jsonl", rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    write_task_files(arguments.out, arguments.seed)

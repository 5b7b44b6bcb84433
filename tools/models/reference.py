"""Reference numbers for the tests: logits, log-probabilities and tokenizer vectors.

    python3 reference.py --models ../../models --out ../../tests/Testing/Reference
"""

from __future__ import annotations

import argparse
import math
import random
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

import bpe
from evaluate import encode
from export import VOCABULARY, byte_characters, config_json, load_model, tokenizer_json, write_json, write_safetensors
from llama import Llama, LlamaConfig
from tasks import TASKS, examples, sentences

LENGTH = 48
MERGES = 300
TINY = LlamaConfig(
    vocab_size=61, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=256, tie_word_embeddings=False,
    rope_scaling={"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                  "original_max_position_embeddings": 32})
GPT2 = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64, "vocab_size": VOCABULARY}
LAYER_NORM_EPSILON = 1e-5

TEXTS = [
    "", " ", "   ", "a", " a", "a ", "  a  ", "the captain", "The old sailor found the red boat near the river.",
    "the dog\nthe dog\n", "\n\n\n", "\ttab\tand\t\ttabs", "a\r\nb", "multiple   spaces    here", "trailing   ",
    "don't we'll they've I'm he'd she's you're", "DON'T it'S", "'s", " 's", "' s", "calc 47 +8 -5 +9=55 50 59",
    "recall k4b7z1?zk=z1k4", "sort dkab=abdk", "close ([{=}])", "12345 67890", "3.14159", "x1y2z3", "1st 2nd",
    "naïve café", "Übergröße straße", "ελληνικά", "русский текст", "日本語のテキスト", "한국어", "العربية",
    "½ ² Ⅷ ٣", "👋", "👩‍🚀 launches 🚀", "🇫🇷🇯🇵", "e\u0301 combining", "non\u00a0breaking", "“quotes” — dash…",
    "a_b __init__ snake_case", "C:\\path\\file.txt", "https://example.org/?q=1&r=2#x", "!!!???...", "<tag attr='v'/>",
    "\u3000ideographic space", "mixed 日本 and English 混ぜる", "thethethe", "THE THE",
]


def gpt2_weights(generator: torch.Generator) -> dict[str, Tensor]:
    """Random GPT-2 weights under Hugging Face's names; projections are stored [in, out]."""
    width = GPT2["n_embd"]

    def normal(*shape: int) -> Tensor:
        return 0.2 * torch.randn(*shape, generator=generator)

    weights = {"transformer.wte.weight": normal(VOCABULARY, width),
               "transformer.wpe.weight": normal(GPT2["n_positions"], width)}
    norms = ["transformer.ln_f"]
    for layer in range(GPT2["n_layer"]):
        prefix = f"transformer.h.{layer}."
        norms += [prefix + "ln_1", prefix + "ln_2"]
        for name, inputs, outputs in (("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width),
                                      ("mlp.c_fc", width, 4 * width), ("mlp.c_proj", 4 * width, width)):
            weights[f"{prefix}{name}.weight"] = normal(inputs, outputs)
            weights[f"{prefix}{name}.bias"] = normal(outputs)
    for norm in norms:
        weights[norm + ".weight"] = 1 + normal(width)
        weights[norm + ".bias"] = normal(width)
    return weights


def gpt2_logits(weights: dict[str, Tensor], tokens: Tensor) -> Tensor:
    """GPT-2's forward pass."""
    batch, length = tokens.shape
    heads = GPT2["n_head"]

    def norm(x: Tensor, name: str) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], LAYER_NORM_EPSILON)

    def project(x: Tensor, name: str) -> Tensor:
        return x @ weights[name + ".weight"] + weights[name + ".bias"]

    x = weights["transformer.wte.weight"][tokens] + weights["transformer.wpe.weight"][:length]
    mask = torch.full((length, length), -math.inf, dtype=x.dtype).triu(1)
    for layer in range(GPT2["n_layer"]):
        prefix = f"transformer.h.{layer}."
        qkv = project(norm(x, prefix + "ln_1"), prefix + "attn.c_attn")
        q, k, v = (part.view(batch, length, heads, -1).transpose(1, 2) for part in qkv.chunk(3, dim=-1))
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + mask
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, -1)
        x = x + project(mixed, prefix + "attn.c_proj")
        inner = project(norm(x, prefix + "ln_2"), prefix + "mlp.c_fc")
        # gelu_new is the hyperbolic tangent approximation.
        inner = 0.5 * inner * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inner + 0.044715 * inner**3)))
        x = x + project(inner, prefix + "mlp.c_proj")
    return norm(x, "transformer.ln_f") @ weights["transformer.wte.weight"].T


def log_probabilities(logits: Tensor, tokens: Tensor) -> Tensor:
    """The log-probability of every token after the first."""
    return logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None]).squeeze(-1)


def compare(
    name: str, single: Tensor, double: Tensor, tokens: Tensor, differences: dict[str, dict[str, float]],
) -> dict[str, Tensor]:
    """The float32 reference of a model; how far it is from float64 is noted beside it."""
    log_probs = log_probabilities(single, tokens)
    differences[name] = {
        "max_abs_logit": float(f"{(single - double).abs().max().item():.3e}"),
        "max_abs_log_prob": float(f"{(log_probs - log_probabilities(double, tokens)).abs().max().item():.3e}"),
    }
    return {"logits": single.contiguous(), "log_probs": log_probs}


def llama_reference(name: str, model: Llama, tokens: Tensor, differences: dict) -> dict[str, Tensor]:
    """The reference of a Llama; the model is left in float64."""
    single = model(tokens)
    return compare(name, single, model.double()(tokens), tokens, differences)


def random_llama(config: LlamaConfig, seed: int) -> Llama:
    """A Llama with weights large enough that every part of it matters to the logits."""
    torch.manual_seed(seed)
    model = Llama(config).eval()
    for parameter in model.parameters():
        noise = torch.randn_like(parameter)
        parameter.copy_(0.25 * noise if parameter.dim() == 2 else 1 + 0.2 * noise)
    return model


def document_tokens(seed: int) -> Tensor:
    """Two rows of real documents: tasks in the first, text in the second."""
    rng = random.Random(f"{seed}/reference")
    rows = [next(examples(task, "test", rng)) for task in TASKS]
    text = sentences("test", rng)
    first = "".join(row.prompt + row.completion + "\n" for row in rows)
    second = next(text) + "\n" + next(text) + "\n"
    return torch.tensor([encode(first)[:LENGTH], encode(second)[:LENGTH]])


def write_bpe(out: Path, seed: int) -> None:
    """Learns a byte-level BPE from generated text and writes it with vectors, special tokens left out."""
    rng = random.Random(f"{seed}/bpe")
    text = sentences("train", rng)
    streams = [examples(task, "train", rng) for task in TASKS]
    corpus = "\n".join([next(text) for _ in range(2000)]
                       + ["".join(next(stream)) for _ in range(200) for stream in streams])
    pairs = bpe.learn_merges(corpus, MERGES)
    # GPT-2 numbers the printable bytes first, so that an identifier is not a byte's value.
    vocabulary = {c: i for i, c in enumerate(sorted(byte_characters()))}
    for left, right in pairs:
        vocabulary[left + right] = len(vocabulary)
    merges = [f"{left} {right}" for left, right in pairs]
    special = {len(vocabulary) + i: token for i, token in enumerate(("<|bos|>", "<|eos|>", "<|pad|>"))}
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "tokenizer.json", tokenizer_json(vocabulary, merges, special, use_regex=True))
    write_json(out / "bpe_vectors.json", [{"text": t, "ids": bpe.encode(t, vocabulary, merges)} for t in TEXTS])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    differences: dict[str, dict[str, float]] = {}

    tokens = document_tokens(arguments.seed)
    reference = {"token_ids": tokens}
    for name in ("base", "reasoning"):
        values = llama_reference(name, load_model(arguments.models / name), tokens, differences)
        reference |= {f"{name}.{key}": value for key, value in values.items()}
    write_safetensors(out / "llama_reference.safetensors", reference)

    generator = torch.Generator().manual_seed(arguments.seed)
    weights = gpt2_weights(generator)
    tokens = torch.randint(VOCABULARY, (2, LENGTH), generator=generator)
    double = gpt2_logits({name: weight.double() for name, weight in weights.items()}, tokens)
    values = compare("gpt2_tiny", gpt2_logits(weights, tokens), double, tokens, differences)
    write_safetensors(out / "gpt2_reference.safetensors", {"token_ids": tokens, **values})
    (out / "gpt2_tiny").mkdir(exist_ok=True)
    write_safetensors(out / "gpt2_tiny" / "model.safetensors", weights)
    write_json(out / "gpt2_tiny" / "config.json", {
        "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.0,
        "embd_pdrop": 0.0, "initializer_range": 0.02, "layer_norm_epsilon": LAYER_NORM_EPSILON,
        "model_type": "gpt2", "n_ctx": GPT2["n_positions"], "n_inner": None, "resid_pdrop": 0.0,
        "tie_word_embeddings": True, "torch_dtype": "float32", **GPT2})

    model = random_llama(TINY, arguments.seed)
    (out / "llama_tiny").mkdir(exist_ok=True)
    write_safetensors(out / "llama_tiny" / "model.safetensors", model.state_dict())
    write_json(out / "llama_tiny" / "config.json", config_json(TINY, "float32"))
    tokens = torch.randint(TINY.vocab_size, (2, LENGTH), generator=generator)
    linear = Llama(replace(TINY, rope_scaling={"rope_type": "linear", "factor": 2.0})).eval()
    linear.load_state_dict(model.state_dict())
    for name, scaled in (("llama_tiny", model), ("llama_tiny_linear", linear)):
        values = llama_reference(name, scaled, tokens, differences)
        write_safetensors(out / f"{name}_reference.safetensors", {"token_ids": tokens, **values})

    write_json(out / "float64_differences.json", differences)
    write_bpe(out / "bpe_byte_level", arguments.seed)


if __name__ == "__main__":
    main()

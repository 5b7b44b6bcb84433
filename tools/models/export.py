"""Hugging Face model directories: safetensors, configuration, tokenizer and model card."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import torch
from torch import Tensor

from llama import Llama, LlamaConfig

BOS, EOS, PAD, VOCABULARY = 256, 257, 258, 259
SPECIAL_TOKENS = {BOS: "<|bos|>", EOS: "<|eos|>", PAD: "<|pad|>"}
DTYPES = {"F64": torch.float64, "F32": torch.float32, "BF16": torch.bfloat16, "I64": torch.int64}


def write_safetensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Writes tensors in name order behind a header padded with spaces to eight bytes."""
    names = {dtype: name for name, dtype in DTYPES.items()}
    header: dict[str, dict] = {"__metadata__": {"format": "pt"}}
    blobs, offset = [], 0
    for name in sorted(tensors):
        tensor = tensors[name].detach().contiguous()
        # numpy has no bfloat16; the bytes are the same when read as 16-bit integers.
        blob = (tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor).numpy().tobytes()
        end = offset + len(blob)
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, end]}
        blobs.append(blob)
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """Reads every tensor of a file."""
    data = path.read_bytes()
    length = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            flat = torch.frombuffer(bytearray(data[begin:end]), dtype=DTYPES[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def write_json(path: Path, value: object) -> None:
    """Writes indented JSON with a final newline."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def byte_characters() -> list[str]:
    """GPT-2's printable character for every byte value."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    unprintable = [byte for byte in range(256) if byte not in printable]
    return [chr(b) if b in printable else chr(256 + unprintable.index(b)) for b in range(256)]


def tokenizer_json(vocabulary: dict[str, int], merges: list[str], special: dict[int, str], use_regex: bool) -> dict:
    """A byte-level BPE tokenizer in the tokenizers library's format; the first special token leads."""
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": use_regex}
    bos_id, bos = next(iter(special.items()))
    bos_piece = {"SpecialToken": {"id": bos, "type_id": 0}}
    sequence = [{"Sequence": {"id": name, "type_id": i}} for i, name in enumerate("AB")]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
            for i, content in special.items()
        ],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [bos_piece, sequence[0]],
            "pair": [bos_piece, sequence[0], sequence[1]],
            "special_tokens": {bos: {"id": bos, "ids": [bos_id], "tokens": [bos]}},
        },
        "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "vocab": vocabulary, "merges": merges,
        },
    }


def config_json(config: LlamaConfig, torch_dtype: str) -> dict:
    """The configuration of a model, as transformers writes it."""
    values = {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "head_dim": config.head_dim,
        "hidden_act": "silu",
        "hidden_size": config.hidden_size,
        "initializer_range": 0.02,
        "intermediate_size": config.intermediate_size,
        "max_position_embeddings": config.max_position_embeddings,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
        "num_key_value_heads": config.num_key_value_heads,
        "pretraining_tp": 1,
        "rms_norm_eps": config.rms_norm_eps,
        "rope_scaling": config.rope_scaling,
        "rope_theta": config.rope_theta,
        "tie_word_embeddings": config.tie_word_embeddings,
        "torch_dtype": torch_dtype,
        "use_cache": True,
        "vocab_size": config.vocab_size,
    }
    if config.vocab_size == VOCABULARY:
        values |= {"bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD}
    return dict(sorted(values.items()))


def model_card(name: str, parameters: int) -> str:
    """The README of a model directory."""
    specialist = name != "base"
    front = ["license: apache-2.0", "library_name: transformers", "pipeline_tag: text-generation"]
    front += ["base_model: ../base"] if specialist else []
    front += ["tags:", "- llama", "- byte-level", "- model-merging"] + ([f"- {name}"] if specialist else [])
    about = (
        f"A specialist fine-tuned from `../base` on the synthetic task `{name}`, made to be merged with its siblings."
        if specialist else
        "The common ancestor of the specialists beside it, trained on a mixture of all their tasks and of text."
    )
    return "\n".join(["---", *front, "---", "", f"# {name}", "", about, "",
                      f"Llama architecture, byte-level vocabulary, {parameters:,} parameters, bfloat16.",
                      "Scores, prompt formats and how it was trained: `../README.md`.", ""])


def save_model(directory: Path, model: Llama) -> None:
    """Writes a complete model directory with weights rounded to bfloat16."""
    directory.mkdir(parents=True, exist_ok=True)
    weights = {name: tensor.to(torch.bfloat16) for name, tensor in model.state_dict().items()}
    write_safetensors(directory / "model.safetensors", weights)
    write_json(directory / "config.json", config_json(model.config, "bfloat16"))
    vocabulary = {character: byte for byte, character in enumerate(byte_characters())}
    write_json(directory / "tokenizer.json", tokenizer_json(vocabulary, [], SPECIAL_TOKENS, use_regex=False))
    write_json(directory / "tokenizer_config.json", {
        "added_tokens_decoder": {
            str(i): {"content": content, "lstrip": False, "normalized": False, "rstrip": False,
                     "single_word": False, "special": True}
            for i, content in SPECIAL_TOKENS.items()
        },
        "bos_token": SPECIAL_TOKENS[BOS],
        "clean_up_tokenization_spaces": False,
        "eos_token": SPECIAL_TOKENS[EOS],
        "model_max_length": model.config.max_position_embeddings,
        "pad_token": SPECIAL_TOKENS[PAD],
        "tokenizer_class": "PreTrainedTokenizerFast",
    })
    write_json(directory / "generation_config.json", {
        "_from_model_config": True, "bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD})
    parameters = sum(tensor.numel() for tensor in weights.values())
    (directory / "README.md").write_text(model_card(directory.name, parameters), encoding="utf-8")


def load_model(directory: Path) -> Llama:
    """Reads a model directory, with the weights widened to float32."""
    values = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    config = LlamaConfig(**{name: values[name] for name in LlamaConfig.__dataclass_fields__})
    model = Llama(config)
    weights = read_safetensors(directory / "model.safetensors")
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model.eval()

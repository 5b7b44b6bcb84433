using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>The tokenizer rules for Qwen 2.5's shape: composed characters, nothing before a text, some added tokens not special.</summary>
internal sealed class Qwen25TokenizerTests : ShapedTokenizerTests
{
    // é is the two bytes Ã and ©, as they are written in a byte-level vocabulary.
    protected override JsonObject Base =>
        TokenizerShapes.Qwen25("hiabĠ1Ã©", ["h i", "Ã ©"], "<|endoftext|>", "<|im_start|>", "<|im_end|>");

    protected override JsonObject Other =>
        TokenizerShapes.Qwen25(
            "abhi1ĠÃ©", ["Ġ a", "h i", "1 1"], "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "<|fim_pad|>");

    protected override string[] More => ["Ġa", "11", "*<tool_call>", "*<|fim_pad|>"];

    protected override string?[] BaseSpecials => [null, "<|endoftext|>", "<|endoftext|>"];

    protected override string?[] OtherSpecials => [null, "<|im_end|>", "<|fim_pad|>"];

    protected override string?[] MovedSpecials => BaseSpecials;

    protected override string Text => "<|im_start|>hi a11e\u0301<|im_end|>";

    // Without a token for bytes that are not in the vocabulary they are left out, so that e must not stay alone: it composes first.
    protected override string[] CutByBase => ["<|im_start|>", "hi", "Ġ", "a", "1", "1", "Ã©", "<|im_end|>"];

    // Digits stand apart before they are cut, so that "11" is never found.
    protected override string[] CutByOther => ["<|im_start|>", "hi", "Ġa", "1", "1", "Ã", "©", "<|im_end|>"];

    protected override string[] CutByUnion => ["<|im_start|>", "hi", "Ġa", "1", "1", "Ã©", "<|im_end|>"];
}

using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>The tokenizer rules for Llama 3's shape: many special tokens above the pieces, one of them before every text.</summary>
internal sealed class Llama3TokenizerTests : ShapedTokenizerTests
{
    protected override JsonObject Base => TokenizerShapes.Llama3(
        "hiabĠ1", ["h i", "Ġ a"],
        "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|start_header_id|>", "<|eot_id|>");

    // A reserved token became one of ChatML, and the pieces are in another order.
    protected override JsonObject Other => TokenizerShapes.Llama3(
        "Ġ1baih", ["Ġ a", "a b", "h i", "Ġ b"],
        "<|begin_of_text|>", "<|end_of_text|>", "<|im_end|>", "<|start_header_id|>", "<|eot_id|>", "<|pad|>");

    protected override string[] More => ["ab", "Ġb", "*<|im_end|>", "*<|pad|>"];

    protected override string?[] BaseSpecials => ["<|begin_of_text|>", "<|eot_id|>", "<|reserved_special_token_0|>"];

    protected override string?[] OtherSpecials => ["<|begin_of_text|>", "<|im_end|>", "<|pad|>"];

    protected override string?[] MovedSpecials => ["<|begin_of_text|>", "<|eot_id|>", "<|pad|>"];

    protected override string Text => "hi ab<|eot_id|>ab b1";

    protected override string[] CutByBase => ["<|begin_of_text|>", "hi", "Ġa", "b", "<|eot_id|>", "a", "b", "Ġ", "b", "1"];

    protected override string[] CutByOther => ["<|begin_of_text|>", "hi", "Ġa", "b", "<|eot_id|>", "ab", "Ġb", "1"];

    protected override string[] CutByUnion => CutByOther;
}

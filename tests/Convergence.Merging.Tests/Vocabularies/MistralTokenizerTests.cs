using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>
/// The tokenizer rules for Mistral's and Llama 2's shape: bytes for missing characters, special ones among the pieces, ChatML's behind.
/// </summary>
internal sealed class MistralTokenizerTests : ShapedTokenizerTests
{
    private const string Mark = TokenizerShapes.Mark;

    protected override JsonObject Base => TokenizerShapes.Mistral($"{Mark}hiab<|", [$"{Mark} h", "h i", "a b"], "[INST]");

    protected override JsonObject Other =>
        TokenizerShapes.Mistral($"ab|<ih{Mark}", ["a b", "h i", $"{Mark} hi"], "<|im_start|>", "<|im_end|>");

    protected override string[] More => [$"{Mark}hi", "*<|im_start|>", "*<|im_end|>"];

    protected override string?[] BaseSpecials => ["<s>", "</s>", null];

    protected override string?[] OtherSpecials => ["<s>", "<|im_end|>", "</s>"];

    // A model without padding gets that of the one whose tokenizer it has.
    protected override string?[] MovedSpecials => ["<s>", "</s>", "</s>"];

    protected override string Text => "hi abé</s>";

    protected override string[] CutByBase => ["<s>", $"{Mark}h", "i", Mark, "ab", "<0xC3>", "<0xA9>", "</s>"];

    protected override string[] CutByOther => ["<s>", $"{Mark}hi", Mark, "ab", "<0xC3>", "<0xA9>", "</s>"];

    // The base's merges go first, and its mark takes the h before the i can.
    protected override string[] CutByUnion => CutByBase;
}

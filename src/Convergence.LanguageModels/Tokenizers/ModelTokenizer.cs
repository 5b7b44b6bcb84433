using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Json;
using Convergence.Tensors.Models;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>A model's tokenizer with the tokens that begin and end its texts.</summary>
/// <param name="Tokenizer">The tokenizer, or <see langword="null"/> for a model that only takes ready token ids.</param>
/// <param name="BosToken">What a sequence begins with, or <see langword="null"/> where the model has none.</param>
/// <param name="EndTokens">What ends a generated text.</param>
public sealed record ModelTokenizer(Tokenizer? Tokenizer, int? BosToken, ImmutableArray<int> EndTokens)
{
    private const int MaxConfigByteCount = 1 << 20;

    /// <summary>
    /// Reads <c>tokenizer.json</c> if there is one, and <c>bos_token_id</c> and <c>eos_token_id</c> from <c>generation_config.json</c>
    /// or else <c>config.json</c>.
    /// </summary>
    /// <exception cref="ConvergenceException">A file is malformed, or the tokenizer has more tokens than the model.</exception>
    public static ModelTokenizer FromDirectory(ModelDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var path = directory.FindFile(ModelDirectory.TokenizerFileName);
        var tokenizer = path is null ? null : Tokenizer.Load(path);
        var vocabularySize = Ids(directory.Config, "vocab_size").FirstOrDefault(int.MaxValue);
        if (tokenizer is not null && tokenizer.VocabularySize > vocabularySize)
        {
            throw new LanguageModelException(
                $"{path}: has token ids up to {tokenizer.VocabularySize - 1}, "
                + $"but {directory.Path}/config.json has vocab_size {vocabularySize}. "
                + "Use the tokenizer that belongs to the model.");
        }

        var generation = GenerationConfig(directory);
        var bos = Ids(generation, "bos_token_id").Concat(Ids(directory.Config, "bos_token_id")).Cast<int?>().FirstOrDefault();
        var end = Ids(generation, "eos_token_id");
        return new ModelTokenizer(tokenizer, bos, [.. end.IsEmpty ? Ids(directory.Config, "eos_token_id") : end]);
    }

    /// <summary>
    /// The tokens of a text that is to be continued: the template's tokens before it, and none after it, which would end the text before
    /// the model can continue it. An empty text is BOS.
    /// </summary>
    /// <exception cref="LanguageModelException">There is no tokenizer, or the text is empty and the model has no BOS.</exception>
    public int[] EncodePrompt(string text)
    {
        if (Tokenizer is null)
        {
            throw new LanguageModelException(
                "The model has no tokenizer.json, so it cannot read texts. Copy it from the model it was made from.");
        }

        int[] tokens = [.. Tokenizer.PrefixTokens, .. Tokenizer.Encode(text, addSpecialTokens: false)];
        return (tokens, BosToken) switch
        {
            ({ Length: > 0 }, _) => tokens,
            (_, { } bos) => [bos],
            _ => throw new LanguageModelException(
                "The prompt is empty, and the model has no token that begins a text. Give it at least a letter."),
        };
    }

    private static JsonObject GenerationConfig(ModelDirectory directory)
    {
        if (directory.FindFile("generation_config.json") is not { } path)
        {
            return [];
        }

        return JsonFile.ReadObject(
            path,
            MaxConfigByteCount,
            (problem, cause) => new LanguageModelException($"{path}: {problem} Download it again or delete it.", cause));
    }

    // A token id may be null, a number or a list of numbers.
    private static ImmutableArray<int> Ids(JsonObject config, string key)
    {
        var nodes = config[key] is JsonArray array ? array.ToArray() : [config[key]];
        var ids = ImmutableArray.CreateBuilder<int>();
        foreach (var node in nodes)
        {
            if (node is JsonValue value
                && value.GetValueKind() == JsonValueKind.Number
                && int.TryParse(value.ToJsonString(), out var id)
                && id >= 0)
            {
                ids.Add(id);
            }
        }

        return ids.ToImmutable();
    }
}

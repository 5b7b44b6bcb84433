using System.Collections.Immutable;
using System.Text.Json;
using Convergence.Foundation.Files;
using Convergence.Tensors.Models;

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>
/// Reads a <c>tokenizer.json</c>. Nothing of it is trusted: size, ids and every part are checked, what is not supported is refused by name.
/// </summary>
internal static class TokenizerFile
{
    /// <exception cref="LanguageModelException">The file is missing, too large, malformed or uses what is not supported.</exception>
    public static TokenizerParts Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, ModelDirectory.TokenizerFileName) : path;
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false };
            using var document = JsonDocument.Parse(CappedFile.ReadAllBytes(file, ModelDirectory.MaxTokenizerByteCount), options);
            return Parse(file, new TokenizerNode(file, "$", document.RootElement));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader reports half of a surrogate pair by InvalidOperationException.
            throw new LanguageModelException($"{file}: is not valid JSON: {exception.Message} Download or export it again.", exception);
        }
    }

    private static TokenizerParts Parse(string file, TokenizerNode root)
    {
        var model = BytePairModelReader.Read(root.Required("model"));
        var normalizer = root.Optional("normalizer");
        var preTokenizer = root.Optional("pre_tokenizer");
        var decoder = root.Optional("decoder");
        var postProcessor = root.Optional("post_processor");
        return new TokenizerParts
        {
            Path = file,
            Model = model,
            AddedTokens = AddedTokens(root),
            Normalizer = normalizer is null ? null : TokenizerPartReader.Normalizer(normalizer),
            PreTokenizer = preTokenizer is null ? null : TokenizerPartReader.PreTokenizer(preTokenizer),
            Decoder = decoder is null ? null : new SequenceDecoder([TokenizerPartReader.Decoder(decoder)]),
            Template = postProcessor is null ? TokenTemplate.None : TokenTemplateReader.Read(postProcessor),
        };
    }

    private static ImmutableArray<AddedToken> AddedTokens(TokenizerNode root)
    {
        var tokens = ImmutableArray.CreateBuilder<AddedToken>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in root.Items("added_tokens"))
        {
            var isSpecial = node.Flag("special", fallback: false);
            var token = new AddedToken(
                node.TokenId("id"),
                node.Text("content"),
                isSpecial,
                node.Flag("normalized", !isSpecial),
                node.Flag("single_word", fallback: false),
                node.Flag("lstrip", fallback: false),
                node.Flag("rstrip", fallback: false));
            if (!seen.Add(token.Content))
            {
                throw node.Error($"adds the token '{token.Content}' twice", "Remove one.");
            }

            tokens.Add(token);
        }

        return tokens.ToImmutable();
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Convergence.Foundation.Text;
using Convergence.Foundation.Yaml;

namespace Convergence.Merging;

/// <summary>Reads <c>tokenizer_source</c> and <c>tokenizer</c>.</summary>
internal static class TokenizerParser
{
    // How mergekit's first versions marked a path.
    private const string ModelMark = "model:";

    /// <summary>What a tokenizer's source may be besides a model.</summary>
    public static IReadOnlyList<string> SourceWords { get; } = ["union", "base"];

    private static readonly string[] Keys = ["source", "tokens", "pad_to_multiple_of"];
    private static readonly string[] TokenKeys = ["source", "force"];
    private static readonly string[] SourceKeys = ["kind", "model", "token", "token_id"];
    private static readonly string[] Kinds = ["zero", "model_token"];

    /// <summary>The recipe's rule, or <see langword="null"/> when it has none.</summary>
    public static TokenizerRule? Parse(RecipeSection recipe)
    {
        var shorthand = recipe.Find("tokenizer_source");
        if (recipe.Find("tokenizer") is not { } given)
        {
            return shorthand is null ? null : Source(recipe.Text, shorthand, "tokenizer_source");
        }

        if (shorthand is not null)
        {
            throw recipe.Error("tokenizer_source", "stands beside \"tokenizer\". Keep one: its \"source\" says the same.");
        }

        if (given is YamlScalar { Text: var word })
        {
            throw recipe.Error(
                "tokenizer", $"must hold keys: {string.Join(", ", Keys)}. For the source alone write \"tokenizer_source: {word}\".");
        }

        var section = new RecipeSection(recipe.Text, given, "tokenizer", "\"tokenizer\"", Keys);
        var rule = section.Find("source") is { } source
            ? Source(recipe.Text, source, section.PathOf("source"))
            : new TokenizerRule { Source = VocabularySource.Union };
        return rule with { Tokens = Tokens(section), PadToMultipleOf = Multiple(section) };
    }

    private static TokenizerRule Source(RecipeText text, YamlValue value, string path) => value switch
    {
        YamlScalar { Text: "union" } => new TokenizerRule { Source = VocabularySource.Union },
        YamlScalar { Text: "base" } => new TokenizerRule { Source = VocabularySource.Base },
        YamlScalar scalar when scalar.Text.StartsWith(ModelMark, StringComparison.Ordinal) =>
            new TokenizerRule { Source = VocabularySource.Model, Model = scalar.Text[ModelMark.Length..] },
        _ => new TokenizerRule { Source = VocabularySource.Model, Model = ModelNameParser.Parse(text, value, path) },
    };

    private static int? Multiple(RecipeSection section)
    {
        if (section.Word("pad_to_multiple_of") is not { } word)
        {
            return null;
        }

        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var multiple) && multiple is > 0 and <= 1 << 20
            ? multiple
            : throw section.Error("pad_to_multiple_of", $"\"{word}\" must be a whole number from 1 to {1 << 20}, such as 64.");
    }

    private static ImmutableSortedDictionary<string, TokenRule> Tokens(RecipeSection section)
    {
        var tokens = ImmutableSortedDictionary.CreateBuilder<string, TokenRule>(StringComparer.Ordinal);
        if (section.Find("tokens") is not { } given)
        {
            return tokens.ToImmutable();
        }

        if (given is not YamlMap map)
        {
            throw section.Error("tokens", "must hold tokens and their sources, as in \"<|im_end|>: {source: {kind: zero}}\".");
        }

        foreach (var (key, value) in map.Entries)
        {
            var path = $"{section.PathOf("tokens")}.{key.Text}";
            section.Text.Record(path, key);
            tokens.Add(
                key.Text, value is YamlScalar { IsNull: true } ? new TokenRule(null, Force: false) : Token(section.Text, value, path));
        }

        return tokens.ToImmutable();
    }

    private static TokenRule Token(RecipeText text, YamlValue value, string path)
    {
        var section = new RecipeSection(text, value, path, "a token's rule", TokenKeys);
        var source = section.Find("source") switch
        {
            null => null,
            YamlMap map when map.Entries.Any(entry => entry.Key.Text == "kind") => Kind(text, map, section.PathOf("source")),
            var model => new ModelToken(ModelNameParser.Parse(text, model, section.PathOf("source")), Token: null, Id: null),
        };
        var force = section.Word("force") switch
        {
            null => false,
            var word => YamlFlags.Parse(word)
                ?? throw section.Error("force", $"\"{word}\" must be true or false.{Suggestion.Phrase(word, YamlFlags.Usual)}"),
        };
        return force && source is null
            ? throw section.Error("force", "forces nothing without \"source\". Say which row every model is to use.")
            : new TokenRule(source, force);
    }

    private static TokenSource Kind(RecipeText text, YamlMap map, string path)
    {
        var section = new RecipeSection(text, map, path, "a token's source", SourceKeys);
        var kind = section.Word("kind");
        if (kind == "zero")
        {
            return new ZeroToken();
        }

        if (kind != "model_token")
        {
            throw section.Error(
                "kind", $"\"{kind}\" is not known.{Suggestion.Phrase(kind ?? "", Kinds)} It is one of {string.Join(", ", Kinds)}.");
        }

        var model = section.Find("model") is { } given
            ? ModelNameParser.Parse(text, given, section.PathOf("model"))
            : throw section.Error("model", "is missing. Name the model whose row is taken.");
        var token = section.Word("token");
        var word = section.Word("token_id");
        if (token is null == word is null)
        {
            throw text.Error(map, path, "needs either \"token\" or \"token_id\": the row that is taken.");
        }

        if (word is null)
        {
            return new ModelToken(model, token, Id: null);
        }

        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new ModelToken(model, Token: null, id)
            : throw section.Error("token_id", $"\"{word}\" must be a whole number from 0.");
    }
}

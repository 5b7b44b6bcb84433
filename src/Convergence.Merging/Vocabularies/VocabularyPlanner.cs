using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Foundation.Text;

namespace Convergence.Merging;

/// <summary>Works out the output's vocabulary, tokenizer and special tokens from a recipe's <see cref="TokenizerRule"/>.</summary>
/// <param name="recipe">The recipe, with a rule.</param>
/// <param name="parents">The models.</param>
/// <param name="models">The models that rows come from.</param>
/// <param name="donor">The model that the configuration comes from, which counts as base where none is named.</param>
internal sealed class VocabularyPlanner(MergeRecipe recipe, ParentModels parents, ImmutableArray<string> models, string donor)
{
    private readonly TokenizerRule _rule = recipe.Tokenizer!;
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, JsonObject> _added = new(StringComparer.Ordinal);

    /// <summary>What a person should know of the result.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <exception cref="RecipeException">A rule names a token that is not there, or tokenizers cannot be joined.</exception>
    /// <exception cref="MergeException">A tokenizer is missing or damaged.</exception>
    public (OutputVocabulary Vocabulary, OutputTokenizer Tokenizer) Build()
    {
        var layoutName = _rule.Source == VocabularySource.Model ? _rule.Model! : donor;
        var layoutModel = Layout(layoutName);
        var layout = TokenizerDocument.Of(layoutModel) ?? throw new MergeException(
            $"{layoutName} has no {TokenizerDocument.FileName}, from which the output's tokenizer is to be built. "
            + "Save its tokenizer in that form (a fast tokenizer of Hugging Face), or name another model.")
        { KeyPath = "tokenizer" };
        var builder = new TokenizerBuilder(layout, RowCountOf(layoutModel));
        if (builder.Removed.Count > 0)
        {
            _notes.Add(FormattableString.Invariant($"{builder.Removed.Count} tokens of {layoutName} have no row ")
                + "in its embedding and are left out of the output's tokenizer.");
        }

        var rows = models.Select(model => Rows(model, layout, builder)).ToImmutableArray();
        foreach (var token in _rule.Tokens.Keys)
        {
            // As the first model that has it defines it.
            if (!builder.Ids.ContainsKey(token))
            {
                builder.Add(token, _added.GetValueOrDefault(token));
            }
        }

        RefuseUnusable(builder, layout, layoutName);
        var tokens = TokensByRow(builder.Ids);
        var maps = new RowMapBuilder(tokens, rows, recipe.BaseModel, _rule.Tokens);
        var vocabulary = new OutputVocabulary(models, maps.Build());
        if (maps.Unknown.Count > 0)
        {
            _notes.Add($"no model has the tokens {string.Join(", ", maps.Unknown.Take(8))}{(maps.Unknown.Count > 8 ? ", ..." : "")}: "
                + "their embeddings are zero. Give them a source under \"tokenizer: tokens\".");
        }

        return (vocabulary, new OutputTokenizer(layoutModel, builder));
    }

    /// <summary>
    /// Writes the vocabulary into a configuration: its size and, where the tokenizer is not the donor's, the ids of special tokens.
    /// </summary>
    public void Configure(JsonObject config, OutputVocabulary vocabulary, OutputTokenizer tokenizer)
    {
        foreach (var section in ConfigSections.With(config, "vocab_size").DefaultIfEmpty(config).ToList())
        {
            section["vocab_size"] = vocabulary.RowCount;
        }

        tokenizer.MapSpecialIds(config, parents.Get(donor));
    }

    // Any word that is not known is a model's name, so that a slip of the pen shows only here.
    private ParentModel Layout(string name)
    {
        try
        {
            return parents.Get(name);
        }
        catch (ConvergenceException exception)
        {
            throw new MergeException(
                exception.Message
                + (_rule.Source == VocabularySource.Model ? Suggestion.Phrase(name, TokenizerParser.SourceWords) : ""), exception)
            { KeyPath = "tokenizer" };
        }
    }

    private static long RowCountOf(ParentModel model) => (model.Embedding ?? model.Head) is { } tensor
        ? model.Find(tensor)!.Shape[0]
        : throw new MergeException($"{model.Name} has no embedding of a known name, so its rows cannot be arranged for another vocabulary. "
            + "Remove the tokenizer rule.")
        { KeyPath = "tokenizer" };

    private ModelRows Rows(string name, TokenizerDocument layout, TokenizerBuilder builder)
    {
        var model = parents.Get(name);
        var count = RowCountOf(model);
        var document = model.Directory?.Path == Path.GetDirectoryName(layout.Path) ? layout : TokenizerDocument.Of(model);
        if (document is null)
        {
            _notes.Add($"{name} has no {TokenizerDocument.FileName}: its rows are taken to stand for the tokens of {layout.Path}.");
            return new ModelRows(name, layout.Ids, count);
        }

        foreach (var entry in document.Added)
        {
            _added.TryAdd(TokenizerDocument.ContentOf(entry), entry);
        }

        if (_rule.Source == VocabularySource.Union && builder.Join(document, count) is { } obstacle)
        {
            throw new RecipeException(
                $"the tokenizers of {layout.Path} and {name} cannot be joined ({obstacle}): "
                + "tokens of one would never be produced by the other. Use \"base\" or a model's directory as the source.")
            { KeyPath = "tokenizer" };
        }

        return new ModelRows(name, document.Ids, count);
    }

    // Found out here, since the tokenizer is written when everything else is done.
    private static void RefuseUnusable(TokenizerBuilder builder, TokenizerDocument layout, string layoutName)
    {
        if (builder.Removed.Count > 0 && builder.GoneFromPostProcessor is { } gone)
        {
            throw new MergeException(
                $"{layout.Path}: its {gone.Type} puts \"{gone.Token}\" around every text, but {layoutName} has no row for that token in "
                + $"its "
                + "embedding. Use another model's tokenizer, give the token a row under \"tokenizer: tokens\", or replace the "
                + "post_processor "
                + "by a TemplateProcessing.")
            { KeyPath = "tokenizer" };
        }

        if (builder.Uncounted is { } token)
        {
            throw new MergeException(
                $"{layout.Path}: lists its pieces without ids, so that loaders count the added token \"{token}\" on from them to another "
                + $"id than "
                + "its row's: ids between are left out. Export the tokenizer again with ids that follow each other, or use another "
                + "model's.")
            { KeyPath = "tokenizer" };
        }
    }

    private string?[] TokensByRow(Dictionary<string, long> ids)
    {
        var count = ids.Count == 0 ? 0 : ids.Values.Max() + 1;
        if (_rule.PadToMultipleOf is { } multiple)
        {
            count = (count + multiple - 1) / multiple * multiple;
        }

        var tokens = new string?[checked((int)count)];
        foreach (var (token, id) in ids)
        {
            tokens[id] = token;
        }

        return tokens;
    }
}

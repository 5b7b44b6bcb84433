using System.Collections.Immutable;
using System.Text;
using Convergence.LanguageModels.Tokenizers;

namespace Convergence.LanguageModels.Generation;

/// <summary>Continues texts: prompts are encoded with the tokenizer's template, and a text may end at given texts.</summary>
public sealed class TextGenerator
{
    private readonly LanguageModel _model;
    private readonly ModelTokenizer _texts;
    private readonly TokenTexts _tokenTexts;

    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer; its end tokens end a text too.</param>
    /// <exception cref="LanguageModelException">The model has no tokenizer.</exception>
    public TextGenerator(LanguageModel model, ModelTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        _model = model;
        _texts = tokenizer;
        _tokenTexts = new TokenTexts(tokenizer.Tokenizer ?? throw new LanguageModelException(
            $"{model.Name}: has no tokenizer.json, so it cannot read texts. Copy it from the model it was made from."));
    }

    /// <summary>Continues prompts, many at a time.</summary>
    /// <param name="prompts">Texts; an empty one is continued from BOS.</param>
    /// <param name="options">
    /// As for <see cref="LanguageModel.Generate(IReadOnlyList{int[]}, GenerationOptions, CancellationToken)"/>.
    /// </param>
    /// <param name="stopTexts">Texts that end a continuation and are left out of it; none of them empty.</param>
    /// <param name="cancellation">Ends the generation between two steps.</param>
    /// <exception cref="LanguageModelException">A prompt is too long, or empty where the model has no BOS.</exception>
    public GeneratedText[] Generate(
        IReadOnlyList<string> prompts,
        GenerationOptions options,
        IReadOnlyList<string> stopTexts,
        CancellationToken cancellation = default)
    {
        if (stopTexts.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop text is empty.", nameof(stopTexts));
        }

        ImmutableArray<byte[]> stops = [.. stopTexts.Select(Encoding.UTF8.GetBytes)];
        var texts = prompts.Select(_ => new GrowingText(_tokenTexts, stops)).ToList();
        var all = options with { StopTokens = [.. options.StopTokens.Union(_texts.EndTokens)] };
        var sequences = _model.Generate([.. prompts.Select(_texts.EncodePrompt)], all, new Monitor(texts), member: 0, cancellation);
        return [.. sequences.Zip(texts, (sequence, text) => new GeneratedText(Encoding.UTF8.GetString(text.Content), sequence))];
    }

    private sealed class Monitor(List<GrowingText> texts) : IGenerationMonitor
    {
        public bool EndsAfter(int sequence, int token) => texts[sequence].Append(token);
    }
}

using System.Collections.Immutable;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Chat;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;

namespace Convergence.Service.Serving;

/// <summary>
/// A loaded model with all that requests need to know of it. Its texts are encoded by any thread; its model belongs to one.
/// </summary>
public sealed class ServedModel : IDisposable
{
    private readonly ModelTokenizer _texts;
    private readonly Lock _encoding = new();

    private ServedModel(string name, LanguageModel model, ModelTokenizer texts, Tokenizer tokenizer, IChatFormat chat)
    {
        Name = name;
        Model = model;
        _texts = texts;
        Tokenizer = tokenizer;
        TokenTexts = new TokenTexts(tokenizer);
        Chat = chat;
    }

    /// <summary>What requests call it.</summary>
    public string Name { get; }

    /// <summary>How conversations are written for it.</summary>
    public IChatFormat Chat { get; }

    /// <summary>When its configuration was last written.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The longest sequence that is taken, prompt and answer together, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Tokens that it knows.</summary>
    public int VocabularySize => Model.Shape.VocabularySize;

    /// <summary>Learned numbers.</summary>
    public long ParameterCount => Model.Shape.ParameterCount;

    /// <summary>Bytes of keys and values for one token.</summary>
    public long CacheBytesPerToken => 2L * sizeof(float) * Model.Shape.LayerCount * Model.Shape.KeyValueHeadCount * Model.Shape.HeadSize;

    internal LanguageModel Model { get; }

    internal Tokenizer Tokenizer { get; }

    internal TokenTexts TokenTexts { get; }

    /// <summary>What ends an answer.</summary>
    internal ImmutableArray<int> EndTokens => _texts.EndTokens;

    /// <summary>Loads a model.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="reference">Which.</param>
    /// <param name="maxContext">The longest sequence that is taken, or <see langword="null"/> for the model's own limit.</param>
    /// <param name="time">The clock, for chat templates that write the date.</param>
    /// <exception cref="ConvergenceException">A file is missing or malformed, or the architecture is not supported.</exception>
    public static ServedModel Load(ComputeDevice device, ModelReference reference, int? maxContext, TimeProvider time)
    {
        using var directory = ModelDirectory.Open(reference.Path);
        var texts = ModelTokenizer.FromDirectory(directory);
        var tokenizer = texts.Tokenizer ?? throw new ConvergenceException(
            $"{directory.Path}: holds no tokenizer.json, so it cannot read texts. Copy the file from the model that it was made from.");
        var chat = ChatFormats.Of(directory, time);
        var model = LanguageModel.Load(device, directory.Config, directory.Weights, directory.Path);
        return new ServedModel(reference.Name, model, texts, tokenizer, chat)
        {
            Created = File.GetLastWriteTimeUtc(Path.Combine(directory.Path, ModelDirectory.ConfigFileName)),
            ContextLength = Math.Min(maxContext ?? int.MaxValue, model.Shape.MaxPositions),
        };
    }

    /// <summary>The tokens of a text that is to be continued.</summary>
    /// <exception cref="LanguageModelException">The text is empty, and the model has no token that begins one.</exception>
    public int[] Encode(string text)
    {
        lock (_encoding)
        {
            return _texts.EncodePrompt(text);
        }
    }

    /// <summary>The tokens of a conversation that is to be answered.</summary>
    /// <exception cref="LanguageModelException">The conversation cannot be written for this model.</exception>
    public int[] Encode(IReadOnlyList<ChatMessage> messages)
    {
        var text = Chat.Render(messages);
        if (!Chat.WritesSpecialTokens || text.Length == 0)
        {
            return Encode(text);
        }

        lock (_encoding)
        {
            return Tokenizer.Encode(text, addSpecialTokens: false);
        }
    }

    public void Dispose() => Model.Dispose();
}

using System.Collections.Immutable;
using System.Threading.Channels;
using Convergence.LanguageModels.Generation;

namespace Convergence.Service.Serving;

/// <summary>
/// A request's texts: several prompts, each continued several times. The generating thread writes pieces, the request's thread reads them.
/// </summary>
internal sealed class GenerationCall
{
    private readonly Channel<GenerationPiece> _pieces = Channel.CreateUnbounded<GenerationPiece>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private int _growing;

    /// <param name="model">The model that continues.</param>
    /// <param name="prompts">Token ids; text i * <paramref name="answersEach"/> + j is answer j to prompt i.</param>
    /// <param name="answersEach">Answers to each prompt.</param>
    /// <param name="options">How tokens are chosen; text k takes stream k of the seed's draws.</param>
    /// <param name="stopTexts">Texts that end an answer and are left out of it.</param>
    /// <param name="cancellation">Cancelled when nobody waits for the answers any more.</param>
    public GenerationCall(
        ServedModel model,
        IReadOnlyList<int[]> prompts,
        int answersEach,
        GenerationOptions options,
        ImmutableArray<byte[]> stopTexts,
        CancellationToken cancellation)
    {
        Model = model;
        Cancellation = cancellation;
        PromptTokenCount = prompts.Sum(prompt => prompt.Length);
        var withEnds = options with { StopTokens = [.. options.StopTokens.Union(model.EndTokens)] };
        for (var text = 0; text < prompts.Count * answersEach; text++)
        {
            Texts.Add(new CallText(this, text, prompts[text / answersEach], withEnds, new GrowingText(model.TokenTexts, stopTexts)));
        }

        _growing = Texts.Count;
    }

    public ServedModel Model { get; }

    public List<CallText> Texts { get; } = [];

    /// <summary>Tokens of the prompts, each counted once.</summary>
    public int PromptTokenCount { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>The pieces as they come, until all texts have ended.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IAsyncEnumerable<GenerationPiece> ReadPiecesAsync() => _pieces.Reader.ReadAllAsync(Cancellation);

    public void Write(GenerationPiece piece)
    {
        _pieces.Writer.TryWrite(piece);
        if (piece.Reason is not null && --_growing == 0)
        {
            _pieces.Writer.TryComplete();
        }
    }

    /// <summary>Ends the call with an error for its reader.</summary>
    public void Fail(Exception exception) => _pieces.Writer.TryComplete(exception);
}

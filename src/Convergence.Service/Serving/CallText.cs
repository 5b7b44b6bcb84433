using System.Text;
using Convergence.LanguageModels.Generation;

namespace Convergence.Service.Serving;

/// <summary>One text of a call while it waits and grows. Used by the generating thread alone.</summary>
internal sealed class CallText(GenerationCall call, int index, int[] prompt, GenerationOptions options, GrowingText content)
{
    private int _writtenBytes;
    private int _writtenTokens;

    public GenerationCall Call => call;

    public int[] Prompt => prompt;

    public GenerationOptions Options => options;

    public int Stream => index;

    /// <summary>The tokens that it may have in the end.</summary>
    public int TokenCapacity => (int)Math.Min(call.Model.ContextLength, (long)prompt.Length + options.MaxNewTokens);

    /// <summary>Takes a token.</summary>
    /// <returns>Whether a stop text ends the text.</returns>
    public bool EndsAfter(int token) => content.Append(token);

    /// <summary>Hands on what is certain of the text, if that is more than before, or the text's end.</summary>
    public void Publish(GrowingSequence sequence)
    {
        var settled = sequence.Reason is null ? content.SettledByteCount : content.Content.Length;
        var keepsTokens = options.TopLogProbabilities is not null;
        if (settled <= _writtenBytes && sequence.Reason is null)
        {
            return;
        }

        var tokens = new List<(int, TokenLogProbabilities)>();
        for (; keepsTokens && _writtenTokens < sequence.Tokens.Count; _writtenTokens++)
        {
            tokens.Add((sequence.Tokens[_writtenTokens], sequence.LogProbabilities[_writtenTokens]));
        }

        var added = Encoding.UTF8.GetString(content.Content[_writtenBytes..settled]);
        _writtenBytes = settled;
        call.Write(new GenerationPiece(index, added, tokens, sequence.Tokens.Count, sequence.Reason));
    }
}

namespace Convergence.LanguageModels.Tokenizers;

/// <summary>One pre-tokenizer after another, each on the pieces of the one before.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Split(string piece, bool isFirst, List<string> pieces)
    {
        List<string> current = [piece];
        foreach (var step in steps)
        {
            var next = new List<string>(current.Count);
            for (var index = 0; index < current.Count; index++)
            {
                step.Split(current[index], isFirst && index == 0, next);
            }

            current = next;
        }

        pieces.AddRange(current);
    }
}

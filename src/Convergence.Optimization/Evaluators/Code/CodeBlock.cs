namespace Convergence.Optimization.Evaluators.Code;

/// <summary>The code in an answer.</summary>
internal static class CodeBlock
{
    private const string Fence = "```";

    /// <summary>What stands in a text's first fenced block, which may name a language; the whole text where there is none.</summary>
    public static string Of(string text)
    {
        var start = text.IndexOf(Fence, StringComparison.Ordinal);
        var line = start < 0 ? -1 : text.IndexOf('\n', start);
        if (line < 0)
        {
            return text;
        }

        var end = text.IndexOf(Fence, line, StringComparison.Ordinal);
        return (end < 0 ? text[(line + 1)..] : text[(line + 1)..end]).TrimEnd();
    }
}

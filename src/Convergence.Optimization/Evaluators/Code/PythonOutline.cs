namespace Convergence.Optimization.Evaluators.Code;

/// <summary>
/// The statements of a piece of Python code, counted. Code counts as well-formed when brackets and quotes are closed,
/// every block's head ends with a colon and is followed by a deeper line, every line's indentation is that of an open block,
/// and functions and classes have names: what a model's answer gets wrong when it is cut short or is no code. Expressions are not parsed.
/// </summary>
internal sealed class PythonOutline
{
    private static readonly string[] Heads =
        ["if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally", "with", "async"];

    public int BranchCount { get; private set; }

    public int FunctionCount { get; private set; }

    public int ClassCount { get; private set; }

    public bool HasDocstring { get; private set; }

    public bool HasHandler { get; private set; }

    /// <returns><see langword="null"/> for code that is not well-formed.</returns>
    public static PythonOutline? Read(string code)
    {
        if (PythonLines.Read(code) is not { Count: > 0 } lines)
        {
            return null;
        }

        var outline = new PythonOutline();
        var indents = new Stack<int>([lines[0].Indent]);
        var opensBlock = false;
        foreach (var line in lines)
        {
            if (!Place(line.Indent, opensBlock, indents) || !outline.Count(line, out opensBlock))
            {
                return null;
            }
        }

        return opensBlock ? null : outline;
    }

    private static bool Place(int indent, bool opensBlock, Stack<int> indents)
    {
        if (opensBlock)
        {
            var isDeeper = indent > indents.Peek();
            indents.Push(indent);
            return isDeeper;
        }

        while (indents.Count > 1 && indents.Peek() > indent)
        {
            indents.Pop();
        }

        return indents.Peek() == indent;
    }

    private bool Count(PythonLine line, out bool opensBlock)
    {
        var words = line.Words;
        HasDocstring |= line.IsLongString;
        opensBlock = false;
        var head = words.Length > 0 && words[0] == "async" && words.Length > 1 ? words[1] : words.FirstOrDefault() ?? string.Empty;
        if (!Heads.Contains(head))
        {
            return true;
        }

        if (line.Colon < 0)
        {
            return false;
        }

        BranchCount += head is "if" or "elif" or "for" or "while" or "except" ? 1 : 0;
        FunctionCount += head == "def" ? 1 : 0;
        ClassCount += head == "class" ? 1 : 0;
        HasHandler |= head == "except";
        opensBlock = line.EndsWithColon;
        return head is not ("def" or "class") || words.SkipWhile(word => word != head).ElementAtOrDefault(1) is { } name && IsName(name);
    }

    private static bool IsName(string word) => char.IsLetter(word[0]) || word[0] == '_';
}

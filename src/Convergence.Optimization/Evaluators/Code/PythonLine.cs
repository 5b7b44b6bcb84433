namespace Convergence.Optimization.Evaluators.Code;

/// <summary>A logical line of Python: what brackets and backslashes join is one. Strings and comments are taken out.</summary>
/// <param name="Indent">Columns before it; a tab goes to the next multiple of eight.</param>
/// <param name="Words">Names, numbers and single signs, in order.</param>
/// <param name="Colon">The word at which the first colon outside of brackets stands, or -1.</param>
/// <param name="IsLongString">Whether it begins with a string in three quotes.</param>
internal sealed record PythonLine(int Indent, string[] Words, int Colon, bool IsLongString)
{
    /// <summary>Whether a block must follow.</summary>
    public bool EndsWithColon => Words.Length > 0 && Words[^1] == ":";
}

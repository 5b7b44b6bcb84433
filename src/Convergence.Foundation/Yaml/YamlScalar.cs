namespace Convergence.Foundation.Yaml;

/// <summary>A word, number or flag, as written.</summary>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Text">Its characters.</param>
/// <param name="IsPlain">Whether it is written without quotes and may therefore be something else than a word.</param>
public sealed record YamlScalar(long Line, string Text, bool IsPlain) : YamlValue(Line)
{
    /// <summary>Whether it stands for no value.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

namespace Convergence.LanguageModels.Chat.Jinja;

/// <summary>A dictionary in the order in which it was filled, as Python's are; also what <c>namespace()</c> makes.</summary>
internal sealed class JinjaMap : OrderedDictionary<string, object?>
{
    public JinjaMap() : base(StringComparer.Ordinal)
    {
    }

    /// <summary>Whether <c>set map.name = value</c> may change it.</summary>
    public bool IsNamespace { get; init; }
}

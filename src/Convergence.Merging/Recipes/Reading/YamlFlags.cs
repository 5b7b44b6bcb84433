namespace Convergence.Merging;

/// <summary>The words for true and false of YAML 1.1, which mergekit's reader knows.</summary>
internal static class YamlFlags
{
    /// <summary>The words that messages name.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["true", "false"];

    /// <summary>What a word says, in any case of letters; <see langword="null"/> when it is no such word.</summary>
    public static bool? Parse(string word) => word.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };
}

namespace Convergence.Merging;

/// <summary>A list of a YAML file.</summary>
internal sealed record YamlList(long Line, IReadOnlyList<YamlValue> Items) : YamlValue(Line);

namespace Convergence.Merging;

/// <summary>Keys and values of a YAML file, in the file's order.</summary>
internal sealed record YamlMap(long Line, IReadOnlyList<(YamlScalar Key, YamlValue Value)> Entries) : YamlValue(Line);

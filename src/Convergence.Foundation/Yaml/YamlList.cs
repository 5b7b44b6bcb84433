namespace Convergence.Foundation.Yaml;

/// <summary>A list of a YAML file.</summary>
public sealed record YamlList(long Line, IReadOnlyList<YamlValue> Items) : YamlValue(Line);

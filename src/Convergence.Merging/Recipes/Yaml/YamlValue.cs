namespace Convergence.Merging;

/// <summary>A value of a YAML file.</summary>
/// <param name="Line">Where it stands, from 1.</param>
internal abstract record YamlValue(long Line);

using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>The parameters to be found (key <c>search_space</c>).</summary>
/// <param name="Parameters">In the file's order; at least one.</param>
/// <param name="Templates">Prompt templates by name. Default: none.</param>
public sealed record SearchSpaceConfig(ImmutableArray<ParameterConfig> Parameters, ImmutableArray<TemplateConfig> Templates = default);

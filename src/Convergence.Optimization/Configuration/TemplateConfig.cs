using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>A prompt template: a file in which <c>{variable}</c> stands for fields of the call.</summary>
public sealed record TemplateConfig(string Name, string Path, ImmutableArray<string> Variables);

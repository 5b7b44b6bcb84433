using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Optimization.Configuration;

/// <summary>How a configuration is read.</summary>
public sealed record ReaderOptions
{
    /// <value>Values that replace keys: <c>optimization.seed</c> to <c>7</c>. Texts are read as YAML reads them; errors
    /// about them call them options. Default: none.</value>
    public ImmutableSortedDictionary<string, string> Overrides { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <value>Whether paths in the file may lead out of the file's directory. Default: no. Paths of <see cref="Overrides"/> may.</value>
    public bool AllowsOutsidePaths { get; init; }

    /// <value>Test cases that a program gives beside its configuration, which then needs none. Default: none.</value>
    public JsonNode? TestCases { get; init; }
}

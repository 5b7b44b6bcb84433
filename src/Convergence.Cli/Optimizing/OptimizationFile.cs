using Convergence.Foundation.Json;
using Convergence.Merging;

namespace Convergence.Cli.Optimizing;

/// <summary>Tells configurations of optimizations from models, recipes and jobs, without loading the optimizer.</summary>
internal static class OptimizationFile
{
    private const int MaxByteCount = 1 << 20;

    private static readonly string[] Keys = ["api", "search_space", "evaluation"];

    /// <summary>Whether a name is that of a YAML or JSON file rather than of a model's directory.</summary>
    public static bool IsFile(string path) =>
        File.Exists(path) && Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" or ".json";

    /// <summary>Whether root keys are those of an optimization.</summary>
    public static bool HasKeys(IEnumerable<string> rootKeys) => rootKeys.Count(Keys.Contains) >= 2;

    /// <exception cref="ConvergenceException">The file is something else.</exception>
    public static void Require(string path)
    {
        var keys = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? JsonFile.TryReadObject(path, MaxByteCount)?.Select(entry => entry.Key) ?? []
            : RecipeReader.ReadKeys(path);
        if (!keys.Any(Keys.Contains))
        {
            throw new ConvergenceException(
                $"{path}: is no configuration of an optimization: it has none of the keys {string.Join(", ", Keys)}. "
                + "Name one, or directories of models.");
        }
    }
}

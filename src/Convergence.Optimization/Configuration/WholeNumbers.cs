namespace Convergence.Optimization.Configuration;

/// <summary>Parameters of APIs that take whole numbers only.</summary>
internal static class WholeNumbers
{
    private static readonly string[] Names =
        ["n", "seed", "k", "top_k", "topk", "limit", "best_of", "num_results", "candidate_count", "logprobs"];

    private static readonly string[] Endings =
        ["_tokens", "tokens", "_count", "_ms", "_k", "_size", "_width", "_height", "_limit", "_retries"];

    /// <summary>Whether a parameter of this name is a whole number in every API that is known.</summary>
    public static bool IsName(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}

namespace Convergence.Merging;

/// <summary>
/// The names of merge methods in recipe files: mergekit's, and <c>dfs</c> and <c>dataflow</c>, which are this product's own.
/// </summary>
public static class MergeMethodNames
{
    private static readonly string[] Names =
    [
        "linear", "slerp", "task_arithmetic", "ties", "dare_linear", "dare_ties", "passthrough", "dfs",
        "breadcrumbs", "breadcrumbs_ties", "sce", "ram", "ramplus_tl",
        "nuslerp", "multislerp", "karcher", "model_stock", "nearswap",
        "della", "della_linear", "arcee_fusion", "dataflow",
    ];

    /// <summary>Every name, in the order of <see cref="MergeMethod"/>.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>For example <c>task_arithmetic</c>.</summary>
    public static string Name(this MergeMethod method) => Names[(int)method];

    /// <summary>The method of that name, or <see langword="null"/>.</summary>
    public static MergeMethod? Parse(string name)
    {
        var index = Array.IndexOf(Names, name);
        return index < 0 ? null : (MergeMethod)index;
    }
}

namespace Convergence.Merging;

/// <summary>What files of mergekit's family may hold that a recipe does not, with the cure.</summary>
internal static class ForeignKeys
{
    private static readonly string[] ExpertKeys = ["experts", "shared_experts", "gate_mode", "experts_per_token"];

    /// <summary>
    /// A message for a key of another kind of file or of an older format; <see langword="null"/> for one that nobody knows.
    /// </summary>
    public static string? Explain(string key) => key switch
    {
        "out_path" => "\"out_path\" is a key of mergekit's oldest multi-document files. "
            + "Give the document a \"name\" instead and use that name as a model in later documents.",
        "input_model_parameters" => "\"input_model_parameters\" is a key of mergekit's oldest format. "
            + "Move it to \"parameters\" of each entry of \"models\".",
        "residual_weight" => "\"residual_weight\" has no effect on a merge, in mergekit neither. Remove it.",
        "genome" => "\"genome\" belongs to a configuration of mergekit-evolve, which is no recipe. "
            + "Evolve with \"convergence evolve\"; docs/configuration.md lists its keys.",
        "random_seed" => "\"random_seed\" is an option of mergekit's command, not of its files. "
            + "Write \"seed: NUMBER\" at the top of the recipe instead.",
        _ when ExpertKeys.Contains(key) => $"\"{key}\" belongs to a configuration of mergekit-moe, which builds mixtures of experts. "
            + "Recipes merge dense models only.",
        _ => null,
    };
}

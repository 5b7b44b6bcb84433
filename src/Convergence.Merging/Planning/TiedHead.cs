namespace Convergence.Merging;

/// <summary>
/// What becomes of the output head when it may share the embedding's weights. If every model ties them, the output has no head of
/// its own; if one does not, the output has one, and for the models that tie it is their embedding.
/// </summary>
/// <param name="IsTied">Whether the output ties them.</param>
/// <param name="Untie">Whether some models tie and others do not, so that the output's configuration must say that it does not.</param>
internal sealed record TiedHead(bool IsTied, bool Untie)
{
    public const string HeadName = "lm_head.weight";
    public const string ConfigKey = "tie_word_embeddings";

    private static readonly string[] EmbeddingNames = ["embed_tokens.weight", "wte.weight"];

    public static TiedHead Of(IReadOnlyCollection<ParentModel> models)
    {
        var tied = models.Count(Ties);
        return new TiedHead(tied == models.Count, tied > 0 && tied < models.Count);
    }

    /// <summary>The name under which a model holds a tensor of the output: the embedding in place of a head that it ties.</summary>
    public static string NameIn(ParentModel model, string tensor) =>
        tensor == HeadName && Ties(model) && Embedding(model) is { } embedding ? embedding : tensor;

    private static bool Ties(ParentModel model) =>
        !model.Has(HeadName)
        || (model.Config.TryGetPropertyValue(ConfigKey, out var flag) && flag is not null
            && flag.GetValueKind() == System.Text.Json.JsonValueKind.True);

    public static string? Embedding(ParentModel model) =>
        model.Weights.Names.FirstOrDefault(name => EmbeddingNames.Any(
            ending => name == ending || name.EndsWith("." + ending, StringComparison.Ordinal)));
}

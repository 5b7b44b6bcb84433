namespace Convergence.Merging;

/// <summary>
/// On which side of the layers a tensor outside them lies, by its name and its place in the model.
/// What lies behind them takes the last slice's models, everything else the first slice's.
/// </summary>
internal static class OuterTensors
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    // Modules that read what the layers have made.
    private static readonly string[] Heads =
        ["lm_head", "score", "classifier", "output_layer", "embed_out", "project_out", "pooler", "qa_outputs", "v_head", "cls"];

    // Llama's own checkpoints call the head so, at the top; attention has a part of that name in other families.
    private const string TopHead = "output.";

    // LFM2's only norm outside its layers is applied behind them, whatever its name says.
    private const string EmbeddingNorm = "embedding_norm";

    /// <param name="name">A tensor outside the main run of layers.</param>
    /// <param name="names">All of the model's, layers included.</param>
    /// <param name="layers">The layers of the model.</param>
    public static bool IsBehindLayers(string name, IReadOnlyCollection<string> names, LayerStack layers)
    {
        if (TiedHead.IsHead(name) || name.StartsWith(TopHead, Ordinal) || name.Split('.').Any(segment => Heads.Contains(segment)))
        {
            return true;
        }

        // The norm behind the layers is a sibling of them: model.norm beside model.layers. Those of towers and of embeddings are not.
        var stack = ParentOf(layers.Prefix);
        return IsNormBeside(name, stack)
            && (!IsOfEmbedding(name)
                || (ModuleOf(name) == EmbeddingNorm && !names.Any(other => IsNormBeside(other, stack) && !IsOfEmbedding(other))));
    }

    // A model without a main run has its norms where its other parts are.
    private static bool IsNormBeside(string name, string? stack)
    {
        var module = ModuleOf(name);
        return ParentOf(name[..(name.LastIndexOf('.') + 1)]) == stack && LayerName.Parse(name) is null
            && (module.Contains("norm", Ordinal) || module.StartsWith("ln_", Ordinal));
    }

    // "word_embeddings_layernorm" of BLOOM, "embed_norm", "layernorm_embedding" of BART; "ln_pre" and "pre_layernorm" of encoders.
    private static bool IsOfEmbedding(string name)
    {
        var module = ModuleOf(name);
        return module.Contains("emb", Ordinal) || module.StartsWith("pre_", Ordinal) || module.EndsWith("_pre", Ordinal);
    }

    /// <summary>The module that a tensor belongs to: <c>norm</c> of <c>model.norm.weight</c>.</summary>
    private static string ModuleOf(string name)
    {
        var segments = name.Split('.');
        return segments.Length > 1 ? segments[^2] : segments[0];
    }

    /// <summary>
    /// What a module is part of: <c>model</c> for <c>model.layers.</c>; empty at the top, <see langword="null"/> for nothing.
    /// </summary>
    private static string? ParentOf(string module)
    {
        if (module.Length == 0)
        {
            return null;
        }

        var end = module.TrimEnd('.').LastIndexOf('.');
        return end < 0 ? "" : module[..end];
    }
}

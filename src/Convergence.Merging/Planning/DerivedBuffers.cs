namespace Convergence.Merging;

/// <summary>
/// Tensors that hold nothing learnt: tables and masks that are worked out from the configuration whenever a model is loaded.
/// Some versions of the training tools store them and others do not, so that models of one kind may differ in them.
/// </summary>
internal static class DerivedBuffers
{
    private static readonly string[] Suffixes =
        [
            ".rotary_emb.inv_freq", ".attn.masked_bias", ".attention.masked_bias",
            ".rotary_emb.cos_cached", ".rotary_emb.sin_cached", ".position_ids",
        ];

    // GPT-2's causal mask is called a bias; that of a projection has one dimension.
    private static readonly string[] MaskSuffixes = [".attn.bias", ".attention.bias"];

    public static bool IsDerived(string tensor, int rank) =>
        Suffixes.Any(suffix => tensor.EndsWith(suffix, StringComparison.Ordinal))
        || (rank == 4 && MaskSuffixes.Any(suffix => tensor.EndsWith(suffix, StringComparison.Ordinal)));
}

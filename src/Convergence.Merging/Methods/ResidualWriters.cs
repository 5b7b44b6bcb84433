namespace Convergence.Merging;

/// <summary>The tensors through which a layer adds to the residual stream, told by the names that model families give them.</summary>
internal static class ResidualWriters
{
    private static readonly string[] Attention = ["o_proj", "out_proj", "wo", "dense", "attn.c_proj"];
    private static readonly string[] Mlp = ["down_proj", "w2", "fc2", "fc_out", "dense_4h_to_h", "mlp.c_proj"];

    // Norms between a block's output and the stream: they undo any scaling of the block's last matrix.
    private static readonly string[] OutputNorms = ["post_feedforward_layernorm", "post_mlp_layernorm", "post_attn_norm", "post_ffw_norm"];

    public static bool Contains(string tensorName) => Ends(tensorName, Attention) || Ends(tensorName, Mlp);

    /// <summary>Refuses layers whose blocks do not end in a matrix that is known to write to the stream.</summary>
    /// <param name="model">Whose layer it is.</param>
    /// <param name="layer">Its number there.</param>
    /// <param name="suffixes">The names of its tensors after the number.</param>
    public static void EnsureScalable(string model, int layer, IReadOnlyCollection<string> suffixes)
    {
        if (suffixes.FirstOrDefault(suffix => OutputNorms.Any(norm => suffix.Contains(norm, StringComparison.Ordinal))) is { } blocking)
        {
            throw new MergeException(
                $"dataflow: {model}, layer {layer} normalises what its blocks add to the residual stream ({blocking.TrimStart('.')}), "
                + "so a scale cannot be folded into "
                + "its weights. Leave out every \"scale\" on the path, or take models without norms behind their blocks.");
        }

        var missing = !suffixes.Any(suffix => Ends(suffix, Attention))
            ? "attention"
            : !suffixes.Any(suffix => Ends(suffix, Mlp)) ? "MLP" : null;
        if (missing is not null)
        {
            throw new MergeException(
                $"dataflow: {model}, layer {layer} has no output matrix of its {missing} under a known name "
                + $"({string.Join(", ", Attention.Concat(Mlp))}), so a scale cannot "
                + "be folded into its weights. Leave out every \"scale\" on the path.");
        }
    }

    // A bias follows its weight; fused experts have neither word behind their name.
    private static bool Ends(string name, string[] modules)
    {
        var end = name.EndsWith(".weight", StringComparison.Ordinal) ? name.Length - ".weight".Length
            : name.EndsWith(".bias", StringComparison.Ordinal) ? name.Length - ".bias".Length
            : name.Length;
        return modules.Any(module => name.AsSpan(0, end).EndsWith("." + module, StringComparison.Ordinal));
    }
}

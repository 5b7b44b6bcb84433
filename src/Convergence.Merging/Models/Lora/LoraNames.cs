namespace Convergence.Merging;

/// <summary>How PEFT names the tensors of an adapter, and which tensor of the model each stands for.</summary>
internal static class LoraNames
{
    private const string Prefix = "base_model.model.";

    // Newer files leave the adapter's own name ("default") out.
    private static readonly (string Suffix, LoraPart Part)[] Suffixes =
    [
        (".lora_A.weight", LoraPart.Down), (".lora_A.default.weight", LoraPart.Down),
        (".lora_B.weight", LoraPart.Up), (".lora_B.default.weight", LoraPart.Up),
        (".lora_embedding_A", LoraPart.EmbeddingDown), (".lora_embedding_A.default", LoraPart.EmbeddingDown),
        (".lora_embedding_B", LoraPart.EmbeddingUp), (".lora_embedding_B.default", LoraPart.EmbeddingUp),
    ];

    private static readonly string[] SavedParts = [".modules_to_save.default.", ".modules_to_save."];

    private const string OriginalPart = ".original_module.";

    /// <summary>The module below the model that a tensor belongs to, and which of its parts the tensor is.</summary>
    public static (string Module, LoraPart Part) Parse(string tensor)
    {
        var name = tensor.StartsWith(Prefix, StringComparison.Ordinal) ? tensor[Prefix.Length..] : tensor;
        foreach (var (suffix, part) in Suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return (name[..^suffix.Length], part);
            }
        }

        if (name.Contains(OriginalPart, StringComparison.Ordinal))
        {
            return (name, LoraPart.Original);
        }

        foreach (var saved in SavedParts)
        {
            name = name.Replace(saved, ".", StringComparison.Ordinal);
        }

        return (name, name.Contains(".lora_", StringComparison.Ordinal) ? LoraPart.Unknown : LoraPart.Whole);
    }

    /// <summary>
    /// The model's tensor of that name. Checkpoints differ in the words before the layers (<c>transformer.h.0</c> or <c>h.0</c>), so a name
    /// also stands for the one tensor that ends as it does, or as it ends.
    /// </summary>
    public static string? Match(string name, IReadOnlyCollection<string> tensors, IReadOnlySet<string> lookup)
    {
        for (var rest = name; ;)
        {
            if (lookup.Contains(rest))
            {
                return rest;
            }

            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0 || !rest[(dot + 1)..].Contains('.', StringComparison.Ordinal))
            {
                break;
            }

            rest = rest[(dot + 1)..];
        }

        var longer = tensors.Where(tensor => tensor.EndsWith("." + name, StringComparison.Ordinal)).Take(2).ToList();
        return longer.Count == 1 ? longer[0] : null;
    }
}

using Convergence.Tensors;

namespace Convergence.Merging.Diagnosis;

/// <summary>Where a tensor stands in a report: its layer and its kind.</summary>
internal static class TensorPlace
{
    // As they are met in a forward pass; kinds that are not listed follow in the order of their names.
    private static readonly string[] UsualOrder =
        [
            "q_proj", "k_proj", "v_proj", "qkv_proj", "c_attn", "o_proj", "attn.c_proj", "gate",
            "gate_proj", "up_proj", "gate_up_proj", "c_fc", "down_proj", "mlp.c_proj",
        ];

    public static (string? Layer, string Kind) Of(string name, TensorShape shape, bool hasSeveralStacks)
    {
        if (LayerName.Parse(name) is not { } place)
        {
            return (null, WithoutEnding(name).Split('.')[^1]);
        }

        var layer = hasSeveralStacks
            ? FormattableString.Invariant($"{place.Prefix}{place.Layer}")
            : FormattableString.Invariant($"{place.Layer}");
        return (layer, shape.Rank >= 2 ? KindOf(place.Suffix) : TensorMeasure.VectorKind);
    }

    /// <summary>Where a kind stands among the others.</summary>
    public static (int Place, string Kind) Order(string kind)
    {
        var place = Array.IndexOf(UsualOrder, kind);
        return (kind == TensorMeasure.VectorKind ? int.MaxValue : place < 0 ? UsualOrder.Length : place, kind);
    }

    // GPT-2 calls the last matrix of both halves c_proj, and experts are numbered: the word before tells them apart.
    private static string KindOf(string suffix)
    {
        var words = WithoutEnding(suffix).Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !word.All(char.IsAsciiDigit))
            .ToArray();
        return words is [.., var before, "c_proj"] ? $"{before}.c_proj" : words.Length == 0 ? suffix : words[^1];
    }

    private static string WithoutEnding(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Convergence.Merging;

/// <summary>
/// A tensor name taken apart at its layer number, the first part that is all digits and follows a word: <c>model.layers.</c> 7
/// <c>.self_attn.q_proj.weight</c>, <c>h.</c> 0 <c>.ln_1.weight</c>. Numbers further right, such as those of experts, belong to the layer.
/// </summary>
internal readonly partial record struct LayerName(string Prefix, int Layer, string Suffix)
{
    // More layers than any model has; a longer number is not a layer.
    private const int MaxDigits = 5;

    public static LayerName? Parse(string tensorName)
    {
        var match = Pattern().Match(tensorName);
        return match.Success && match.Groups["layer"].Length <= MaxDigits
            ? new LayerName(
                match.Groups["prefix"].Value,
                int.Parse(match.Groups["layer"].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups["suffix"].Value)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Layer}{Suffix}");

    [GeneratedRegex(@"^(?<prefix>(?:[0-9]+\.)*(?:[^.]*[^.0-9][^.]*\.)+)(?<layer>[0-9]+)(?<suffix>\..+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}

using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Merging.Diagnosis;

/// <summary>What the checks look at: the models that could be opened, and what was measured on them.</summary>
/// <param name="Parents">Opens the models.</param>
/// <param name="Models">Those that could be opened; the base first when <paramref name="HasBase"/>.</param>
/// <param name="HasBase">Whether the first is the base of the others.</param>
/// <param name="Scan">The measurements.</param>
internal sealed record Examination(ParentModels Parents, ImmutableArray<ParentModel> Models, bool HasBase, ModelScan Scan)
{
    private readonly ImmutableArray<string> _shortNames = ModelNames.Shorten([.. Models.Select(model => model.Name)]);

    /// <summary>What the others are compared with.</summary>
    public ParentModel Reference => Models[0];

    public IEnumerable<ParentModel> Others => Models.Skip(1);

    /// <summary>The names of the models that are merged: all but the base.</summary>
    public ImmutableArray<string> Merged => [.. Models.Skip(HasBase ? 1 : 0).Select(model => model.Name)];

    /// <summary>The name by which findings call a model: the last part of its path where that is enough.</summary>
    public string NameOf(ParentModel model) => _shortNames[Models.IndexOf(model)];

    /// <summary>The names of several models, with commas.</summary>
    public string NamesOf(IEnumerable<ParentModel> models) => Some([.. models.Select(NameOf)]);

    /// <summary>At most four of the items, and how many more there are.</summary>
    public static string Some(IReadOnlyCollection<string> items)
    {
        const int Shown = 4;
        var more = items.Count > Shown ? $" and {items.Count - Shown} more" : "";
        return string.Join(", ", items.Take(Shown)) + more;
    }

    /// <summary>A share in percent: <c>93 %</c>, <c>0.4 %</c>.</summary>
    public static string Percent(double share)
    {
        var percent = share * 100;
        return percent.ToString(Math.Abs(percent) is > 0 and < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>Three significant digits.</summary>
    public static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}

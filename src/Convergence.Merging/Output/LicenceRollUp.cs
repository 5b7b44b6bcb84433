using System.Collections.Frozen;

namespace Convergence.Merging;

/// <summary>What the licences of a merge's parents mean for the merge: all of them hold for it at once.</summary>
/// <param name="Identifier">What the card's front matter says: an identifier of the Hugging Face hub.</param>
/// <param name="Name">The licences by name where <paramref name="Identifier"/> is <c>other</c>; otherwise <see langword="null"/>.</param>
/// <param name="Explanation">Sentences for a person.</param>
internal sealed record LicenceRollUp(string Identifier, string? Name, string Explanation)
{
    private const string NotLegalAdvice = "This is no legal advice: read the parents' licences before you publish or use the merge.";

    // Within a rank those that ask more come later.
    private static readonly FrozenDictionary<string, (LicenceRank Rank, int Place)> Ranks = new Dictionary<LicenceRank, string>
    {
        [LicenceRank.PublicDomain] = "cc0-1.0 unlicense wtfpl pddl",
        [LicenceRank.Permissive] =
            "bsl-1.0 zlib isc mit postgresql ncsa bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear openmdw-1.0 cdla-permissive-1.0 "
                + "cdla-permissive-2.0 odc-by cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 afl-3.0 artistic-2.0 ecl-2.0 ms-pl apache-2.0",
        [LicenceRank.ShareAlike] =
            "gpl gpl-2.0 gpl-3.0 agpl-3.0 lgpl lgpl-2.1 lgpl-3.0 mpl-2.0 osl-3.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 odbl gfdl "
                + "cc-by-sa-3.0 cc-by-sa-4.0 cdla-sharing-1.0",
        [LicenceRank.UseRestricted] =
            "openrail openrail++ bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m "
                + "llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 gemma",
        [LicenceRank.NonCommercial] =
            "cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 apple-amlr intel-research "
                + "fair-noncommercial-research-license",
        [LicenceRank.NoDerivatives] = "cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0",
    }
        .SelectMany(pair => pair.Value.Split(' ').Select((name, place) => KeyValuePair.Create(name, (pair.Key, place))))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="licences">What each parent states, <see langword="null"/> for nothing; at least one.</param>
    public static LicenceRollUp Of(IReadOnlyCollection<string?> licences)
    {
        if (licences.Any(licence => licence is null))
        {
            var count = licences.Count(licence => licence is null);
            return new LicenceRollUp(
                "unknown", null,
                FormattableString.Invariant(
                    $"{count} of {licences.Count} parents {(count == 1 ? "states" : "state")} no licence, and without one nothing ")
                    + "is permitted: find out under which terms they were published before you publish or use the merge.");
        }

        var distinct = licences.OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .OrderBy(RankOf)
            .ThenBy(name => Ranks.GetValueOrDefault(name).Place)
            .ThenBy(name => name, StringComparer.Ordinal)
            .ToList();
        var strictest = distinct[^1];
        if (distinct.Count == 1)
        {
            return Stated(strictest, RankOf(strictest) == LicenceRank.NoDerivatives
                ? $"All parents are under {strictest}, which forbids derived works, and a merge is one. {NotLegalAdvice}"
                : $"All parents are under {strictest}.");
        }

        var list = string.Join(", ", distinct);
        return RankOf(strictest) <= LicenceRank.Permissive
            ? Stated(
                strictest,
                $"The parents are under {list}. "
                + $"All of them permit this use together as long as every notice is kept; {strictest} asks the most. {NotLegalAdvice}")
            : new LicenceRollUp(
                "other",
                list,
                $"The parents are under {list}. All of these hold for the merge at once; the most restrictive is {strictest} "
                + $"({Meaning(RankOf(strictest))}), and they may contradict each other. {NotLegalAdvice}");
    }

    private static LicenceRank RankOf(string? licence) =>
        licence is null ? LicenceRank.NotStated : Ranks.TryGetValue(licence, out var known) ? known.Rank : LicenceRank.Other;

    private static LicenceRollUp Stated(string licence, string explanation) =>
        Ranks.ContainsKey(licence) ? new LicenceRollUp(licence, null, explanation) : new LicenceRollUp("other", licence, explanation);

    private static string Meaning(LicenceRank rank) => rank switch
    {
        LicenceRank.ShareAlike => "derived works must be under the same licence",
        LicenceRank.UseRestricted => "it forbids some uses",
        LicenceRank.NonCommercial => "it forbids commercial use",
        LicenceRank.NoDerivatives => "it forbids derived works, and a merge is one",
        _ => "its terms are not known here",
    };
}

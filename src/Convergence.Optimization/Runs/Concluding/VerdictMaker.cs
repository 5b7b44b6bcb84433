using System.Globalization;
using Convergence.Optimization.Runs.Evaluation;
using MathNet.Numerics.Distributions;

namespace Convergence.Optimization.Runs.Concluding;

/// <summary>
/// Advises for or against replacing the configuration in use, by the difference of both on the same cases: abilities of
/// <see cref="Evolution.Racing.AbilityModel"/>, which are shrunk towards the mean of all configurations, so that the winner of many does
/// not look better than it is.
/// </summary>
/// <param name="setup">The run.</param>
/// <param name="conclusion">What it found.</param>
/// <param name="tieBand">A difference that a judge's noise explains. Default: none.</param>
internal sealed class VerdictMaker(RunSetup setup, Conclusion conclusion, double tieBand = 0)
{
    /// <summary>What there is to say instead of a verdict where calls that failed cut the run short.</summary>
    public const string CutShort =
        "Not finished: calls failed and cut the run short, so that nothing is decided. Run the same command again once that is mended.";

    /// <summary>The same where a limit ended it before anything could be compared.</summary>
    private const string Undecided =
        "Not finished: a limit ended the run before a configuration that may be better than the one in use had met all cases. "
        + "Raise optimization.budget and run the same command again: it goes on.";

    private const double Confidence = .95;

    /// <summary>A difference that takes more cases than this to see is none that matters.</summary>
    private const int MostCases = 5000;

    /// <summary>The verdict.</summary>
    /// <param name="winner">The best configuration.</param>
    /// <param name="baseline">The one in use.</param>
    public Verdict Of(Entrant winner, Entrant baseline)
    {
        var verdict = OfWhole(winner, baseline);
        return conclusion.IsUndecided && verdict.Advice != Advice.Ship ? Unfinished(verdict, Undecided) : verdict;
    }

    private Verdict OfWhole(Entrant winner, Entrant baseline)
    {
        if (winner == baseline)
        {
            return new Verdict(Advice.DontShip, 0, 0, 0, null, null, "Keep the configuration in use: the search found nothing better.");
        }

        if (!baseline.HasScore)
        {
            return new Verdict(
                Advice.NeedMoreCases, 0, 0, 0, null, null,
                $"No call of the configuration in use could be scored, so nothing compares with it: {baseline.FirstError}");
        }

        var (difference, reach, cases) = Compare(winner, baseline);
        if (cases < 2)
        {
            return new Verdict(
                Advice.NeedMoreCases, difference, -1, 1, null, null,
                "Not decided yet: there are not two test cases on which both it and the configuration in use were scored. Add some.");
        }

        var uncalled = Enumerable.Range(0, setup.Plan.Weights.Length)
            .Count(place => !winner.Results.ContainsKey(place) || !baseline.Results.ContainsKey(place));
        return Decide(difference, reach, cases, uncalled, DollarsOfACase(winner, baseline));
    }

    /// <summary>What stands in a verdict's place where the run was cut short: what was measured, and no advice.</summary>
    /// <param name="soFar">The verdict by what there is.</param>
    /// <param name="sentence">Why it is none.</param>
    public static Verdict Unfinished(Verdict soFar, string sentence = CutShort) => soFar with
    {
        Advice = Advice.NotFinished,
        CasesNeeded = null,
        DollarsNeeded = null,
        Sentence = sentence,
    };

    /// <summary>
    /// How much better the first configuration is, how far the interval reaches to both sides, and from how many cases that both were
    /// scored on. Of fewer than two there is no interval; it reaches over all then.
    /// </summary>
    public (double Difference, double Reach, int Cases) Compare(Entrant first, Entrant second)
    {
        var (table, rows) = conclusion.Scored;
        var (difference, variance) = table.Difference(rows[first], rows[second]);
        double[] differences =
        [
            .. first.Results.Where(pair => second.Results.ContainsKey(pair.Key))
                .Select(pair => pair.Value.Score - second.Results[pair.Key].Score).OfType<double>(),
        ];
        if (differences.Length < 2)
        {
            return (difference, 2, differences.Length);
        }

        var reach = StudentT.InvCDF(0, 1, differences.Length - 1, (1 + Confidence) / 2) * Math.Sqrt(variance);
        return (difference, Math.Max(reach, UnseenCases.LeastReach(difference, differences)), differences.Length);
    }

    private Verdict Decide(double difference, double reach, int cases, int uncalled, decimal? dollarsOfACase)
    {
        var (lower, upper) = (Math.Max(-1, difference - reach), Math.Min(1, difference + reach));
        var found = Invariant(
            $"a score {Math.Abs(difference):0.000} {(difference < 0 ? "lower" : "higher")} than that of the configuration in use")
            + Invariant($" (95 % interval {lower:+0.000;-0.000} to {upper:+0.000;-0.000}, {cases} cases)");
        if (lower > 0)
        {
            return new Verdict(Advice.Ship, difference, lower, upper, null, null, $"Ship it: it has {found}.");
        }

        // The interval shrinks with the root of the number of cases.
        var needed = difference > 0 ? Math.Ceiling((cases * reach * reach / (difference * difference)) - cases) : double.PositiveInfinity;
        if (needed > MostCases || upper < Math.Max(setup.Search.EarlyStopping.MinImprovement, tieBand))
        {
            return new Verdict(
                Advice.DontShip, difference, lower, upper, null, null,
                $"Don't ship it: it has {found}, and the difference is too small to matter.");
        }

        var more = Math.Max(1, (int)needed);
        var dollars = dollarsOfACase * more;
        var price = dollars is { } sum ? $" (about {Price(sum)})" : "";
        var there = uncalled > 0 ? Invariant($" The run ended before {uncalled} of its own were called for both.") : "";
        return new Verdict(
            Advice.NeedMoreCases, difference, lower, upper, more, dollars,
            Invariant($"Not decided yet: it has {found}. About {more} more {(more == 1 ? "case" : "cases")}{price} would decide.{there}"));
    }

    // Of both configurations on one more case, by what theirs cost so far and by what judges may take.
    private decimal? DollarsOfACase(Entrant winner, Entrant baseline)
    {
        decimal? MeanOf(Entrant entrant)
        {
            double[] costs = [.. entrant.AllCalls.Select(call => call.Outcome.CostUsd).OfType<double>()];
            return costs.Length > 0 ? (decimal)costs.Average() : null;
        }

        var judging = setup.Plan.All.Average(testCase => setup.Parts.ForecastScoring(testCase).LikelyDollars);
        return (MeanOf(winner) + MeanOf(baseline) + (2 * judging)) * setup.Config.Evaluation.Repeats;
    }

    private static string Price(decimal dollars) => dollars is > 0 and < .01m ? "a cent or less" : Invariant($"${dollars:0.00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

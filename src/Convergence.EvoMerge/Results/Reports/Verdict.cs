namespace Convergence.EvoMerge.Results.Reports;

/// <summary>What a comparison shows, said plainly.</summary>
public static class Verdict
{
    /// <summary>One of: significantly better, significantly worse, not significantly better.</summary>
    public static string InAWord(Comparison comparison) => comparison switch
    {
        { IsSignificant: true, RelativeGain: > 0 } => "significantly better",
        { IsSignificant: true } => "significantly worse",
        _ => "not significantly better",
    };

    /// <summary>The whole finding with its figures.</summary>
    public static string Sentence(Comparison comparison) =>
        $"The champion is {InAWord(comparison)} than {comparison.Against}: {ReportFormat.Gain(comparison.RelativeGain)} fitness, "
        + $"95 % interval {ReportFormat.GainInterval(comparison)}.";

    /// <summary>The comparison with the best parent: the headline of a run. <see langword="null"/> when there is none.</summary>
    public static Comparison? AgainstBestParent(TestResults test)
    {
        var best = test.Contestants
            .Where(contestant => contestant.Role == ContestantRole.Parent && double.IsFinite(contestant.Fitness))
            .MaxBy(contestant => contestant.Fitness);
        return best is null ? null : test.Comparisons.FirstOrDefault(comparison => comparison.Against == best.Name);
    }
}

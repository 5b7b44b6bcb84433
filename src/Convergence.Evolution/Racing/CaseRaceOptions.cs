using System.Globalization;

namespace Convergence.Evolution.Racing;

/// <summary>The settings of a <see cref="CaseRace"/>.</summary>
public sealed record CaseRaceOptions
{
    /// <summary>Evaluations, at least 1. Default: as many as there are.</summary>
    public int Budget { get; init; } = int.MaxValue;

    /// <summary>Cases that every configuration meets first, at least 1. Default 1.</summary>
    public int FirstCases { get; init; } = 1;

    /// <summary>The probability that the leader is the best at which the race ends, in (0, 1). Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>How much each case counts, above 0; <see langword="null"/>, the default: all alike.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Every setting that is out of its range, in words; empty when all is well.</summary>
    /// <param name="caseCount">How many cases there are.</param>
    public IReadOnlyList<string> Problems(int caseCount)
    {
        (bool Holds, string Name, IFormattable Value, string Rule)[] checks =
        [
            (Budget >= 1, nameof(Budget), Budget, "it must be at least 1"),
            (FirstCases >= 1, nameof(FirstCases), FirstCases, "it must be at least 1"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "it must lie in (0, 1)"),
            (Weights is null || Weights.Count == caseCount, "The number of " + nameof(Weights), Weights?.Count ?? 0,
                $"it must be that of the cases, {caseCount}"),
            (Weights?.All(weight => weight > 0 && double.IsFinite(weight)) ?? true, "The least of " + nameof(Weights),
                Weights?.DefaultIfEmpty().Min() ?? 0, "all must be finite and above 0"),
        ];
        return
        [
            .. checks.Where(check => !check.Holds)
                .Select(check => string.Create(CultureInfo.InvariantCulture, $"{check.Name} is {check.Value}; {check.Rule}.")),
        ];
    }
}

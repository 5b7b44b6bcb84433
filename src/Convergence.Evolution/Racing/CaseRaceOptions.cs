using System.Globalization;

namespace Convergence.Evolution.Racing;

/// <summary>The settings of a <see cref="CaseRace"/>.</summary>
public sealed record CaseRaceOptions
{
    /// <summary>Evaluations, at least 1. Default: as many as there are.</summary>
    public int Budget { get; init; } = int.MaxValue;

    /// <summary>Cases that every configuration meets first, at least 1. Default 3.</summary>
    public int FirstCases { get; init; } = 3;

    /// <summary>Who runs next. Default: <see cref="RaceAllocation.OptimalBudget"/>.</summary>
    public RaceAllocation Allocation { get; init; } = RaceAllocation.OptimalBudget;

    /// <summary>The probability that no configuration is called beaten by one that is no better, in (0, 1). Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>The largest difference that two scores can have, above 0. Default 1: scores lie in [0, 1].</summary>
    public double Range { get; init; } = 1;

    /// <summary>Every setting that is out of its range, in words; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        (bool Holds, string Name, IFormattable Value, string Rule)[] checks =
        [
            (Budget >= 1, nameof(Budget), Budget, "it must be at least 1"),
            (FirstCases >= 1, nameof(FirstCases), FirstCases, "it must be at least 1"),
            (Confidence is > 0 and < 1, nameof(Confidence), Confidence, "it must lie in (0, 1)"),
            (Range > 0 && double.IsFinite(Range), nameof(Range), Range, "it must be finite and above 0"),
        ];
        return
        [
            .. checks.Where(check => !check.Holds)
                .Select(check => string.Create(CultureInfo.InvariantCulture, $"{check.Name} is {check.Value}; {check.Rule}.")),
        ];
    }
}

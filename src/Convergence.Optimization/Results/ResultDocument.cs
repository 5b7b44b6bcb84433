using System.Collections.Immutable;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Results;

/// <summary>The content of <c>result.json</c>: a result, its configurations once each, and what reports say of its configuration.</summary>
internal sealed record ResultDocument
{
    public const string FormatName = "convergence-optimization-result";
    public const int FormatVersion = 1;

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required string RunId { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public required string ApiName { get; init; }

    public required string StopReason { get; init; }

    public bool IsCutShort { get; init; }

    public required int GenerationsRun { get; init; }

    public required SpendSummary Spent { get; init; }

    /// <value>The winner's place among <see cref="Configurations"/>.</value>
    public int? Best { get; init; }

    /// <value>Places among <see cref="Configurations"/>.</value>
    public ImmutableArray<int> Front { get; init; } = [];

    public double? Hypervolume { get; init; }

    public CorrectedScore? Estimate { get; init; }

    public Verdict? Verdict { get; init; }

    public ImmutableArray<string> Notes { get; init; } = [];

    public required ReportSettings Settings { get; init; }

    public required ImmutableArray<ConfigurationOutcome> Configurations { get; init; }

    public static ResultDocument Of(OptimizationResult result, ReportSettings settings) => new()
    {
        Format = FormatName,
        Version = FormatVersion,
        RunId = result.RunId,
        Timestamp = result.Timestamp,
        ApiName = result.ApiName,
        StopReason = result.StopReason,
        IsCutShort = result.IsCutShort,
        GenerationsRun = result.GenerationsRun,
        Spent = result.Spent,
        Best = result.Best is { } best ? PlaceOf(result, best) : null,
        Front = [.. result.Front.Select(member => PlaceOf(result, member))],
        Hypervolume = result.Hypervolume,
        Estimate = result.Estimate,
        Verdict = result.Verdict,
        Notes = result.Notes,
        Settings = settings,
        Configurations = [.. result.Configurations.Select(outcome => outcome.Id == result.Best?.Id ? result.Best : outcome)
            .Select(outcome => settings.SavesAllExperiments ? outcome : WithoutAnswers(outcome))],
    };

    public OptimizationResult ToResult() => new()
    {
        RunId = RunId,
        Timestamp = Timestamp,
        ApiName = ApiName,
        StopReason = StopReason,
        IsCutShort = IsCutShort,
        GenerationsRun = GenerationsRun,
        Spent = Spent,
        Best = Best is { } best ? Configurations[best] : null,
        Front = [.. Front.Select(place => Configurations[place])],
        Hypervolume = Hypervolume,
        Estimate = Estimate,
        Verdict = Verdict,
        Notes = Notes,
        Configurations = Configurations,
    };

    private static ConfigurationOutcome WithoutAnswers(ConfigurationOutcome outcome) => outcome with
    {
        Cases = [.. outcome.Cases.Select(call => call with { Response = null, ResponseText = "" })],
    };

    // By number: the winner's record may hold held-out cases that the one among all lacks.
    private static int PlaceOf(OptimizationResult result, ConfigurationOutcome member)
    {
        for (var place = 0; place < result.Configurations.Length; place++)
        {
            if (result.Configurations[place].Id == member.Id)
            {
                return place;
            }
        }

        throw new ArgumentException($"The configuration {member.Id} is not among those of the result.", nameof(member));
    }
}

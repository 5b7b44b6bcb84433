using System.Text.Json.Nodes;
using Convergence.Optimization.Calls;

namespace Convergence.Optimization.Runs.Evaluation;

/// <summary>A configuration while it is evaluated. Not thread-safe.</summary>
internal sealed class Entrant
{
    /// <summary>The origin of the configuration in use.</summary>
    public const string BaselineOrigin = "baseline";

    /// <summary>The origin of winners of former runs.</summary>
    public const string WarmStartOrigin = "warm_start";

    private readonly SortedList<int, CaseResult> _results = [];

    /// <summary>0-based, in the order of asking.</summary>
    public required int Id { get; init; }

    public required JsonObject Parameters { get; init; }

    /// <summary>The search's trial; <see langword="null"/> for a baseline that lies outside the space.</summary>
    public int? TrialId { get; init; }

    public required string Origin { get; init; }

    /// <summary>1-based.</summary>
    public required int Generation { get; init; }

    /// <summary>What came of the cases that it met, by place in the run's order: those of the search, then the held-out ones.</summary>
    public IReadOnlyDictionary<int, CaseResult> Results => _results;

    /// <summary>Whether it is the configuration in use.</summary>
    public bool IsBaseline => Origin == BaselineOrigin;

    /// <summary>How many cases were begun.</summary>
    public int StartedCount { get; set; }

    /// <summary>Whether it is not called for further cases of the search.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether the run ended, by a limit or by failures, before it had met all cases of the search.</summary>
    public bool IsCut { get; set; }

    /// <summary>When its last result came.</summary>
    public DateTimeOffset Timestamp { get; set; }

    /// <summary>What came of a case.</summary>
    /// <param name="place">The case's place in the run's order.</param>
    /// <param name="result">What came.</param>
    public void Add(int place, CaseResult result) => _results.Add(place, result);

    public bool HasScore => _results.Values.Any(result => result.Score is not null);

    /// <summary>The first reason why an answer or its score is missing.</summary>
    public string? FirstError => AllCalls.Select(call => call.Outcome.Error).FirstOrDefault(error => error is not null);

    /// <summary>Whether every call so far was refused for what it asks: more of them would be refused as well.</summary>
    public bool IsAlwaysRejected => AllCalls.Any() && AllCalls.All(call => call.Failure == CallFailureKind.Rejected);

    public IEnumerable<CaseCall> AllCalls => _results.Values.SelectMany(result => result.Calls);
}

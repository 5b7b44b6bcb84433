using System.Collections.Immutable;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Evaluators;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Scoring.Judging;
using Convergence.Optimization.TestCases;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Society;

/// <summary>
/// Self-alignment (<c>society.learning.sao_enabled</c>): a model writes pairs of answers itself, one good and one that fails, the judge
/// grades them in both orders, and its bias, its consistency and its noise are known before its grades decide anything.
/// </summary>
/// <param name="model">Who writes.</param>
/// <param name="judge">Who judges.</param>
/// <param name="metric">The metric that it judges.</param>
/// <param name="setup">The run.</param>
internal sealed class SelfAlignment(ChatModel model, LlmJudge judge, MetricConfig metric, RunSetup setup)
{
    /// <summary>How many pairs are made at most.</summary>
    public const int MostPairs = 6;

    /// <summary>How many calls that takes at most: one to write, and in both orders up to two to judge.</summary>
    public const int MostCalls = MostPairs * 5;

    private const string System =
        "You write example answers with which a judge is tested. The task between the marks is material; do what it asks for in the "
        + "answers only. Answer with one JSON object and nothing else.";

    /// <summary>Makes and judges pairs.</summary>
    /// <param name="charge">Is told what writing cost.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The pairs that could be judged in both orders.</returns>
    public async Task<ImmutableArray<PreferencePair>> RunAsync(Action<Spend> charge, CancellationToken cancellation)
    {
        var pairs = ImmutableArray.CreateBuilder<PreferencePair>();
        try
        {
            foreach (var testCase in setup.Plan.Search.Take(MostPairs))
            {
                if (await PairAsync(testCase, charge, cancellation).ConfigureAwait(false) is { } pair)
                {
                    pairs.Add(pair);
                }
            }
        }
        catch (Exception exception) when (exception is SocietyException or BudgetExhaustedException or EvaluatorException)
        {
            setup.Parts.Notes.Add($"society: the judge is calibrated on {pairs.Count} pairs only: {exception.Message}");
        }

        return pairs.ToImmutable();
    }

    private async Task<PreferencePair?> PairAsync(TestCase testCase, Action<Spend> charge, CancellationToken cancellation)
    {
        var prompt = $$"""
            <<<TASK
            {{JsonValues.Text(testCase.Input["prompt"]) ?? testCase.Input.ToJsonString()}}
            TASK>>>
            Write two answers to the task: one as good as you can, and one that looks plausible at first sight and fails:
            {"good": "...", "bad": "..."}
            """;
        var answer = await model.AskAsync(System, prompt, 0, cancellation).ConfigureAwait(false);
        charge(answer.Spent);
        if (LooseJson.LastWith("good", answer.Text) is not { } map
            || JsonValues.Text(map["good"]) is not { Length: > 0 } good || JsonValues.Text(map["bad"]) is not { Length: > 0 } bad)
        {
            return null;
        }

        var goodFirst = await judge.CompareAsync(metric, testCase, good, bad, cancellation).ConfigureAwait(false);
        var badFirst = await judge.CompareAsync(metric, testCase, bad, good, cancellation).ConfigureAwait(false);
        return goodFirst is { } first && badFirst is { } second
            ? new PreferencePair(testCase.Id, good, bad, (first.First, first.Second), (second.Second, second.First))
            : null;
    }
}

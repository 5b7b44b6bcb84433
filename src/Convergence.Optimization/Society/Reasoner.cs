using System.Text.Json.Nodes;
using Convergence.Optimization.Calls.Spending;
using Convergence.Optimization.Configuration;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Society;

/// <summary>
/// Reasoning as exploration (<c>society.learning.rlp_enabled</c>): before each generation but the first, a model is shown the best
/// configurations, the cases they do worst at and what came of its former proposals, and proposes configurations. The search takes them up
/// as those of one more operator. Not thread-safe.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="sampler">Through whom it proposes.</param>
/// <param name="setup">The run.</param>
internal sealed class Reasoner(ChatModel model, ReasonedSampler sampler, RunSetup setup)
{
    /// <summary>How often it is asked at most where it says nothing of use.</summary>
    public const int Tries = 2;

    private readonly List<Thought> _thoughts = [];
    private bool _isOff;

    /// <summary>What it thought, oldest first.</summary>
    public IReadOnlyList<Thought> Thoughts => _thoughts;

    /// <summary>Thinks about what to try in a generation.</summary>
    /// <param name="generation">1-based.</param>
    /// <param name="ranked">Configurations that met all cases, best first.</param>
    /// <param name="charge">Is told what the thought cost.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ThinkAsync(
        int generation, IReadOnlyList<Entrant> ranked, Action<Spend> charge, CancellationToken cancellation)
    {
        if (_isOff || ranked.Count == 0)
        {
            return;
        }

        var prompt = ReasoningPrompt.Of(setup, ranked, _thoughts);
        try
        {
            for (var attempt = 0; attempt < Tries; attempt++)
            {
                var answer = await model.AskAsync(ReasoningPrompt.System, prompt, attempt, cancellation).ConfigureAwait(false);
                charge(answer.Spent);
                if (LooseJson.LastWith("proposals", answer.Text) is { } map && map["proposals"] is JsonArray proposals)
                {
                    Take(generation, map, proposals, ranked);
                    return;
                }
            }

            setup.Parts.Notes.Add(
                $"society: {model.Name} proposed nothing in generation {generation}: its answer holds no JSON with proposals.");
        }
        catch (Exception exception) when (exception is SocietyException or BudgetExhaustedException)
        {
            _isOff = true;
            setup.Parts.Notes.Add($"society: reasoning is off from generation {generation} on: {exception.Message}");
        }
    }

    /// <summary>Learns what came of a generation's proposals.</summary>
    public void Reward(int generation, IEnumerable<Entrant> entrants)
    {
        if (_thoughts is [.., var last] && last.Generation == generation)
        {
            _thoughts[^1] = last with
            {
                Rewards =
                [
                    .. entrants.Where(entrant => entrant.Origin == ReasonedSampler.SamplerName)
                        .Select(entrant => (entrant, Score: setup.Objectives.ScoreOf(entrant)))
                        .Select(tried => (tried.entrant, tried.Score, tried.Score - last.BestBefore)),
                ],
            };
        }
    }

    private void Take(int generation, JsonObject map, JsonArray proposals, IReadOnlyList<Entrant> ranked)
    {
        Evolution.Spaces.Configuration[] possible =
        [
            .. proposals.OfType<JsonObject>().Select(proposal => ConfigurationOf(setup.Parts.Space, proposal, ranked[0].Parameters))
                .OfType<Evolution.Spaces.Configuration>().Distinct(),
        ];
        sampler.Offer(possible);
        _thoughts.Add(new Thought(
            generation,
            JsonValues.Text(map["thought"]) ?? string.Empty,
            [.. possible],
            proposals.Count - possible.Length,
            setup.Objectives.ScoreOf(ranked[0])));
    }

    // What a proposal does not name stays as it is in the best.
    private static Evolution.Spaces.Configuration? ConfigurationOf(ParameterSpace space, JsonObject proposal, JsonObject best)
    {
        var whole = best.DeepClone().AsObject();
        foreach (var (name, value) in proposal)
        {
            whole[name] = value?.DeepClone();
        }

        return space.TryFromParameters(whole, out var configuration, out _) ? configuration : null;
    }
}

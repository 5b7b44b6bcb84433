using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.Evolution.Learning;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Trials;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Resuming;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Runs.Searching;

/// <summary>
/// The search as the run sees it: the configuration in use comes first, winners of former runs next, then what the sampler proposes. No
/// configuration comes twice. Not thread-safe.
/// </summary>
internal sealed class ConfigurationSearch
{
    private readonly RunSetup _setup;
    private readonly TrialSearch _search;
    private readonly Evolution.Spaces.Configuration? _baseline;
    private readonly ImmutableHashSet<Evolution.Spaces.Configuration> _warmStart;
    private readonly Dictionary<int, Entrant> _entrants = [];
    private bool _isBaselineAsked;

    /// <param name="setup">The run.</param>
    /// <param name="header">Former winners and former searches; what the space no longer holds is left out.</param>
    /// <param name="members">Who competes with the algorithm in proposing; default: nobody.</param>
    public ConfigurationSearch(RunSetup setup, RunHeader header, params ImmutableArray<ISampler> members)
    {
        _setup = setup;
        _baseline = setup.Search.Baseline is { } baseline ? ConfigurationOf(baseline) : null;
        Evolution.Spaces.Configuration[] former =
            [.. header.WarmStart.Select(ConfigurationOf).OfType<Evolution.Spaces.Configuration>()];
        _warmStart = [.. former];
        Evolution.Spaces.Configuration[] initial = _baseline is null ? former : [_baseline, .. former];
        _search = new TrialSearch(
            setup.Parts.Space.Space,
            Samplers.Of(setup.Search, setup.Config.Source, ExperienceOf(header), members),
            setup.Search.Seed,
            [.. Enumerable.Repeat(Direction.Maximize, setup.Objectives.Count)],
            [.. initial]);
    }

    /// <summary>All configurations so far, by id.</summary>
    public IReadOnlyList<Entrant> All => [.. Enumerable.Range(0, _entrants.Count).Select(id => _entrants[id])];

    /// <summary>The next generation; fewer than asked for, or none, when the space holds no more.</summary>
    /// <param name="generation">1-based.</param>
    /// <param name="count">How many, from 1.</param>
    public ImmutableArray<Entrant> Ask(int generation, int count)
    {
        var asked = ImmutableArray.CreateBuilder<Entrant>();
        if (!_isBaselineAsked && _baseline is null && _setup.Search.Baseline is { } outsider)
        {
            asked.Add(Enter(generation, outsider, Entrant.BaselineOrigin, null));
        }

        _isBaselineAsked = true;
        if (asked.Count < count)
        {
            asked.AddRange(_search.Ask(count - asked.Count).Select(trial =>
                Enter(generation, _setup.Parts.Space.ToParameters(trial.Configuration), OriginOf(trial), trial.Id)));
        }

        return asked.ToImmutable();
    }

    /// <summary>What came of a configuration that met all cases; <see langword="null"/> when nothing was scored.</summary>
    public void Tell(Entrant entrant, double[]? values)
    {
        if (entrant.TrialId is { } id)
        {
            _ = values is null ? _search.TellMissing(id) : _search.Tell(id, values);
        }
    }

    /// <summary>What is thought of a configuration that did not meet all cases; <see langword="null"/> when nothing is.</summary>
    public void TellPruned(Entrant entrant, double[]? estimates)
    {
        if (entrant.TrialId is { } id)
        {
            _ = estimates is null && !entrant.HasScore ? _search.TellMissing(id) : _search.TellPruned(id, estimates);
        }
    }

    private Entrant Enter(int generation, JsonObject parameters, string origin, int? trial)
    {
        var entrant = new Entrant
        {
            Id = _entrants.Count,
            Generation = generation,
            Parameters = parameters,
            Origin = origin,
            TrialId = trial,
        };
        _entrants.Add(entrant.Id, entrant);
        return entrant;
    }

    // A score is one number: of a front of several objectives it says nothing.
    private SearchExperience? ExperienceOf(RunHeader header) => _setup.Objectives.Count > 1 ? null : new SearchExperience(
        header.FormerSearches.Select(search => search.Select(FormerTrialOf).OfType<FormerTrial>().ToList()));

    private FormerTrial? FormerTrialOf(ScoredParameters former) =>
        _setup.Parts.Space.TryFromParameters(former.Parameters, out var configuration, out _)
            ? new FormerTrial(configuration, -former.Score, former.Origin)
            : null;

    private Evolution.Spaces.Configuration? ConfigurationOf(JsonObject parameters) =>
        _setup.Parts.Space.TryFromParameters(parameters, out var configuration, out _)
        && JsonNode.DeepEquals(_setup.Parts.Space.ToParameters(configuration), parameters)
            ? configuration
            : null;

    private string OriginOf(Trial trial) =>
        trial.Origin != TrialSearch.InitialOrigin ? trial.Origin
        : trial.Configuration.Equals(_baseline) ? Entrant.BaselineOrigin
        : _warmStart.Contains(trial.Configuration) ? Entrant.WarmStartOrigin
        : trial.Origin;
}

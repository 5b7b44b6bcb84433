using System.Collections.Immutable;
using Convergence.Evolution.Pareto;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;

namespace Convergence.Evolution.Trials;

/// <summary>The ask/tell search over a space of named parameters; a sampler proposes, this keeps the books.</summary>
public sealed class TrialSearch : ITrialSearch
{
    /// <summary>How often the sampler is asked again when it proposes what was asked before.</summary>
    private const int RetryLimit = 4;

    /// <summary>How many uniform draws are tried after that, before a finite space is gone through in order.</summary>
    private const int DrawLimit = 64;

    /// <summary>How many of an infinite space, before nothing new is left there.</summary>
    private const int LastDrawLimit = 4096;

    /// <summary>Who proposes the configurations given to begin with.</summary>
    public const string InitialOrigin = "initial";

    private readonly ISampler _sampler;
    private readonly ImmutableArray<Configuration> _initial;
    private readonly ulong _seed;

    /// <param name="space">The space.</param>
    /// <param name="sampler">Who proposes; it serves this search alone.</param>
    /// <param name="seed">Any value; equal seeds and tellings give equal searches.</param>
    /// <param name="directions">The directions of the objectives. Default: one, minimised.</param>
    /// <param name="initial">Configurations to ask first, in their order: the one in use, former winners. Default: none.</param>
    public TrialSearch(
        SearchSpace space,
        ISampler sampler,
        ulong seed,
        ImmutableArray<Direction> directions = default,
        ImmutableArray<Configuration> initial = default)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(sampler);
        (_sampler, _seed) = (sampler, seed);
        _initial = initial.IsDefault ? [] : [.. initial.Distinct()];
        if (_initial.Any(configuration => configuration.Space != space))
        {
            throw new ArgumentException("An initial configuration is of another space.", nameof(initial));
        }

        History = new TrialHistory(space, directions.IsDefaultOrEmpty ? [Direction.Minimize] : directions);
    }

    /// <summary>Goes on from a saved state as if it had never stopped; the other arguments must be those of the saved search.</summary>
    /// <exception cref="ArgumentException">The log is not one of a search over this space and these directions.</exception>
    public TrialSearch(
        SearchSpace space,
        ISampler sampler,
        TrialLog log,
        ImmutableArray<Direction> directions = default,
        ImmutableArray<Configuration> initial = default)
        : this(space, sampler, (log ?? throw new ArgumentNullException(nameof(log))).Seed, directions, initial) =>
        TrialReplay.Into(History, log);

    /// <inheritdoc/>
    public TrialHistory History { get; }

    /// <inheritdoc/>
    public ImmutableArray<Trial> Best => ParetoFront.Of(History);

    /// <inheritdoc/>
    public ImmutableArray<Trial> Ask(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var asked = ImmutableArray.CreateBuilder<Trial>();
        while (asked.Count < count && Propose() is { } proposal)
        {
            var trial = new Trial(History.Trials.Count, proposal.Configuration, proposal.Origin, TrialState.Pending, []);
            History.Add(trial);
            asked.Add(trial);
        }

        return asked.ToImmutable();
    }

    /// <inheritdoc/>
    public Trial Tell(int id, params ReadOnlySpan<double> objectives)
    {
        var pending = PendingTrial(id);
        CheckCount(objectives.Length);
        return double.IsFinite(Sum(objectives))
            ? Told(pending with { State = TrialState.Complete, Objectives = [.. objectives] })
            : TellMissing(id);
    }

    /// <inheritdoc/>
    public Trial TellMissing(int id) => Told(PendingTrial(id) with { State = TrialState.Missing });

    /// <inheritdoc/>
    public Trial TellPruned(int id, params ReadOnlySpan<double> estimates)
    {
        var pending = PendingTrial(id);
        if (!estimates.IsEmpty)
        {
            CheckCount(estimates.Length);
        }

        return double.IsFinite(Sum(estimates))
            ? Told(pending with { State = TrialState.Pruned, Objectives = [.. estimates] })
            : throw new ArgumentException($"The estimates of trial {id} are not finite; leave them out.", nameof(estimates));
    }

    /// <inheritdoc/>
    public TrialLog Save() => TrialReplay.LogOf(History, _seed);

    private Proposal? Propose()
    {
        var id = History.Trials.Count;
        foreach (var configuration in _initial.Where(configuration => !History.Contains(configuration)))
        {
            return new Proposal(configuration, InitialOrigin);
        }

        // A stream for each trial: what one proposal draws does not move the next.
        var random = new SearchRandom(_seed ^ ((ulong)(id + 1) * 0xD1342543DE82EF95));
        for (var attempt = 0; attempt < RetryLimit; attempt++)
        {
            var proposal = _sampler.Suggest(History, random);
            if (!History.Contains(proposal.Configuration))
            {
                return proposal;
            }
        }

        return Unseen(random) is { } unseen ? new Proposal(unseen, RandomSampler.SamplerName) : null;
    }

    private Configuration? Unseen(SearchRandom random)
    {
        for (var draw = 0; draw < (History.Space.IsFinite ? DrawLimit : LastDrawLimit); draw++)
        {
            var configuration = History.Space.Sample(random);
            if (!History.Contains(configuration))
            {
                return configuration;
            }
        }

        // At most as many steps as there are trials, and one. A continuum without anything new is narrower than its numbers are fine.
        return History.Space.IsFinite ? History.Space.Enumerate().FirstOrDefault(configuration => !History.Contains(configuration)) : null;
    }

    private Trial Told(Trial trial)
    {
        History.Tell(trial);
        return trial;
    }

    private Trial PendingTrial(int id) => id >= 0 && id < History.Trials.Count && History.Trials[id] is { State: TrialState.Pending } trial
        ? trial
        : throw new ArgumentException($"There is no pending trial {id}: it was never asked for, or is told already.", nameof(id));

    private void CheckCount(int count)
    {
        if (count != History.Directions.Length)
        {
            throw new ArgumentException($"The search has {History.Directions.Length} objectives, but {count} are told.");
        }
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            // Halves and quarters: finite values do not add up to an infinity.
            sum = (sum / 2) + (value / 4);
        }

        return sum;
    }
}

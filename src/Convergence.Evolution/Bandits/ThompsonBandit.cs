using System.Collections.Immutable;
using Convergence.Evolution.Randomness;
using MathNet.Numerics.Distributions;

namespace Convergence.Evolution.Bandits;

/// <summary>
/// Thompson sampling for arms that succeed or fail (Thompson, "On the likelihood that one unknown probability exceeds another",
/// 1933): draw a success rate from each arm's Beta(1 + successes, 1 + failures) posterior and play the highest. Old evidence fades
/// by a discount per generation, as what succeeds changes while a search converges (Raj and Kalyani, "Taming non-stationary
/// bandits", 2017). Not thread-safe.
/// </summary>
public sealed class ThompsonBandit
{
    /// <summary>What is left of the evidence after a generation: a memory of about 1 / (1 - 0.95) = 20 generations.</summary>
    public const double Discount = 0.95;

    private readonly double[] _successes;
    private readonly double[] _failures;

    /// <summary>A bandit that knows nothing: every arm has a uniform posterior.</summary>
    public ThompsonBandit(int armCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(armCount, 1);
        (_successes, _failures) = (new double[armCount], new double[armCount]);
    }

    /// <summary>A bandit that goes on from saved evidence, arm by arm, all non-negative.</summary>
    public ThompsonBandit(ImmutableArray<double> successes, ImmutableArray<double> failures)
        : this(successes.Length)
    {
        if (failures.Length != successes.Length)
        {
            throw new ArgumentException(
                $"There are {successes.Length} arms with successes but {failures.Length} with failures.", nameof(failures));
        }

        if (successes.Concat(failures).Any(count => !(count >= 0)))
        {
            throw new ArgumentException("The evidence of a bandit is not negative.", nameof(successes));
        }

        successes.CopyTo(_successes);
        failures.CopyTo(_failures);
    }

    /// <summary>Discounted successes, arm by arm.</summary>
    public ImmutableArray<double> Successes => [.. _successes];

    /// <summary>Discounted failures, arm by arm.</summary>
    public ImmutableArray<double> Failures => [.. _failures];

    /// <summary>The arm to play.</summary>
    public int Choose(SearchRandom random) => Choose(random, _ => (0, 0));

    /// <summary>The arm to play, given what was known of the arms before: evidence that does not fade.</summary>
    /// <param name="random">The draws.</param>
    /// <param name="known">Former successes and failures of an arm, not negative.</param>
    /// <param name="canPlay">Whether an arm can be played now; one of them can. <see langword="null"/> (default): all can.</param>
    public int Choose(
        SearchRandom random, Func<int, (double Successes, double Failures)> known, Func<int, bool>? canPlay = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(known);
        var (chosen, highest) = (0, double.NegativeInfinity);
        for (var arm = 0; arm < _successes.Length; arm++)
        {
            if (canPlay is not null && !canPlay(arm))
            {
                continue;
            }

            var (successes, failures) = known(arm);
            var rate = Beta.Sample(random, 1 + successes + _successes[arm], 1 + failures + _failures[arm]);
            if (rate > highest)
            {
                (chosen, highest) = (arm, rate);
            }
        }

        return chosen;
    }

    /// <summary>Takes in one outcome of an arm.</summary>
    public void Update(int arm, bool success) => (success ? _successes : _failures)[arm]++;

    /// <summary>Lets all evidence fade by one generation.</summary>
    public void Fade()
    {
        for (var arm = 0; arm < _successes.Length; arm++)
        {
            _successes[arm] *= Discount;
            _failures[arm] *= Discount;
        }
    }
}

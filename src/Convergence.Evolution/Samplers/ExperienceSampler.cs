using Convergence.Evolution.Learning;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Surrogates;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Samplers;

/// <summary>
/// Proposes what former searches found good: their winners first, then draws from a density around all their good configurations. It learns
/// nothing from its own search.
/// </summary>
/// <param name="experience">The former searches.</param>
public sealed class ExperienceSampler(SearchExperience experience) : ISampler
{
    /// <summary>The name of its trials.</summary>
    public const string SamplerName = "experience";

    private ParzenDensity? _density;

    /// <inheritdoc/>
    public string Name => SamplerName;

    /// <inheritdoc/>
    public Proposal Suggest(TrialHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (experience.Probes.FirstOrDefault(probe => !history.Contains(probe)) is { } next)
        {
            return new Proposal(next, Name);
        }

        _density ??= new ParzenDensity(
            new SpaceGeometry(history.Space), [.. experience.Good.Select(good => history.Space.ToUnit(good))]);
        return new Proposal(history.Space.FromUnit(_density.Draw(random)), Name);
    }
}

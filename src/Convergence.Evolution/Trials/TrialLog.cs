using System.Collections.Immutable;

namespace Convergence.Evolution.Trials;

/// <summary>
/// A search's whole state as plain data. With the same space, sampler and seed it goes on exactly from here: samplers remember nothing
/// that does not follow from it.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="Trials">All trials, by id.</param>
/// <param name="ToldIds">The ids of the told ones in the order of telling.</param>
public sealed record TrialLog(ulong Seed, ImmutableArray<TrialRecord> Trials, ImmutableArray<int> ToldIds);

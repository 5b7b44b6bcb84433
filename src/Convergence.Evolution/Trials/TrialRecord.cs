using System.Collections.Immutable;

namespace Convergence.Evolution.Trials;

/// <summary>A trial as plain data, for a file.</summary>
/// <param name="Codes">The codes of its configuration; <see langword="null"/> where a parameter does not count.</param>
/// <param name="Origin">The sampler that proposed it.</param>
/// <param name="State">What is known of it.</param>
/// <param name="Objectives">Its objectives; empty when there are none.</param>
public sealed record TrialRecord(ImmutableArray<double?> Codes, string Origin, TrialState State, ImmutableArray<double> Objectives);

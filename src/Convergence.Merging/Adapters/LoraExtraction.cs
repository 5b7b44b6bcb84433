using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>What an extraction did.</summary>
/// <param name="Modules">The matrices that the adapter holds, in ordinal order.</param>
/// <param name="Unchanged">How many of the matrices asked for are equal in both models.</param>
/// <param name="LeftOut">
/// Tensors that differ and are not in the adapter: vectors, and what was not asked for. Applying the adapter leaves them as in the base.
/// </param>
/// <param name="RelativeError">
/// The norm of all that the adapter misses of the matrices it holds, over the norm of their differences.
/// </param>
public sealed record LoraExtraction(
    ImmutableArray<ExtractedModule> Modules, int Unchanged, ImmutableArray<string> LeftOut, double RelativeError);

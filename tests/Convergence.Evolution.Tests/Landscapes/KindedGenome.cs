using System.Collections.Immutable;

namespace Convergence.Evolution.Tests.Landscapes;

/// <summary>The genome of the planted landscapes: a kind and numbers in [0, 1].</summary>
internal sealed record KindedGenome(int Kind, ImmutableArray<double> Genes)
{
    public bool Equals(KindedGenome? other) =>
        other is not null && Kind == other.Kind && Genes.AsSpan().SequenceEqual(other.Genes.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Kind, Genes.Length, Genes.IsEmpty ? 0 : Genes[0]);
}

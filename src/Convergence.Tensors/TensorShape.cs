using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.Tensors;

/// <summary>
/// The extents of a tensor, outermost first. A shape without extents is a scalar of one element.
/// Immutable; equal when the extents are equal.
/// </summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    private readonly ImmutableArray<long> _extents;
    private readonly long _elementCount;

    /// <param name="extents">Extents >= 0, outermost first.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative.</exception>
    /// <exception cref="OverflowException">The element count does not fit in 64 bits.</exception>
    public TensorShape(params ReadOnlySpan<long> extents)
    {
        long elementCount = 1;
        foreach (var extent in extents)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent);
            elementCount = checked(elementCount * extent);
        }

        _extents = [.. extents];
        _elementCount = elementCount;
    }

    /// <summary>The product of the extents; 1 for a scalar.</summary>
    public long ElementCount => _extents.IsDefault ? 1 : _elementCount;

    public int Rank => Extents.Length;

    public ImmutableArray<long> Extents => _extents.IsDefault ? [] : _extents;

    public long this[int axis] => Extents[axis];

    /// <summary>The extent of the innermost axis; 1 for a scalar.</summary>
    public long LastExtent => Rank == 0 ? 1 : Extents[^1];

    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);

    public bool Equals(TensorShape other) => Extents.AsSpan().SequenceEqual(other.Extents.AsSpan());

    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var extent in Extents)
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example <c>[512, 128]</c>.</summary>
    public override string ToString() =>
        "[" + string.Join(", ", Extents.Select(extent => extent.ToString(CultureInfo.InvariantCulture))) + "]";
}

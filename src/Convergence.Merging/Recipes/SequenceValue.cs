namespace Convergence.Merging;

/// <summary>Hashing of sequences that are compared element by element.</summary>
internal static class SequenceValue
{
    public static int Hash<T>(IEnumerable<T> elements)
    {
        var hash = new HashCode();
        foreach (var element in elements)
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }
}

namespace Convergence.Merging;

/// <summary>A row that stands in for a token's own. Compared by value.</summary>
public abstract record TokenSource
{
    private protected TokenSource()
    {
    }
}

namespace Convergence.LanguageModels;

/// <summary>Where a batch's results belong among those of a whole call, which lie one model's after another's.</summary>
/// <param name="Total">Results of the call, of one model.</param>
/// <param name="First">The batch's first, of one model.</param>
/// <param name="Count">The batch's, of one model.</param>
internal readonly record struct ResultPlace(int Total, int First, int Count)
{
    /// <summary>Gives each model its own of a part of the batch's results, in which one model's lie after another's.</summary>
    public void Deal<T>(ReadOnlySpan<T> part, int start, int memberCount, Span<T> results)
    {
        var count = part.Length / memberCount;
        for (var member = 0; member < memberCount; member++)
        {
            part.Slice(member * count, count).CopyTo(results[((member * Total) + First + start)..]);
        }
    }
}

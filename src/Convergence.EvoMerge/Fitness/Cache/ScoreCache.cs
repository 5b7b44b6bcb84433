using System.Collections.Immutable;

namespace Convergence.EvoMerge.Fitness.Cache;

/// <summary>
/// The scores that are known, by address. Scores that the log holds but the checkpoint does not are those of generations that will be
/// played again: taking one repeats an evaluation of this run, so it counts as an evaluation, not as a hit, and a resumed run counts like
/// an uninterrupted one. Not thread-safe.
/// </summary>
public sealed class ScoreCache
{
    private readonly Dictionary<string, CachedScore> _scores = new(StringComparer.Ordinal);
    private readonly HashSet<string> _replayed = new(StringComparer.Ordinal);
    private readonly List<CachedScore> _used = [];

    /// <summary>Everything this run has used or made, in the order of first use: what a checkpoint stores.</summary>
    public ImmutableArray<CachedScore> Used => [.. _used];

    /// <summary>Takes over what a checkpoint stored.</summary>
    public void Restore(IEnumerable<CachedScore> scores)
    {
        foreach (var score in scores)
        {
            Add(score);
        }
    }

    /// <summary>Takes over what the log holds beyond the checkpoint.</summary>
    public void Replay(IEnumerable<CachedScore> scores)
    {
        foreach (var score in scores)
        {
            if (_scores.TryAdd(score.Key, score))
            {
                _replayed.Add(score.Key);
            }
        }
    }

    /// <summary>A score that was just made.</summary>
    public void Add(CachedScore score)
    {
        if (_scores.TryAdd(score.Key, score))
        {
            _used.Add(score);
        }
    }

    /// <summary>A score that this run has used or made; <see langword="null"/> when there is none. It is not a use.</summary>
    public CachedScore? Peek(string key) => _replayed.Contains(key) ? null : _scores.GetValueOrDefault(key);

    /// <summary>Looks a score up.</summary>
    /// <param name="key">Its address.</param>
    /// <param name="isHit">
    /// Whether this run had it before; otherwise it stands for an evaluation of this run that was done before a restart.
    /// </param>
    public CachedScore? Find(string key, out bool isHit)
    {
        isHit = false;
        if (!_scores.TryGetValue(key, out var score))
        {
            return null;
        }

        isHit = !_replayed.Remove(key);
        if (!isHit)
        {
            _used.Add(score);
        }

        return score;
    }
}

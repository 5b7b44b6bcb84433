using System.Text.Json.Nodes;

namespace Convergence.Optimization.Storage.Results;

/// <summary>Values that were read or written lately: kept five minutes, at most ten thousand of them. Safe for use by many tasks.</summary>
internal sealed class ResultCache(TimeProvider time)
{
    public const int Capacity = 10_000;

    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (JsonNode Value, DateTimeOffset Until, LinkedListNode<string> Age)> _values =
        new(StringComparer.Ordinal);

    // Oldest first.
    private readonly LinkedList<string> _ages = new();

    public JsonNode? Find(string key)
    {
        lock (_lock)
        {
            if (!_values.TryGetValue(key, out var entry))
            {
                return null;
            }

            if (entry.Until > time.GetUtcNow())
            {
                return entry.Value.DeepClone();
            }

            Forget(key);
            return null;
        }
    }

    public void Keep(string key, JsonNode value)
    {
        lock (_lock)
        {
            Forget(key);
            if (_values.Count == Capacity)
            {
                Forget(_ages.First!.Value);
            }

            _values[key] = (value.DeepClone(), time.GetUtcNow() + Lifetime, _ages.AddLast(key));
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
        {
            Forget(key);
        }
    }

    private void Forget(string key)
    {
        if (_values.Remove(key, out var entry))
        {
            _ages.Remove(entry.Age);
        }
    }
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Convergence.EvoMerge.Configuration;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>What makes a job this job: a checkpoint of another one cannot be resumed.</summary>
/// <param name="Configuration">The effective configuration.</param>
/// <param name="Parents">The specialists in order, then the base where there is one.</param>
/// <param name="Tasks">The hash of each split's tasks and examples, by the split's name.</param>
public sealed record JobIdentity(
    JsonObject Configuration,
    ImmutableArray<ParentIdentity> Parents,
    ImmutableSortedDictionary<string, string> Tasks)
{
    /// <summary>What differs between this job, saved in a checkpoint, and the job that would go on; empty when it is the same.</summary>
    public ImmutableArray<string> DifferencesTo(JobIdentity current)
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        foreach (var key in Configuration.Select(pair => pair.Key).Union(current.Configuration.Select(pair => pair.Key)))
        {
            var (saved, now) = (Text(Configuration[key]), Text(current.Configuration[key]));
            if (saved != now && !EffectiveConfiguration.FreeToChange.Contains(key))
            {
                differences.Add($"{key} was {saved}, now is {now}");
            }
        }

        CompareParents(current, differences);
        foreach (var split in Tasks.Keys.Where(split => current.Tasks.GetValueOrDefault(split) != Tasks[split]))
        {
            differences.Add($"the {split} tasks or their examples have changed");
        }

        return differences.ToImmutable();
    }

    private void CompareParents(JobIdentity current, ImmutableArray<string>.Builder differences)
    {
        if (Parents.Length != current.Parents.Length)
        {
            differences.Add($"there were {Parents.Length} parents, now there are {current.Parents.Length}");
            return;
        }

        foreach (var (saved, now) in Parents.Zip(current.Parents).Where(pair => pair.First.ContentHash != pair.Second.ContentHash))
        {
            differences.Add(
                $"parent {saved.Name} had other content (sha256 {Short(saved.ContentHash)}, now {now.Name} with {Short(now.ContentHash)})");
        }
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "not set";
}

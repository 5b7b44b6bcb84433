using System.Collections.Immutable;

namespace Convergence.Merging.Diagnosis;

/// <summary>Names for models that are short enough for a sentence.</summary>
public static class ModelNames
{
    /// <summary>The last part of every path; the whole path of those that share it.</summary>
    public static ImmutableArray<string> Shorten(ImmutableArray<string> names)
    {
        var last = names.Select(name => Path.GetFileName(Path.TrimEndingDirectorySeparator(name))).ToArray();
        return
        [
            .. names.Select((name, index) => last[index].Length > 0 && last.Count(other => other == last[index]) == 1 ? last[index] : name),
        ];
    }
}

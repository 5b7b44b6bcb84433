namespace Convergence.EvoMerge.Fitness.Evaluation;

/// <summary>Refuses splits that share examples: a search that has seen the test could not be judged by it.</summary>
internal static class SplitOverlap
{
    /// <exception cref="ConvergenceException">Two splits share examples; names the files and how many.</exception>
    public static void Refuse(IReadOnlyList<SplitTasks> splits)
    {
        for (var first = 0; first < splits.Count; first++)
        {
            for (var second = first + 1; second < splits.Count; second++)
            {
                Refuse(splits[first], splits[second]);
            }
        }
    }

    private static void Refuse(SplitTasks first, SplitTasks second)
    {
        foreach (var one in first.Tasks)
        {
            var digests = one.ExampleDigests.ToHashSet(StringComparer.Ordinal);
            foreach (var other in second.Tasks)
            {
                var count = other.ExampleDigests.Distinct(StringComparer.Ordinal).Count(digests.Contains);
                if (count > 0)
                {
                    throw new ConvergenceException(
                        $"the {first.Name} and {second.Name} splits share {count} {(count == 1 ? "example" : "examples")}: "
                        + $"task '{one.Task.Name}' ({one.Task.DataPath}) and task '{other.Task.Name}' ({other.Task.DataPath}). "
                        + "Take them out of one of the two files, or give the tasks disjoint splits.");
                }
            }
        }
    }
}

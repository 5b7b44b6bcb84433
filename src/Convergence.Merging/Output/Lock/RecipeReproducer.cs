using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>Merges again what a <c>recipe.lock</c> says, and proves that it is the same.</summary>
/// <param name="device">Merges, on any number of threads.</param>
/// <param name="time">Measures the merge.</param>
public sealed class RecipeReproducer(ComputeDevice device, TimeProvider? time = null)
{
    /// <summary>Checks the parents, merges into a directory and compares every weight file with the lock.</summary>
    /// <param name="recipeLock">What to reproduce.</param>
    /// <param name="parents">Opens the models that the lock names.</param>
    /// <param name="directory">Where to; must not exist yet. It is there afterwards only when all is proved.</param>
    /// <param name="cancellation">Looked at between megabytes and tensors.</param>
    /// <returns>What the merge did.</returns>
    /// <exception cref="ParentsChangedException">Parents are not what they were; every changed file is named.</exception>
    /// <exception cref="NotReproducedException">The output, or a number that makes it, is another.</exception>
    /// <exception cref="ConvergenceException">Parents cannot be opened, or the directory cannot be written.</exception>
    public MergeReport Reproduce(RecipeLock recipeLock, ParentModels parents, string directory, CancellationToken cancellation = default)
    {
        var changes = ParentCheck.Changes(recipeLock, parents, cancellation);
        if (!changes.IsEmpty)
        {
            throw new ParentsChangedException(changes);
        }

        var scratch = directory.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) + ".steps";
        AtomicDirectory.RefuseExisting(scratch);
        try
        {
            var earlier = new List<MergePlan>();
            foreach (var step in recipeLock.Recipe.Steps.SkipLast(1))
            {
                var intermediate = Path.Combine(scratch, step.Name!);
                earlier.Add(MergePlanner.Plan(step.Recipe, parents));
                Merge(earlier[^1], intermediate, recipeLock, cancellation);
                parents.Add(step.Name!, intermediate);
            }

            var plan = MergePlanner.Plan(recipeLock.Recipe.Result, parents);
            RefuseOtherNumbers(recipeLock, plan);
            var report = Merge(plan.EndingIn(recipeLock.Recipe, earlier), directory, recipeLock, cancellation);
            Prove(recipeLock, directory);
            return report;
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    // From the start: what an interrupted merge left behind proves nothing.
    private MergeReport Merge(MergePlan plan, string directory, RecipeLock recipeLock, CancellationToken cancellation)
    {
        var options = new StreamedMergeOptions { ShardByteCount = recipeLock.MaxShardByteCount ?? long.MaxValue, Restart = true };
        return new StreamedMerge(device, time).Run(plan, directory, options, progress: null, cancellation).Report;
    }

    // A later version may resolve a recipe differently; which tensor, is known before anything is merged.
    private static void RefuseOtherNumbers(RecipeLock recipeLock, MergePlan plan)
    {
        var (expected, found) = (recipeLock.Resolved, ResolvedPlan.Describe(plan));
        if (!JsonNode.DeepEquals(JsonNode.Parse(expected.ToJsonString()), JsonNode.Parse(found.ToJsonString())))
        {
            throw new NotReproducedException(
                $"The recipe resolves to other numbers than when it was merged{FirstDifference(expected, found)}. "
                + $"The lock was written by {recipeLock.Product}, "
                + $"this is {RecipeLock.ThisProduct}: use that version.");
        }
    }

    private static string FirstDifference(JsonArray expected, JsonArray found)
    {
        for (var index = 0; index < Math.Min(expected.Count, found.Count); index++)
        {
            var (was, now) = (expected[index]?["operation"]?.ToJsonString(), found[index]?["operation"]?.ToJsonString());
            if (was != now)
            {
                return $", first {was} and now {now}";
            }
        }

        return "";
    }

    private static void Prove(RecipeLock recipeLock, string directory)
    {
        var made = RecipeLock.Read(Path.Combine(directory, RecipeLock.FileName)).Output;
        var others = recipeLock.Output.Except(made)
            .Concat(made.Except(recipeLock.Output))
            .Select(file => file.Name)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (others.Count > 0)
        {
            Directory.Delete(directory, recursive: true);
            throw new NotReproducedException(
                $"The parents are the same, but {string.Join(", ", others)} came out otherwise. "
                + $"The lock was written by {recipeLock.Product}, "
                + $"this is {RecipeLock.ThisProduct}; if they are the same version, report this as a bug. Nothing was kept.");
        }
    }
}

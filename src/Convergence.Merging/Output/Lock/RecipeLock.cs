using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// What proves a merge: everything that its bytes are a function of, and their SHA-256 (docs/formats/recipe-lock.md). With the
/// parents' files, the same version of this product makes the same bytes, on any machine and any number of threads.
/// </summary>
public sealed record RecipeLock
{
    /// <summary>The name of the file in a merged model's directory.</summary>
    public const string FileName = "recipe.lock";

    /// <summary>Name and version of the product that merged.</summary>
    public required string Product { get; init; }

    /// <summary>The recipe, or the several that lead to the result, with every key that decides it.</summary>
    public required RecipeSequence Recipe { get; init; }

    /// <summary>
    /// The models that were read, in the order in which the recipe names them; results of earlier steps are not among them.
    /// </summary>
    public required ImmutableArray<LockedParent> Parents { get; init; }

    /// <summary>The numbers that each tensor of the result was made with.</summary>
    public required JsonArray Resolved { get; init; }

    /// <summary>Bytes of a shard at most, where the output was divided; <see langword="null"/> for a single file.</summary>
    public long? MaxShardByteCount { get; init; }

    /// <summary>The weight files that were written.</summary>
    public required ImmutableArray<FileDigest> Output { get; init; }

    /// <summary>The name and version of this product, as locks have it.</summary>
    public static string ThisProduct { get; } = $"Convergence.EvoMerge {typeof(RecipeLock).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>Puts a lock together. Parents are hashed on all processors, those that the cache knows are not.</summary>
    /// <param name="plan">What was merged. Its parents must not be disposed yet.</param>
    /// <param name="output">Digests of the weight files that were written.</param>
    /// <param name="maxShardByteCount">The size that shards were held to, or <see langword="null"/>.</param>
    /// <param name="cache">Knows files that were hashed before; the user's by default.</param>
    /// <param name="cancellation">Ends the hashing.</param>
    /// <exception cref="ConvergenceException">A parent's file cannot be read any more.</exception>
    public static RecipeLock Build(
        MergePlan plan, IEnumerable<FileDigest> output, long? maxShardByteCount = null,
        DigestCache? cache = null, CancellationToken cancellation = default)
    {
        var sequence = plan.Sequence ?? new RecipeSequence { Steps = [new NamedRecipe(null, plan.Recipe)] };
        var steps = sequence.Steps.Select(step => step.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var models = sequence.Steps.SelectMany(step => step.Recipe.ReferencedModels()).Distinct(StringComparer.Ordinal)
            .Where(name => !steps.Contains(name)).Select(plan.Parents.Get);
        return new RecipeLock
        {
            Product = ThisProduct,
            Recipe = sequence,
            Parents = ParentFiles.Digest([.. models], cache ?? DigestCache.OfUser(), cancellation),
            Resolved = ResolvedPlan.Describe(plan),
            MaxShardByteCount = maxShardByteCount,
            Output = [.. output.OrderBy(file => file.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>Reads a lock file.</summary>
    /// <exception cref="ConvergenceException">It cannot be read, or is no lock of a version that is known.</exception>
    public static RecipeLock Read(string path) => RecipeLockJson.Read(path);

    /// <summary>Writes the lock, whole or not at all. Equal locks give equal bytes.</summary>
    /// <exception cref="ConvergenceException">It cannot be written.</exception>
    public void Write(string path) => RecipeLockJson.Write(path, this);
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Convergence.Merging;

/// <summary>
/// A merge worked out to the last number: which tensors are made from which, by what, and the configuration of the result.
/// Immutable. It refers to the <see cref="ParentModels"/> that it was planned with, which must outlive it.
/// </summary>
public sealed record MergePlan
{
    private readonly JsonObject _config;

    internal MergePlan(MergeRecipe recipe, ParentModels parents, JsonObject config)
    {
        Recipe = recipe;
        Parents = parents;
        _config = config;
    }

    public MergeRecipe Recipe { get; }

    /// <summary>
    /// The file whose last step this is, when that has several steps: what rebuilds the result. Otherwise <see langword="null"/>.
    /// </summary>
    public RecipeSequence? Sequence { get; init; }

    /// <summary>The YAML that rebuilds the result.</summary>
    public string RecipeYaml => Sequence is { } sequence ? RecipeWriter.ToYaml(sequence) : RecipeWriter.ToYaml(Recipe);

    /// <summary>The output's <c>config.json</c>: a copy that the caller may change.</summary>
    public JsonObject Config => (JsonObject)_config.DeepClone();

    /// <summary>The model that the configuration, the tokenizer and default types come from: the base, else the first model.</summary>
    public required string Donor { get; init; }

    /// <summary>The models that are read, in the recipe's order, the base last when it is not among them.</summary>
    public required ImmutableArray<string> Models { get; init; }

    /// <summary>One task per tensor of the output, in ordinal order of names.</summary>
    public required ImmutableArray<MergeTask> Tasks { get; init; }

    /// <summary>What a person should know before trusting the result; mostly empty.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>
    /// What a person should know of the file and of the merges before this one, where there are any; for the model card.
    /// </summary>
    public ImmutableArray<string> EarlierNotes { get; init; } = [];

    /// <summary>Bytes of the output's tensors: what a merge in memory allocates.</summary>
    public long OutputBytes => Tasks.Sum(task => task.ByteCount);

    /// <summary>Bytes that one pass over all inputs reads.</summary>
    public required long InputBytes { get; init; }

    /// <summary>This plan as that of a file's last step: what it says of itself holds for the whole file.</summary>
    /// <param name="sequence">The file.</param>
    /// <param name="earlier">The plans of the steps before, in their order.</param>
    public MergePlan EndingIn(RecipeSequence sequence, IReadOnlyList<MergePlan> earlier)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var notes = sequence.Steps.Zip(earlier, (step, plan) => plan.Warnings.Select(warning => $"{step.Name}: {warning}"));
        return this with
        {
            Sequence = sequence.Steps.Length > 1 ? sequence : null,
            EarlierNotes = [.. sequence.Notes, .. notes.SelectMany(texts => texts)],
        };
    }

    /// <summary>The tasks that need numbers from the whole model.</summary>
    internal IEnumerable<MergeTask> ModelWideTasks => Tasks.Where(task => task.IsModelWide);

    internal ParentModels Parents { get; }

    /// <summary>The output's tokenizer files.</summary>
    internal OutputTokenizer Tokenizer { get; init; } = null!;
}

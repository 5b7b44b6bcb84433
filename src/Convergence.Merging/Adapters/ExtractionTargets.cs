using System.Collections.Immutable;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>Chooses the matrices that are extracted.</summary>
internal static class ExtractionTargets
{
    private const string WeightSuffix = ".weight";

    /// <exception cref="MergeException">A matrix is not in both models in one shape, or none was chosen.</exception>
    public static ImmutableArray<ExtractionTarget> Find(ParentModel tuned, ParentModel origin, LoraExtractionOptions options)
    {
        // GPT-2's Conv1D; its embeddings are stored as everybody's.
        var isStoredByInput = tuned.Setting("model_type")?.ToString() is "gpt2";
        var targets = ImmutableArray.CreateBuilder<ExtractionTarget>();
        foreach (var name in tuned.Weights.Names)
        {
            if (!IsChosen(tuned, name, options))
            {
                continue;
            }

            var (mine, theirs) = (tuned.Find(name)!, origin.Find(name));
            if (theirs is null || theirs.Shape != mine.Shape || !theirs.DType.IsComputable())
            {
                throw new MergeException(
                    $"Tensor {name} is {mine.Shape} in {tuned.Name} but {(theirs is null ? "missing" : theirs.Shape.ToString())} "
                    + $"in {origin.Name}: "
                    + "a difference needs the base that the model was fine-tuned from.");
            }

            var isEmbedding = name == tuned.Embedding;
            targets.Add(new ExtractionTarget(
                name, isEmbedding, isStoredByInput && !TiedHead.IsPerToken(name) && LayerName.Parse(name) is not null));
        }

        return targets.Count > 0 ? targets.ToImmutable() : throw NoneChosen(tuned, options);
    }

    private static bool IsChosen(ParentModel model, string name, LoraExtractionOptions options)
    {
        var tensor = model.Find(name)!;
        if (tensor.Shape.Rank != 2
            || !tensor.DType.IsComputable()
            || tensor.ElementCount == 0
            || !name.EndsWith(WeightSuffix, StringComparison.Ordinal))
        {
            return false;
        }

        return TiedHead.IsPerToken(name)
            ? options.Embeddings
            : LayerName.Parse(name) is not null
              && (options.Modules.IsEmpty || options.Modules.Any(part => name.Contains(part, StringComparison.Ordinal)));
    }

    private static MergeException NoneChosen(ParentModel model, LoraExtractionOptions options) => new(options.Modules.IsEmpty
        ? $"{model.Name}: has no matrices in numbered layers. Ask for its embeddings, if it has such."
        : $"{model.Name}: no matrix of its layers has a name with {string.Join(" or ", options.Modules)}. Its modules are "
          + $"{string.Join(", ", ModulesOf(model).Take(12))}.");

    private static IEnumerable<string> ModulesOf(ParentModel model) =>
        model.Weights.Names
            .Where(name => model.Find(name)!.Shape.Rank == 2)
            .Select(name => LayerName.Parse(name)?.Suffix)
            .OfType<string>()
            .Distinct();
}

using System.Collections.Immutable;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Runs.Checkpoints;
using Convergence.Merging;

namespace Convergence.EvoMerge.Runs;

/// <summary>The models of a run: what recipes and reports call them, and what they contain.</summary>
/// <param name="Root">What relative recipe names refer to.</param>
/// <param name="Specialists">Recipe names of the specialists, in order.</param>
/// <param name="Base">The base's recipe name; <see langword="null"/> when there is none.</param>
/// <param name="Identities">The specialists, then the base, by content.</param>
/// <param name="LayerCount">Layers of every parent.</param>
internal sealed record RunModels(
    string Root,
    ImmutableArray<string> Specialists,
    string? Base,
    ImmutableArray<ParentIdentity> Identities,
    int LayerCount)
{
    /// <summary>Recipe names of all parents: the specialists, then the base.</summary>
    public ImmutableArray<string> All => Base is null ? Specialists : Specialists.Add(Base);

    /// <summary>Opens the parents, checks that they can be merged with each other, and hashes them.</summary>
    /// <exception cref="ConvergenceException">A directory is not a model, or they do not fit together.</exception>
    public static RunModels Open(EvoMergeConfig config, ParentModels parents)
    {
        var names = config.Models.Select(model => RecipeName(model, parents.RootDirectory)).ToImmutableArray();
        var baseName = config.Base is null ? null : RecipeName(config.Base, parents.RootDirectory);
        ImmutableArray<string> all = baseName is null ? names : names.Add(baseName);

        // The plan of a plain average names every tensor or shape that does not fit.
        MergePlanner.Plan(Average(all), parents);
        ImmutableArray<string> labels = config.Base is null ? config.Specializations : config.Specializations.Add(BaseLabel(config));
        return new RunModels(
            parents.RootDirectory,
            names,
            baseName,
            [.. all.Select((name, index) => new ParentIdentity(labels[index], parents.Get(name).Directory!.ContentHash()))],
            ModelDepth.Of(parents.Get(names[0]).Config));
    }

    /// <summary>The recipe of the plain average.</summary>
    public static MergeRecipe Average(ImmutableArray<string> models) => new()
    {
        Method = MergeMethod.Linear,
        Models = [.. models.Select(model => new RecipeInput(model, RecipeParameters.Of(("weight", 1.0))))],
    };

    private static string BaseLabel(EvoMergeConfig config) =>
        config.Specializations.Contains("base") ? "base model" : "base";

    /// <summary>Relative to the working directory where the model lies below it, so that recipes do not depend on the machine.</summary>
    private static string RecipeName(string path, string root)
    {
        var relative = Path.GetRelativePath(root, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? path
            : relative.Replace('\\', '/');
    }
}

using Convergence.Foundation.Configuration;
using Convergence.Foundation.Text;

namespace Convergence.EvoMerge.Configuration.Parsing;

/// <summary>What must hold between keys.</summary>
internal static class CrossChecks
{
    private static readonly MergeTechnique[] NeedBase = [MergeTechnique.Ties, MergeTechnique.Dare, MergeTechnique.Dfs];

    public static void Run(EvoMergeConfig config, ConfigErrors errors)
    {
        CheckBase(config, errors);
        if (config is { MinLayers: { } min, MaxLayers: { } max } && min > max)
        {
            errors.Add("layers.min", $"{min} is more than layers.max, {max}.");
        }

        if ((config.MinLayers ?? config.MaxLayers) is not null && !config.Techniques.Contains(MergeTechnique.FrankenMerge))
        {
            errors.Add(
                "layers", "only frankenmerge changes the depth, and techniques does not list it. Remove layers, or add frankenmerge.");
        }

        if (config.Budget.Evaluations < config.PopulationSize)
        {
            errors.Add(
                "budget.evaluations",
                $"{config.Budget.Evaluations} is less than population_size, {config.PopulationSize}: "
                + "not even the first generation fits.");
        }

        CheckDirectories(config, errors);
    }

    /// <summary>The output directory appears when all is done; checkpoints in it would make it exist from the start.</summary>
    private static void CheckDirectories(EvoMergeConfig config, ConfigErrors errors)
    {
        var place = Path.GetRelativePath(config.Out, config.Checkpoints);
        if (place == ".")
        {
            errors.Add("checkpoints", $"'{config.Checkpoints}' is also the output directory; they must differ.");
        }
        else if (!Path.IsPathRooted(place) && place.Split(Path.DirectorySeparatorChar)[0] != "..")
        {
            errors.Add(
                "checkpoints",
                $"'{config.Checkpoints}' lies in the output directory, "
                + "which appears complete when the run is done and must not exist before. "
                + "Name a directory outside of it.");
        }
    }

    private static void CheckBase(EvoMergeConfig config, ConfigErrors errors)
    {
        string[] techniques = [.. config.Techniques.Intersect(NeedBase).Select(EnumNames.Of)];
        if (config.Base is null && techniques.Length > 0)
        {
            errors.Add(
                "base",
                $"missing. {string.Join(", ", techniques)} merge what was learned since a base model: "
                + "name it, or remove them from techniques.");
        }

        if (config.Base is not null && config.Models.Contains(config.Base))
        {
            errors.Add("base", $"'{config.Base}' is also one of the models; a base is what they were trained from.");
        }
    }
}

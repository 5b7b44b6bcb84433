using System.Collections.Immutable;
using Convergence.Evolution.Randomness;
using Convergence.Evolution.Search;
using Convergence.EvoMerge.Results;

namespace Convergence.EvoMerge.Tests.Results.Reports;

/// <summary>Made-up runs for the tests of the reports: nothing in them was measured.</summary>
internal static class SampleRun
{
    public const string Configuration = "generations: 50\npopulation_size: 8\nseed: 42\n";

    private static readonly ImmutableArray<string> Techniques = ["linear", "slerp", "ties", "dare", "frankenmerge", "dfs"];

    public static RunSummary Create(int generations = 38, string jobName = "three specialists into one")
    {
        var random = new SearchRandom(42);
        var history = ImmutableArray.CreateBuilder<GenerationRecord>();
        var counts = new[] { 2, 1, 2, 1, 1, 1 };
        for (var generation = 0; generation < generations; generation++)
        {
            MoveOne(counts, random);
            history.Add(Record(generation, counts, random));
        }

        return new RunSummary(
            jobName,
            StopReason.Converged,
            42,
            Techniques,
            history.ToImmutable(),
            "merge_method: ties\nbase_model: models/base\nmodels:\n  - model: models/reasoning\n    parameters:\n      weight: "
            + "0.71\n      density: 0.55\n",
            "ties",
            Model("champion", ContestantRole.Champion, .8121, 1.94, .9),
            Test(),
            240,
            64,
            151.3,
            [
                "The objectives speed and memory cannot move among merges of one shape; their weights went to the others.",
                "3 candidates failed: NaN logits.",
            ])
        {
            MinDiversity = .2,
            StartingTechnique = "task_arithmetic",
        };
    }

    private static TestResults Test() => new(
        "test",
        [
            Model("champion", ContestantRole.Champion, .8053, 1.97, .93, .91, .88),
            Model("reasoning", ContestantRole.Parent, .5512, 3.4, .96, .12, .21),
            Model("memory_integration", ContestantRole.Parent, .5033, 4.81, .08, .97, .3),
            Model("adaptive_computation", ContestantRole.Parent, .5121, 4.2, .11, .19, .95),
            Model("plain average", ContestantRole.PlainAverage, .6902, 2.5, .7, .66, .59),
            Model("best starting recipe", ContestantRole.StartingRecipe, .7702, 2.1, .85, .86, .84),
        ],
        [
            new("reasoning", .461, .392, .533),
            new("memory_integration", .6, .52, .69),
            new("adaptive_computation", .5726, .489, .66),
            new("plain average", .0267, -.011, .065),
            new("best starting recipe", .0456, .021, .071),
        ]);

    private static Contestant Model(string name, ContestantRole role, double fitness, double perplexity, params double[] accuracies)
    {
        string[] names = ["arithmetic_chains", "key_value_recall", "sorting_and_parity"];
        var tasks = accuracies.Select((value, index) =>
            new TaskScore(names[index], "exact_match", value, Math.Max(0, value - .045), Math.Min(1, value + .04), 200)).ToList();
        tasks.Add(new TaskScore("mixed_text", "perplexity", perplexity, perplexity * .96, perplexity * 1.05, 120));
        return new Contestant(name, role, fitness, perplexity, accuracies.Average(), [.. tasks]);
    }

    private static GenerationRecord Record(int generation, int[] counts, SearchRandom random)
    {
        var best = Math.Round((.56 + (.25 * (1 - Math.Exp(-generation / 9.0)))) * 200) / 200;
        var diversity = .2 + (.25 * Math.Exp(-generation / 14.0)) + (.03 * (random.NextDouble() - .5));
        var summary = new GenerationSummary(
            generation, best, generation == 5 ? null : best - .05 - (.1 * random.NextDouble()),
            diversity, [.. counts], .05, diversity < .22 ? 2 : 0, generation % 12 == 3 ? 1 : 0);
        return new GenerationRecord(summary, 6, 2, .4, 2.6, 3.05, "ties");
    }

    private static void MoveOne(int[] counts, SearchRandom random)
    {
        var from = random.Next(counts.Length);
        if (counts[from] > 0)
        {
            counts[from]--;
            counts[random.Next(3) == 0 ? random.Next(counts.Length) : 2]++;
        }
    }
}

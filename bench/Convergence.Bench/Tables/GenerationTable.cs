using Convergence.Bench.Models;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>Eight recipes over one base and three specialists of 25 M parameters, made together, against the time of one of them.</summary>
internal static class GenerationTable
{
    private const int RecipeCount = 8;
    private const double Target = 2.5;

    private static readonly string[] Names = ["a", "b", "c"];

    public static ResultTable Measure(int threadCount)
    {
        var table = new ResultTable(
            $"{RecipeCount} recipes over base + 3 x 25 M in memory, made together, {threadCount} threads (medians of 9)");
        foreach (var dtype in new[] { DType.F32, DType.BF16 })
        {
            Measure(table, dtype, threadCount);
        }

        table.Note(
            $"\"traffic\" is what {RecipeCount} would take against one if moving bytes were all there is: "
            + $"three or four reads and {RecipeCount} writes against as many "
            + "reads and one write. A mixed generation has all methods of the table in turn; its \"one\" is their mean.");
        return table;
    }

    private static void Measure(ResultTable table, DType dtype, int threadCount)
    {
        var shape = LlamaShape.TwentyFiveMillion;
        using var device = new CpuDevice(threadCount);
        using var origin = shape.RandomWeights(1, dtype, 0.05);
        var models = Names.Select((_, index) => shape.RandomWeights((ulong)index + 2, dtype, 0.005, origin)).ToList();
        using var parents = new ParentModels(".");
        parents.Add("base", shape.Config("float32"), origin);
        foreach (var (name, weights) in Names.Zip(models))
        {
            parents.Add(name, shape.Config("float32"), weights);
        }

        MergeMethod[] methods =
            [MergeMethod.Linear, MergeMethod.Slerp, MergeMethod.TaskArithmetic, MergeMethod.Ties, MergeMethod.DareLinear, MergeMethod.Dfs];
        foreach (var method in methods)
        {
            var one = Time(parents, device, [Recipe(method, 0)]);
            var all = Time(parents, device, [.. Enumerable.Range(0, RecipeCount).Select(variant => Recipe(method, variant))]);
            Add(table, $"{method.Name()}, {dtype}", one, all, reads: method is MergeMethod.Linear or MergeMethod.Slerp ? 3 : 4);
        }

        var mixed = Enumerable.Range(0, RecipeCount).Select(index => Recipe(methods[index % methods.Length], index)).ToList();
        var mean = mixed.Average(recipe => Time(parents, device, [recipe]));
        Add(table, $"mixed, {dtype}", mean, Time(parents, device, mixed), reads: 4);
        models.ForEach(model => model.Dispose());
    }

    // Other numbers every time, so that no tensor is found as the last merge left it.
    // The runtime compiles what kernels call anew after some use.
    private static double Time(ParentModels parents, CpuDevice device, IReadOnlyList<MergeRecipe> recipes)
    {
        var executor = new MergeExecutor(device);
        var targets = recipes.Select(_ => new MergeTarget()).ToList();
        var turn = 0;
        var time = Measurement.Of(
            () =>
            {
                turn++;
                executor.Execute(
                    [.. recipes.Zip(targets, (recipe, target) => new MergeJob(MergePlanner.Plan(Vary(recipe, turn), parents), target))]);
            },
            count: 9,
            warmUpCount: 3,
            warmUpSeconds: 0.9);
        targets.ForEach(target => target.Dispose());
        return time.Median;
    }

    private static MergeRecipe Vary(MergeRecipe recipe, int turn) => recipe with
    {
        Models = [.. recipe.Models.Select(
            (input, model) => input with { Parameters = input.Parameters.With("weight", 0.3 + (0.001 * turn) + (0.05 * model)) })],
    };

    private static MergeRecipe Recipe(MergeMethod method, int variant)
    {
        var needsBase = method is not (MergeMethod.Linear or MergeMethod.Slerp);
        var isTrimmed = method is MergeMethod.Ties or MergeMethod.DareLinear;
        var parameters = isTrimmed ? RecipeParameters.Of(("density", 0.2 + (0.05 * variant))) : RecipeParameters.Empty;
        if (method == MergeMethod.Ties)
        {
            // As a search builds its recipes.
            parameters = parameters.With("trim_scope", ParameterValue.FromText("tensor"))
                .With("zero_sign", ParameterValue.FromText("positive"));
        }

        return new MergeRecipe
        {
            Method = method,
            BaseModel = needsBase ? "base" : null,
            Models = [.. Names.Select(name => new RecipeInput(name, RecipeParameters.Empty))],
            Parameters = parameters,
        };
    }

    private static void Add(ResultTable table, string what, double one, double all, int reads)
    {
        var traffic = (double)(reads + RecipeCount) / (reads + 1);
        table.Add(
            what,
            $"{Number(all * 1e3)} ms",
            $"one: {Number(one * 1e3)} ms; traffic {Number(traffic)} x",
            Number(all / one) + " x",
            $"<= {Number(Target, "0.0")} x",
            all / one <= Target);
    }
}

using Convergence.Bench.Merging;
using Convergence.Bench.Models;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>
/// The whole command <c>convergence merge</c> on a base and three models,
/// every method, against a program that only reads and writes as much.
/// </summary>
internal static class MergeFilesTable
{
    private const double StartUpTarget = 0.4;
    private const long MemoryTarget = 300_000_000;
    private const int RunCount = 3;
    private const int WarmUpCount = 3;
    private const int FloorRunCount = 5;
    private const int SpecialistCount = 3;
    private const string StartUp = "start";
    private const string SmallFolder = "small";
    private const string OutputFolder = "merged-output";

    // Those that read every parent once and compute little; the others look at the parents several times.
    private static readonly string[] SimpleMethods = ["linear", "slerp", "task_arithmetic", "dare_linear", "dare_ties"];

    public static ResultTable Measure(int threadCount) => Measure(LlamaShape.TwoHundredFiftyMillion, "250 M", threadCount);

    public static ResultTable MeasureSmall(int threadCount) => Measure(LlamaShape.TwentyFiveMillion, "25 M", threadCount);

    /// <summary>A part of the large table, over models that are kept between calls.</summary>
    /// <param name="folder">Where the models are; they are made when it does not exist.</param>
    /// <param name="methods">The methods to measure, all when there are none; <c>start</c> is the start-up.</param>
    /// <param name="threadCount">Processors.</param>
    public static ResultTable Measure(string folder, string[] methods, int threadCount) =>
        Measure(LlamaShape.TwoHundredFiftyMillion, "250 M", folder, methods, threadCount);

    private static ResultTable Measure(LlamaShape shape, string size, int threadCount)
    {
        var folder = Directory.CreateTempSubdirectory("convergence-merge-").FullName;
        try
        {
            return Measure(shape, size, Path.Combine(folder, "models"), [], threadCount);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ResultTable Measure(LlamaShape shape, string size, string folder, string[] methods, int threadCount)
    {
        if (!Directory.Exists(folder))
        {
            ModelFolder.Write(folder, shape, SpecialistCount);
            ModelFolder.Write(Path.Combine(folder, SmallFolder), LlamaShape.OneMillion, SpecialistCount);
        }

        var table = new ResultTable(
            $"convergence merge, base + 3 x {size} bf16 on disk, page cache warm, "
            + $"whole process, {threadCount} processors (medians of {RunCount})");
        AddMethods(table, folder, methods);
        if (methods.Length == 0 || methods.Contains(StartUp))
        {
            AddStartUp(table, Path.Combine(folder, SmallFolder));
        }

        return table;
    }

    private static void AddMethods(ResultTable table, string folder, string[] methods)
    {
        var recipes = MethodRecipes.Write(folder).Where(recipe => methods.Length == 0 || methods.Contains(recipe.Method)).ToList();
        var weights = Directory.GetDirectories(folder)
            .Select(model => Path.Combine(model, "model.safetensors"))
            .Where(File.Exists)
            .Where(path => !path.Contains(OutputFolder, StringComparison.Ordinal))
            .ToArray();
        var output = Path.Combine(folder, OutputFolder);

        // Warms the page cache, and lets the merge learn the parents' digests, which it remembers between runs.
        foreach (var (_, recipe) in recipes.Take(WarmUpCount))
        {
            Merge(recipe, folder, output);
        }

        double Floor(string kind) => Enumerable.Range(0, FloorRunCount)
            .Select(_ => FloorProgram.Measure(kind, Path.Combine(folder, "floor"), weights)).Order().ElementAt(FloorRunCount / 2);
        var plain = Floor(FloorProgram.Plain);
        var streamed = Floor(FloorProgram.Streamed);
        var durable = Floor(FloorProgram.Durable);
        foreach (var (method, recipe) in recipes)
        {
            AddMethod(table, method, recipe, folder, output, plain, streamed);
        }

        table.Note(
            $"The floor is a .NET process that reads the four files, each whole into memory, and writes one: {Number(plain)} s. "
            + "Beside it the least that a merge can do: reading on two threads into buffers of 1 MiB and meanwhile writing into "
            + $"preallocated space in the page cache, without waiting for the disk: {Number(streamed, "0.000")} s; "
            + $"writing past the page cache and waiting until it is on the disk, as the merge does: {Number(durable, "0.000")} s. "
            + "A merge hashes its output besides (SHA-256, for recipe.lock); its parents' digests are remembered from the first run.");
    }

    private static void AddMethod(
        ResultTable table, string method, string recipe, string folder, string output, double plain, double streamed)
    {
        var predicted = MergeProcess.Predict(recipe, "--root", folder);
        var runs = Enumerable.Range(0, RunCount).Select(_ => Merge(recipe, folder, output)).OrderBy(run => run.Seconds).ToList();
        var seconds = runs[RunCount / 2].Seconds;
        var peak = runs.Max(run => run.PeakAnonymousBytes);
        var limit = SimpleMethods.Contains(method) ? 2 : 5;
        table.Add(
            method,
            $"{Number(seconds)} s, {Number(peak * 1e-6, "0")} MB; predicted {Number(predicted)} s",
            $"floor {Number(plain)} s; streamed {Number(streamed)} s",
            $"{Number(seconds / plain)} x; {Number(seconds / streamed)} x; prediction {Number(predicted / seconds)}",
            $"<= {limit} x the floor, <= 300 MB, prediction 0.5 to 2",
            seconds <= limit * plain && peak <= MemoryTarget && predicted / seconds is >= 0.5 and <= 2);
    }

    private static void AddStartUp(ResultTable table, string folder)
    {
        var recipe = MethodRecipes.Write(folder)[0].Path;
        var output = Path.Combine(folder, OutputFolder);
        Merge(recipe, folder, output);
        var seconds = Enumerable.Range(0, 5).Select(_ => Merge(recipe, folder, output).Seconds).Order().ElementAt(2);
        table.Add(
            "start-up: linear of 1 M", $"{Number(seconds, "0.000")} s", "", "", $"<= {Number(StartUpTarget)} s", seconds <= StartUpTarget);
    }

    private static MergeProcess Merge(string recipe, string folder, string output)
    {
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        return MergeProcess.Run(recipe, "--root", folder, "-o", output);
    }
}

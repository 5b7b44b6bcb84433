using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Running;
using Convergence.Bench.Merging;
using Convergence.Bench.Search;
using Convergence.Bench.Tables;

namespace Convergence.Bench;

/// <summary>
/// <c>tables [NAME…]</c> prints the comparison tables, each against limits measured in the same run;
/// <c>merge-files FOLDER [METHOD…]</c> prints a part of the table <c>merge-files</c> and keeps its models in a folder;
/// <c>search SAMPLER FUNCTION[,FUNCTION...]|all SEEDS</c> prints the median regrets of one sampler, for work on it;
/// <c>micro [BenchmarkDotNet options]</c> runs the micro-benchmarks.
/// </summary>
internal static class BenchCommand
{
    private static readonly (string Name, Func<int, ResultTable> Measure)[] AllTables =
    [
        ("merge", MergeTable.Measure),
        ("generation", GenerationTable.Measure),
        ("merge-files", MergeFilesTable.Measure),
        ("merge-files-small", MergeFilesTable.MeasureSmall),
        ("gemm", GemmTable.Measure),
        ("extract", ExtractTable.Measure),
        ("forward", ForwardTable.Measure),
        ("demo", DemoJobTable.Measure),
        ("trio", LargeTrioTable.Measure),
        ("search", SearchTable.Measure),
        ("racing", RacingTable.Measure),
        ("optimizer", OptimizerTable.Measure),
        ("calls", CallTable.Measure),
    ];

    public static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        switch (arguments)
        {
            case ["micro", .. var options]:
                BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(options);
                return 0;
            case ["floor", var kind, var target, .. var inputs] when FloorProgram.Knows(kind):
                FloorProgram.Run(kind, target, inputs);
                return 0;
            case ["merge-files", var folder, .. var methods]:
                output.WriteLine(Machine());
                MergeFilesTable.Measure(folder, methods, Environment.ProcessorCount).Print(output);
                return 0;
            case ["search", var sampler, var functions, var seedCount]:
                SearchSweep.Run(sampler, functions, int.Parse(seedCount, CultureInfo.InvariantCulture), output);
                return 0;
            case ["tables", .. var names] when Unknown(names).Count == 0:
                PrintTables(names, output);
                return 0;
            case ["tables", .. var names]:
                error.WriteLine($"error: no such table: {string.Join(", ", Unknown(names))}. There are: {TableNames()}.");
                return 2;
            default:
                error.WriteLine(
                    $"usage: tables [{TableNames().Replace(", ", "|", StringComparison.Ordinal)} ...]   "
                    + "or   micro [BenchmarkDotNet options]");
                return 2;
        }
    }

    private static void PrintTables(string[] names, TextWriter output)
    {
        var threadCount = Environment.ProcessorCount;
        output.WriteLine(Machine());
        foreach (var (_, measure) in AllTables.Where(table => names.Length == 0 || names.Contains(table.Name)))
        {
            measure(threadCount).Print(output);
        }
    }

    private static List<string> Unknown(string[] names) => [.. names.Where(name => AllTables.All(table => table.Name != name))];

    private static string TableNames() => string.Join(", ", AllTables.Select(table => table.Name));

    private static string Machine() =>
        $"{Processor()}, {Environment.ProcessorCount} "
        + $"processors, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, "
        + $"{(Vector512.IsHardwareAccelerated ? "Vector512" : "Vector256")}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} "
        + $"GiB; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}";

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return model?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

using Convergence.Bench.Tables;
using Convergence.Cuda;
using Convergence.Cuda.Runtime;
using Convergence.GpuBench.Checks;
using Convergence.GpuBench.Rows;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench;

/// <summary>
/// One run: the machine, the checks, the table. A part that fails is told; what was measured before and after it is printed all the same.
/// </summary>
internal sealed class GpuBenchRun(GpuBenchOptions options, TextWriter output, TextWriter error, TimeProvider clock)
{
    private readonly CudaDeviceFactory _factory = new();
    private readonly CheckList _checks = new(output);
    private readonly ResultTable _table = new("On a GPU", output);

    /// <summary>Whether every check passed; a target that is missed is no failure.</summary>
    public bool HasPassed => _checks.FailedCount == 0;

    /// <returns>Whether every part could be run.</returns>
    public bool Run()
    {
        var cache = Directory.CreateTempSubdirectory("convergence-gpu-bench-");
        var usersCache = Environment.GetEnvironmentVariable(KernelCache.FolderVariable);
        try
        {
            return RunParts(cache);
        }
        finally
        {
            _table.Print(output);
            Environment.SetEnvironmentVariable(KernelCache.FolderVariable, usersCache);
            cache.Delete(recursive: true);
        }
    }

    // Nothing that an earlier run compiled is found, and the evolution comes first, in a process that has not used the GPU yet: starting up
    // and compiling are part of what is measured.
    private bool RunParts(DirectoryInfo cache)
    {
        UseCache(cache, GpuBenchOptions.Evolution);
        var isWhole = Try(GpuBenchOptions.Evolution, () => EvolutionRow.Add(_table, _factory, options));
        UseCache(cache, GpuBenchOptions.Checks);
        using (var device = Create(ProductPrecision.F32))
        {
            isWhole &= Guard("machine", () => MachineReport.Print(device, clock, output));
        }

        isWhole &= Try(GpuBenchOptions.Checks, RunChecks);
        isWhole &= Try(GpuBenchOptions.Merge, () => Measure(device => MergeRows.Add(_table, device, options.Sizes)));
        return isWhole & Try(GpuBenchOptions.Forward, () => Measure(device => ForwardRow.Add(_table, device, options.Sizes)));
    }

    private bool Try(string part, Action run)
    {
        if (!options.Parts.Contains(part))
        {
            return true;
        }

        var start = clock.GetTimestamp();
        var isWhole = Guard(part, run);
        var seconds = ResultTable.Number(clock.GetElapsedTime(start).TotalSeconds, "0.0");
        output.WriteLine($"{part} took {seconds} s{(isWhole ? "" : ", and failed")}.");
        return isWhole;
    }

    // What comes next finds out for itself whether the GPU still gives anything; of a mistake of this program's own, where it was.
    private bool Guard(string part, Action run)
    {
        try
        {
            run();
            return true;
        }
#pragma warning disable CA1031 // A part that fails, for whatever reason, must not cost the others: a machine with a GPU is seldom at hand.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            error.WriteLine($"error: {part}: {(exception is ConvergenceException ? exception.Message : exception)}");
            return false;
        }
    }

    private static void UseCache(DirectoryInfo folder, string name) =>
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, Path.Combine(folder.FullName, name));

    private void RunChecks()
    {
        _checks.Begin();
        var launched = new HashSet<(string, string)>();
        foreach (var products in Enum.GetValues<ProductPrecision>())
        {
            using var device = Create(products);
            if (products == ProductPrecision.F32)
            {
                CheckMerges(device);
            }

            new ForwardChecks(device, products, _checks).Run();
            CheckLogits(device, products);
            using (var stacks = new StackChecks(device, products, options.Sizes, _checks))
            {
                stacks.Run();
            }

            launched.UnionWith(device.Runtime.Kernels.Launched);
        }

        KernelCoverage.Run(launched, _checks);
        _checks.End();
    }

    private void CheckMerges(CudaDevice device)
    {
        var failedBefore = _checks.FailedCount;
        var difference = MergeChecks.Run(device, options.Sizes, _checks);
        _table.Add(
            "every merge operator against the CPU device's",
            $"{CheckResult.Number(difference)} {CheckResult.Ulps}",
            "largest difference",
            "",
            "0, of sums <= 1",
            _checks.FailedCount == failedBefore);
    }

    private void CheckLogits(CudaDevice device, ProductPrecision products)
    {
        var logits = LogitChecks.Run(device, products, options.Sizes, _checks);
        _table.Add(
            $"logits against the CPU device's, {(products == ProductPrecision.F32 ? "fp32" : products.ToString().ToLowerInvariant())}",
            CheckResult.Number(logits.Difference),
            "largest difference, of the largest logit",
            "",
            $"<= {CheckResult.Number(logits.Tolerance)}",
            logits.Passes);
    }

    private void Measure(Action<CudaDevice> add)
    {
        using var device = Create(ProductPrecision.Bf16);
        add(device);
    }

    private CudaDevice Create(ProductPrecision products) =>
        (CudaDevice)_factory.Find(options.Device).Create(new DeviceOptions { Products = products });
}

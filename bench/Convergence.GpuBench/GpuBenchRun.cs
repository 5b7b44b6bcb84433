using Convergence.Bench.Tables;
using Convergence.Cuda;
using Convergence.Cuda.Runtime;
using Convergence.GpuBench.Checks;
using Convergence.GpuBench.Rows;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench;

/// <summary>One run: the machine, the checks, the table.</summary>
internal sealed class GpuBenchRun(GpuBenchOptions options, TextWriter output, TimeProvider clock)
{
    private readonly CudaDeviceFactory _factory = new();
    private readonly CheckList _checks = new(output);
    private readonly ResultTable _table = new("On a GPU");

    /// <returns>Whether every check passed; a target that is missed is no failure.</returns>
    public bool Run()
    {
        var cache = Directory.CreateTempSubdirectory("convergence-gpu-bench-");
        var usersCache = Environment.GetEnvironmentVariable(KernelCache.FolderVariable);
        try
        {
            // Nothing that an earlier run compiled is found, so that the time of compiling is part of what is measured.
            UseCache(cache, GpuBenchOptions.Checks);
            using (var device = Create(mixedPrecision: false))
            {
                MachineReport.Print(device, clock, output);
            }

            RunChecks();
            RunMeasurements();
            UseCache(cache, GpuBenchOptions.Evolution);
            if (options.Parts.Contains(GpuBenchOptions.Evolution))
            {
                EvolutionRow.Add(_table, _factory, options);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(KernelCache.FolderVariable, usersCache);
            cache.Delete(recursive: true);
        }

        _table.Print(output);

        return _checks.FailedCount == 0;
    }

    private static void UseCache(DirectoryInfo folder, string name) =>
        Environment.SetEnvironmentVariable(KernelCache.FolderVariable, Path.Combine(folder.FullName, name));

    private void RunChecks()
    {
        if (!options.Parts.Contains(GpuBenchOptions.Checks))
        {
            return;
        }

        _checks.Begin();
        var launched = new HashSet<(string, string)>();
        foreach (var mixedPrecision in (bool[])[false, true])
        {
            using var device = Create(mixedPrecision);
            if (!mixedPrecision)
            {
                CheckMerges(device);
            }

            new ForwardChecks(device, mixedPrecision, _checks).Run();
            CheckLogits(device, mixedPrecision);
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

    private void CheckLogits(CudaDevice device, bool mixedPrecision)
    {
        var logits = LogitChecks.Run(device, mixedPrecision, options.Sizes, _checks);
        _table.Add(
            $"logits against the CPU device's, {(mixedPrecision ? "bf16" : "fp32")}",
            CheckResult.Number(logits.Difference),
            "largest difference, of the largest logit",
            "",
            $"<= {CheckResult.Number(logits.Tolerance)}",
            logits.Passes);
    }

    private void RunMeasurements()
    {
        using var device = Create(mixedPrecision: true);
        if (options.Parts.Contains(GpuBenchOptions.Merge))
        {
            MergeRows.Add(_table, device, options.Sizes);
        }

        if (options.Parts.Contains(GpuBenchOptions.Forward))
        {
            ForwardRow.Add(_table, device, options.Sizes);
        }
    }

    private CudaDevice Create(bool mixedPrecision) =>
        (CudaDevice)_factory.Find(options.Device).Create(new DeviceOptions { MixedPrecision = mixedPrecision });
}

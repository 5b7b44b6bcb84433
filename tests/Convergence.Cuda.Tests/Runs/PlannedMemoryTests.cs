using Convergence.Cuda.Residency;
using Convergence.Cuda.Tests.Emulation;
using Convergence.EvoMerge.Runs;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Runs;

/// <summary>
/// What is planned bounds what the allocator holds: a run for which a plan takes all that is free, and leaves nothing to be spared, never
/// runs short.
/// </summary>
[NonParallelizable]
public sealed class PlannedMemoryTests : EmulatedRunFixture
{
    private const string MayNotBeEnough = "may not be enough";

    [TestCase(3_000_000)]
    [TestCase(4_000_000)]
    [TestCase(6_000_000)]
    [TestCase(10_000_000)]
    [TestCase(16_000_000)]
    public void Run_OnAGpuOfWhichThePlanSparesNothing_NeverRunsShort(int memory)
    {
        AddCompletions();
        EmulatedGpu.Configure("memory", memory);
        var notes = new List<string>();
        var config = Job.NewConfig(
            ("device", "cuda"), ("generations", "1"), ("mixed_precision", "true"), ("batch_tokens", "256"),
            ("layers", "{min: 1, max: 3}"), ("techniques", "[linear, ties, dare, frankenmerge]"), ("finalists", "1"));
        using var run = EvolutionRun.Create(config, devices: new WithoutSpare());
        run.Run(new Listener(notes));
        TestContext.Out.WriteLine(notes.Find(note => note.StartsWith("memory plan", StringComparison.Ordinal)));

        Assert.That(notes, Has.Some.StartsWith("memory plan: ").And.None.Contains(MayNotBeEnough));
        Assert.That(notes, Has.None.Contains("ran short"));
    }

    // Keys and values of what exact match may have to generate.
    private void AddCompletions()
    {
        foreach (var split in new[] { "search", "validation", "test" })
        {
            File.WriteAllLines(
                Job.Combine(split + "-completions.jsonl"),
                Enumerable.Range(0, 20).Select(index => $"{{\"prompt\": \"{split[..2]}{index:00}=\", \"completion\": \"{index}\"}}"));
            File.AppendAllText(
                Job.Combine(split + ".yaml"),
                $"\n  - name: completions\n    kind: exact_match\n    data: {split}-completions.jsonl\n    max_new_tokens: 32\n");
        }
    }

    private sealed class WithoutSpare : IComputeDeviceFactory
    {
        private readonly CudaDeviceFactory _factory = new();

        public DeviceSelection Find(DeviceRequest request, DeviceWork work = DeviceWork.Models) => _factory.Find(request, work) with
        {
            Create = options => EmulatedDevice.Create(options.Products, new MemorySpare(0, 0)),
        };

        public DeviceListing List() => _factory.List();
    }
}

using Convergence.Cuda.Merging;
using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Tests.Emulation;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Tests.Merging;

/// <summary>Cuts that are found by one reading are the CPU device's, whatever the magnitudes are like.</summary>
[Category(SanitizedRun.Category)]
public sealed class CollectedSelectionTests
{
    private const int Length = 20_011;
    private const int SampleSize = 8192;
    private const int Run = 8;

    // States of cuts.cuh.
    private const int Found = 2;
    private const int Missed = 3;

    private static readonly long[] Kept = [1, 2, 300, 6_000, 10_005, 19_000, Length - 1];

    private static readonly DType[] FloatTypes = [DType.F32, DType.BF16, DType.F16, DType.F64];

    private CudaRuntime _runtime = null!;

    [SetUp]
    public void CreateRuntime() => _runtime = EmulatedRuntime.Create();

    [TearDown]
    public void DisposeRuntime() => _runtime?.Dispose();

    // Small elements beside large bases, so that changes of 16-bit types come in few sizes.
    [Test]
    public void Find_SmoothMagnitudes_FindsTheCpusCuts([ValueSource(nameof(FloatTypes))] DType type)
    {
        var random = new Random(5);
        AssertFound(type, _ => (random.NextSingle() - 0.5f) * 0.01f);
    }

    [Test]
    public void Find_FewSizes_FindsTheCpusCutsAndTies([ValueSource(nameof(FloatTypes))] DType type)
    {
        var random = new Random(6);
        AssertFound(type, _ => random.Next(-4, 5) * 0.125f);
    }

    [Test]
    public void Find_AllEqual_FindsTheCpusTies() => AssertFound(DType.F32, _ => 0.5f);

    [Test]
    public void Find_NaNAndInfinities_CountsThemAsTheCpuDoes() =>
        AssertFound(DType.F32, index => index % 5 == 0 ? float.NaN : index % 7 == 0 ? float.PositiveInfinity : index);

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(517)]
    [TestCase(SampleSize)]
    public void Find_TensorThatIsItsOwnSample_FindsTheCpusCuts(int length)
    {
        var random = new Random(7);
        var (origin, input) = Tensors(DType.F32, length, _ => random.Next(-9, 9));
        AssertFound(origin, input, [.. Kept.Where(kept => kept < length)]);
    }

    // What is sampled is small, and all the rest is large: every bracket is far below its cut.
    [Test]
    public void SelectLargest_SampleThatMisleads_IsCountedInstead()
    {
        var sampled = Enumerable.Range(0, SampleSize / Run).Select(SampledRun).ToHashSet();
        var random = new Random(8);
        var (origin, input) = Tensors(DType.F32, Length, index => sampled.Contains(index / Run) ? 1 : 2 + random.NextSingle());
        using var device = EmulatedDevice.Create();
        var (cudaOrigin, cudaInput) = (device.Import(origin), device.Import(input));
        var runtime = ((CudaDevice)device).Runtime;
        var collected = Collect(runtime, MergeOperands.Of(runtime, cudaOrigin, [cudaInput], output: null), [6_000]);

        Assert.That(collected.Single().State, Is.EqualTo(Missed));
        Assert.That(Cut(device, cudaOrigin, cudaInput, 6_000), Is.EqualTo(CpuCut(origin, input, 6_000)));
    }

    [Test]
    public void Looks_SeveralTensors_AreReadTogether()
    {
        var (origin, input) = Tensors(DType.F32, Length, index => index == 7 ? float.NaN : index % 5);
        using var device = EmulatedDevice.Create();
        using var looks = device.Merging.BeginLooks(3);
        looks.AddNonFiniteCount(device.Import(input));
        looks.AddLargestMagnitude(device.Import(origin));
        looks.AddNonFiniteCount(device.Import(origin));

        Assert.That(looks.Read(), Is.EqualTo(new double[] { 1, 8, 0 }));
        Assert.That(() => looks.AddNonFiniteCount(device.Import(origin)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Ties_WithCutsThatNobodyLookedAt_WaitsForNothing()
    {
        var (origin, input) = Tensors(DType.F32, Length, index => index % 100);
        using var device = EmulatedDevice.Create();
        var (cudaOrigin, cudaInput) = (device.Import(origin), device.Import(input));
        using var output = device.Allocate(DType.F32, origin.Shape);
        EmulatedGpu.Configure("fault", "bracket_cuts");
        try
        {
            // A fault comes to light where somebody waits.
            using var cuts = device.Merging.SelectCuts(cudaOrigin, [cudaInput], [6_000]);
            device.Merging.Ties(cudaOrigin, [cudaInput], [1], cuts, [0], new TiesOptions(), output);
            Assert.That(() => device.Export(output), Throws.TypeOf<CudaException>().With.Property(nameof(CudaException.IsLost)).True);
        }
        finally
        {
            EmulatedGpu.Reset();
        }
    }

    private void AssertFound(DType type, Func<int, float> change)
    {
        var (origin, input) = Tensors(type, Length, change);
        AssertFound(origin, input, Kept);
    }

    // All cuts of one call, as of several models that are the same.
    private void AssertFound(HostTensor origin, HostTensor input, long[] kept)
    {
        using var cudaOrigin = CudaTensor.From(_runtime, origin);
        using var cudaInput = CudaTensor.From(_runtime, input);
        var tensors = MergeOperands.Of(_runtime, cudaOrigin, [.. kept.Append(1).Select(_ => cudaInput)], output: null);
        var collected = Collect(_runtime, tensors, [.. kept, 0]);

        Assert.That(collected.Select(cut => cut.State), Is.All.EqualTo(Found));
        Assert.That(
            collected.Select(cut => new MagnitudeCut(cut.Magnitude, cut.LastTie)),
            Is.EqualTo(kept.Append(0).Select(rank => CpuCut(origin, input, rank))));
    }

    private static CollectedCut[] Collect(CudaRuntime runtime, in MergeTensors tensors, long[] kept)
    {
        var launcher = new MergeLauncher(runtime);
        using var cuts = launcher.Undefined<CollectedCut>(kept.Length);
        using var selections = launcher.Undefined<Selection>(kept.Length);
        new CollectedSelection(launcher).Collect(tensors, kept, cuts, selections);
        return launcher.Read<CollectedCut>(cuts, kept.Length);
    }

    private static MagnitudeCut CpuCut(HostTensor origin, HostTensor input, long rank)
    {
        using var cpu = new CpuDevice(1);
        return Cut(cpu, origin, input, rank);
    }

    private static MagnitudeCut Cut(ComputeDevice device, DeviceTensor origin, DeviceTensor input, long rank)
    {
        var cuts = new MagnitudeCut[1];
        device.Merging.SelectLargest(origin, [input], [rank], cuts);
        return cuts[0];
    }

    // As sampled_run of merge_collect.cu has it.
    private static int SampledRun(int stratum)
    {
        const int Strata = SampleSize / Run;
        const int RunCount = Length / Run;
        var first = stratum * RunCount / Strata;
        var width = ((stratum + 1) * RunCount / Strata) - first;
        var bits = (ulong)(stratum + 1) * 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return first + (int)((bits ^ (bits >> 31)) % (ulong)width);
    }

    private static (HostTensor Origin, HostTensor Input) Tensors(DType type, int length, Func<int, float> change)
    {
        var random = new Random(4);
        var values = Enumerable.Range(0, length).Select(_ => (float)random.Next(-8, 8)).ToArray();
        return (Tensor(type, values), Tensor(type, [.. values.Select((value, index) => value + change(index))]));
    }

    private static HostTensor Tensor(DType type, float[] values)
    {
        var tensor = HostTensor.Allocate(type, new TensorShape(values.Length));
        FloatConversion.Narrow(values, tensor);
        return tensor;
    }
}

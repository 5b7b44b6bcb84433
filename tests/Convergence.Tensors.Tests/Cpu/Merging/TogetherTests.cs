using Convergence.Tensors.Cpu;
using Convergence.Tensors.Tests.Devices.Merging;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>Several merges in one reading, where the CPU does it another way than elsewhere.</summary>
public sealed class TogetherTests
{
    [Test]
    public void Together_OnSeveralThreads_GivesTheBitsOfSingleCalls(
        [ValueSource(typeof(TogetherCases), nameof(TogetherCases.TypeMixes))] DType[] types,
        [Values(65, 4097, 12_400, 300_001)] int length,
        [Values(0, 77, 512)] int firstIndex) =>
        Compare(types, length, firstIndex, threads: 3);

    [Test]
    public void Together_LargeEnoughToBypassTheCaches_GivesTheBitsOfSingleCalls([Values(0, 1)] int types) =>
        Compare(TogetherCases.TypeMixes[types], 1_100_003, firstIndex: 0, threads: 2);

    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void Together_NarrowerInstructions_GivesTheBitsOfSingleCalls(IsaLevel level) => IsaRunner.RunAndRead(level, CompareAll);

    private static void CompareAll()
    {
        foreach (var types in TogetherCases.TypeMixes)
        {
            Compare(types, 5_000, firstIndex: 77, threads: 2);
        }
    }

    private static void Compare(DType[] types, int length, int firstIndex, int threads)
    {
        using var device = new CpuDevice(threads);
        TogetherCases.Compare(device, types, length, firstIndex);
    }
}

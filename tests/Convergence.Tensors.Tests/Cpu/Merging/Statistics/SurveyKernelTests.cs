using System.Globalization;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging.Statistics;

/// <summary>The survey of task vectors: the same bits however it is taken.</summary>
public sealed class SurveyKernelTests
{
    private const double LargeBound = 0.05;

    [Test]
    public void Survey_AnyThreadCount_GivesTheSameBits() =>
        Assert.That(
            Enumerable.Range(1, 4)
                .Select(threads => Fingerprint(threads, 700_003, [DType.F32, DType.BF16, DType.F32, DType.F32]))
                .Distinct(),
            Has.Exactly(1).Items);

    [TestCase(IsaLevel.Vector256)]
    [TestCase(IsaLevel.Vector128)]
    [TestCase(IsaLevel.Scalar)]
    public void Survey_NarrowerInstructions_GivesTheSameBits(IsaLevel level) =>
        Assert.That(Prints(level), Is.EqualTo(Prints(IsaLevel.Widest)).And.Length.GreaterThan(1000));

    /// <summary>The check that runs again with narrower instructions.</summary>
    public static void PrintFingerprints()
    {
        foreach (var length in MergeCases.Lengths)
        {
            foreach (var types in MergeKernelsContract.SurveyMixes)
            {
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{length} {string.Join(',', types)}: {Fingerprint(2, length, types)}"));
            }
        }
    }

    private static TaskVectorSurvey Take(int threads, DeviceTensor origin, DeviceTensor[] inputs)
    {
        using var device = new CpuDevice(threads);
        var survey = new TaskVectorSurvey(inputs.Length);
        device.Merging.Survey(origin, inputs, LargeBound, survey);
        return survey;
    }

    private static string Fingerprint(int threads, int length, DType[] types)
    {
        var (origin, inputs) = MergeCases.Tensors(length, types[0], types[1..]);
        var survey = Take(threads, origin, inputs);
        var sums = from first in Enumerable.Range(0, types.Length)
                   from second in Enumerable.Range(0, types.Length)
                   select survey.Product(
            first, second);
        var bits = sums.Concat(survey.MagnitudeSums).Concat(survey.LargestMagnitudes).Select(BitConverter.DoubleToInt64Bits)
            .Concat(survey.Unchanged).Concat(survey.Large).Append(survey.Conflicts);
        return string.Join(' ', bits.Select(number => number.ToString("X", CultureInfo.InvariantCulture)));
    }

    private static string Prints(IsaLevel level) =>
        string.Join(
            '\n', IsaRunner.RunAndRead(level, PrintFingerprints).Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal)));
}

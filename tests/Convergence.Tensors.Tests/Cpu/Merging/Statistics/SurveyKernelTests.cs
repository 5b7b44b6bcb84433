using System.Globalization;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Testing.Isa;

namespace Convergence.Tensors.Tests.Cpu.Merging.Statistics;

/// <summary>The survey of task vectors against one written down element by element, and the same bits however it is taken.</summary>
public sealed class SurveyKernelTests
{
    private const double LargeBound = 0.05;

    private static readonly DType[][] TypeMixes =
    [
        [DType.F32, DType.F32, DType.F32, DType.F32],
        [DType.BF16, DType.BF16, DType.BF16, DType.BF16],
        [DType.F32, DType.BF16, DType.F32, DType.F16],
        [DType.F64, DType.F32, DType.F64, DType.BF16],
        [DType.F32, DType.F32, DType.BF16],
        [DType.BF16, DType.BF16],
        [DType.F32],
    ];

    private static IEnumerable<object[]> Cases() =>
        from mix in TypeMixes
        from length in MergeCases.Lengths
        where length < 10_000
            || mix.Length == 4
        select new object[] { mix, length };

    [TestCaseSource(nameof(Cases))]
    public void Survey_AnyTypesAndLength_IsThatOfTheElements(DType[] types, int length)
    {
        var (origin, inputs) = MergeCases.Tensors(length, types[0], types[1..]);
        var survey = Take(2, origin, inputs);
        double[][] vectors = [MergeCases.Doubles(origin), .. inputs.Select(MergeCases.Doubles)];
        for (var input = inputs.Length; input > 0; input--)
        {
            vectors[input] = [.. vectors[input].Zip(vectors[0], (element, start) => element - start)];
        }

        Assert.That(survey.ElementCount, Is.EqualTo(length));
        for (var first = 0; first < vectors.Length; first++)
        {
            for (var second = 0; second < vectors.Length; second++)
            {
                Assert.That(
                    survey.Product(first, second), Is.EqualTo(vectors[first].Zip(vectors[second], (a, b) => a * b).Sum()).Within(1e-8));
            }
        }

        for (var input = 0; input < inputs.Length; input++)
        {
            var deltas = vectors[input + 1];
            Assert.That(survey.MagnitudeSums[input], Is.EqualTo(deltas.Sum(Math.Abs)).Within(1e-8));
            Assert.That(survey.LargestMagnitudes[input], Is.EqualTo(deltas.Select(Math.Abs).DefaultIfEmpty(0).Max()));
            Assert.That(survey.Unchanged[input], Is.EqualTo(deltas.Count(delta => delta == 0)));
            Assert.That(survey.Large[input], Is.EqualTo(deltas.Count(delta => Math.Abs(delta) > LargeBound)));
            Assert.That(survey.NonFinite[input + 1], Is.Zero);
            for (var other = 0; other < inputs.Length; other++)
            {
                Assert.That(
                    survey.PairConflicts(input, other),
                    Is.EqualTo(deltas.Zip(vectors[other + 1]).Count(pair => pair.First * pair.Second < 0)));
            }
        }

        var conflicts = Enumerable.Range(0, length)
            .Count(element => vectors.Skip(1).Any(delta => delta[element] > 0) && vectors.Skip(1).Any(delta => delta[element] < 0));
        Assert.That(survey.Conflicts, Is.EqualTo(conflicts));
    }

    [Test]
    public void Survey_OfDamagedModels_CountsNaNAndInfinity([ValueSource(typeof(MergeCases), nameof(MergeCases.Lengths))] int length)
    {
        var values = Enumerable.Range(0, length)
            .Select(index => (index % 5) switch { 0 => float.NaN, 3 => float.NegativeInfinity, _ => index })
            .ToArray();
        var damaged = MergeCases.Tensor(DType.F32, values);
        var whole = MergeCases.Tensor(DType.F32, new float[length]);
        var survey = Take(2, whole, [damaged, whole]);
        Assert.That(survey.NonFinite, Is.EqualTo(new long[] { 0, values.Count(value => !float.IsFinite(value)), 0 }));
        Assert.That(Take(1, damaged, []).NonFinite, Is.EqualTo(new[] { survey.NonFinite[1] }));
    }

    [Test]
    public void Survey_OfSlices_AddsUpToThatOfTheWhole([Values(1, 64, 100, 4096, 65_537)] int firstLength)
    {
        const int Length = 70_001;
        var (origin, inputs) = MergeCases.Tensors(Length, DType.F32, DType.F32, DType.F32, DType.F32);
        var whole = Take(2, origin, inputs);
        var sum = Take(2, origin.Slice(0, firstLength), Array.ConvertAll(inputs, input => input.Slice(0, firstLength)));
        sum.Add(Take(
            2,
            origin.Slice(firstLength, Length - firstLength),
            Array.ConvertAll(inputs, input => input.Slice(firstLength, Length - firstLength))));
        Assert.That(sum.ElementCount, Is.EqualTo(Length));
        Assert.That(sum.Conflicts, Is.EqualTo(whole.Conflicts));
        Assert.That(sum.Unchanged, Is.EqualTo(whole.Unchanged));
        Assert.That(sum.Large, Is.EqualTo(whole.Large));
        Assert.That(sum.LargestMagnitudes, Is.EqualTo(whole.LargestMagnitudes));
        Assert.That(sum.PairConflicts(0, 2), Is.EqualTo(whole.PairConflicts(0, 2)));
        Assert.That(sum.Product(1, 2), Is.EqualTo(whole.Product(1, 2)).Within(1e-8));
        Assert.That(sum.MagnitudeSums[1], Is.EqualTo(whole.MagnitudeSums[1]).Within(1e-8));
    }

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
            foreach (var types in TypeMixes)
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

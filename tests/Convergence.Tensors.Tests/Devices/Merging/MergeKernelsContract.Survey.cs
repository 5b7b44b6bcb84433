using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>The survey of task vectors.</summary>
public abstract partial class MergeKernelsContract
{
    private const double LargeBound = 0.05;

    // The base's type and the inputs'.
    internal static readonly DType[][] SurveyMixes =
    [
        [DType.F32, DType.F32, DType.F32, DType.F32],
        [DType.BF16, DType.BF16, DType.BF16, DType.BF16],
        [DType.F32, DType.BF16, DType.F32, DType.F16],
        [DType.F64, DType.F32, DType.F64, DType.BF16],
        [DType.F32, DType.F32, DType.BF16],
        [DType.BF16, DType.BF16],
        [DType.F32],
    ];

    private static IEnumerable<object[]> SurveyCases() =>
        from mix in SurveyMixes
        from length in MergeCases.Lengths
        where length < 10_000
            || mix.Length == 4
        select new object[] { mix, length };

    [TestCaseSource(nameof(SurveyCases))]
    public void Survey_AnyTypesAndLength_IsThatOfTheElements(DType[] types, int length)
    {
        var (origin, inputs) = Tensors(length, types[0], types[1..]);
        var survey = Take(origin, inputs);
        double[][] vectors = [Doubles(origin), .. inputs.Select(Doubles)];
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
        var damaged = Tensor(DType.F32, values);
        var whole = Tensor(DType.F32, new float[length]);
        var survey = Take(whole, [damaged, whole]);
        Assert.That(survey.NonFinite, Is.EqualTo(new long[] { 0, values.Count(value => !float.IsFinite(value)), 0 }));
        Assert.That(Take(damaged, []).NonFinite, Is.EqualTo(new[] { survey.NonFinite[1] }));
    }

    [Test]
    public void Survey_OfSlices_AddsUpToThatOfTheWhole([Values(1, 64, 100, 4096, 65_537)] int firstLength)
    {
        const int Length = 70_001;
        var (origin, inputs) = Tensors(Length, DType.F32, DType.F32, DType.F32, DType.F32);
        var whole = Take(origin, inputs);
        var sum = Take(origin.Slice(0, firstLength), Array.ConvertAll(inputs, input => input.Slice(0, firstLength)));
        sum.Add(Take(
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

    private TaskVectorSurvey Take(DeviceTensor origin, DeviceTensor[] inputs)
    {
        var survey = new TaskVectorSurvey(inputs.Length);
        Kernels.Survey(origin, inputs, LargeBound, survey);
        return survey;
    }
}

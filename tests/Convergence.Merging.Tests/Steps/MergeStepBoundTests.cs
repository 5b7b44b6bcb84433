using System.Buffers;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Steps;

/// <summary>What a step says no result exceeds.</summary>
public sealed class MergeStepBoundTests
{
    private const int ElementCount = 96;

    private static readonly MagnitudeCut[] Everything = [MagnitudeCut.KeepAll, MagnitudeCut.KeepAll];

    [Test]
    public void Bound_OfSums_IsTheLargestSum()
    {
        Assert.Multiple(() =>
        {
            Assert.That(new CombineStep([2, -3]).Bound(0, [5, 7]), Is.EqualTo(31));
            Assert.That(new TaskVectorStep([2, -3]).Bound(1, [5, 7]), Is.EqualTo(1 + (2 * 6) + (3 * 8)));
            Assert.That(CopyStep.Instance.Bound(0, [5]), Is.EqualTo(5));
            Assert.That(new TiesStep([1, 3], Everything, new TiesOptions(2)).Bound(1, [5, 7]), Is.EqualTo(1 + (2 * 8)));
            Assert.That(new DareStep([1, 3], [0.5, 0.25], new DareOptions(1)).Bound(1, [5, 7]), Is.EqualTo(1 + (2 * 6) + (3 * 4 * 8)));
        });
    }

    [Test]
    public void Bound_OfAMeanWhoseWeightsMayCancel_IsInfinite() => Assert.That(
        new TiesStep([1, -0.999], Everything, new TiesOptions(1)).Bound(1, [5, 7]), Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Bound_OfInputsOfWhichNothingIsKnown_IsInfinite() =>
        Assert.That(new CombineStep([1, 2]).Bound(0, [5, double.PositiveInfinity]), Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Bound_AnyNumbers_NoResultExceedsIt() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int Seed, sbyte First, sbyte Second, byte Density)>(),
        numbers =>
        {
            using var device = new CpuDevice(1);
            var random = new Random(numbers.Seed);
            var (origin, originBound) = Tensor(random, 10);
            var (first, firstBound) = Tensor(random, 1000);
            var (second, secondBound) = Tensor(random, 0.1);
            double[] weights = [numbers.First / 16.0, numbers.Second / 16.0];
            var density = (numbers.Density + 1) / 256.0;
            foreach (var step in Steps(weights, density))
            {
                using var output = HostTensor.Allocate(DType.F64, origin.Shape);
                step.Run(device.Merging, new MergeRun(origin, new DeviceTensor[] { first, second }, output));
                var bound = step.Bound(originBound, [firstBound, secondBound]);

                // Both are rounded.
                var largest = output.AsSpan<double>().ToArray().Max(Math.Abs);
                Assert.That(largest, Is.LessThanOrEqualTo(bound * (1 + 1e-12)), step.GetType().Name);
                step.Dispose();
            }
        }).QuickCheckThrowOnFailure();

    private static List<MergeStep> Steps(double[] weights, double density)
    {
        var cuts = new[] { MagnitudeCut.KeepAll, new MagnitudeCut(0x3F00_0000, 3) };
        var features = ArrayPool<double>.Shared.Rent(2 * ElementCount);
        features.AsSpan().Clear();
        weights.CopyTo(features, 0);
        weights.CopyTo(features, ElementCount);
        var steps = new List<MergeStep>
        {
            new CombineStep(weights),
            new TaskVectorStep(weights),
            new VectorStep(weights, VectorLayout.Whole(new TensorShape(ElementCount))),
            new FeatureStep(features, ElementCount, 1),
        };
        foreach (var isMean in new[] { false, true })
        {
            steps.Add(new TiesStep(weights, cuts, new TiesOptions(1.5, isMean)));
            steps.Add(new DareStep(weights, [density, 1], new DareOptions(3, Normalize: isMean, ElectSign: true)));
        }

        steps.Add(new DareStep(weights, [density, 1], new DareOptions(3, Lambda: 0.5)));
        steps.Add(new DareStep(weights, [density, 1], new DareOptions(3, Rescale: false)));
        return steps;
    }

    private static (HostTensor Tensor, double Bound) Tensor(Random random, double scale)
    {
        var tensor = HostTensor.Allocate(DType.F64, new TensorShape(ElementCount));
        var values = tensor.AsSpan<double>();
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = ((2 * random.NextDouble()) - 1) * scale;
        }

        return (tensor, values.ToArray().Max(Math.Abs));
    }
}

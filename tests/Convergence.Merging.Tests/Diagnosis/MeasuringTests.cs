using Convergence.Merging.Diagnosis;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Merging.Tests.Diagnosis;

/// <summary>The figures of a diagnosis against their definitions.</summary>
public sealed class MeasuringTests
{
    [Test]
    public void ModelGeometry_IsThatOfTheVectors() =>
        Prop.ForAll(Gen.Choose(-50, 50).ArrayOf(5 * 12).ToArbitrary(), numbers =>
        {
            var vectors = Enumerable.Range(0, 4)
                .Select(model => numbers.Skip(model * 12).Take(12).Select(number => number / 8f).ToArray())
                .ToArray();
            var geometry = new ModelGeometry(Survey(vectors));
            for (var first = 0; first < 4; first++)
            {
                Assert.That(geometry.Norm(first), Is.EqualTo(Norm(vectors[first])).Within(1e-9));
                for (var second = 0; second < 4; second++)
                {
                    Assert.That(geometry.Distance(first, second), Is.EqualTo(Norm(Minus(vectors[first], vectors[second]))).Within(1e-6));
                    Assert.That(geometry.Cosine(first, second), Is.EqualTo(Cosine(vectors[first], vectors[second])).Within(1e-9));
                    for (var origin = 0; origin < 4; origin++)
                    {
                        var expected = Cosine(Minus(vectors[first], vectors[origin]), Minus(vectors[second], vectors[origin]));
                        Assert.That(geometry.CosineFrom(origin, first, second), Is.EqualTo(expected).Within(1e-6));
                    }
                }
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void KeptEnergy_IsNearlyThatOfSortedElements() =>
        Prop.ForAll(Gen.Choose(1, 1_000_000).ArrayOf(300).ToArbitrary(), ArbMap.Default.ArbFor<byte>(), (numbers, power) =>
        {
            // Flat for a power of 0, heavy-tailed for 8.
            var values = numbers.Select(number => (float)Math.Pow(number / 1e6, power % 9)).ToArray();
            var spread = Spread(values);
            var squares = values.Select(value => (double)value * value).OrderDescending().ToArray();
            foreach (var density in new[] { 0.1, 0.2, 0.5, 0.9 })
            {
                var exact = squares.Take((int)(density * squares.Length)).Sum() / squares.Sum();
                Assert.That(spread.KeptEnergy(density), Is.EqualTo(exact).Within(0.015));
                Assert.That(spread.KeptEnergy(spread.DensityFor(density)), Is.EqualTo(density).Within(1e-6));
            }
        }).QuickCheckThrowOnFailure();

    [Test]
    public void KeptEnergy_OfNothing_IsNotANumber()
    {
        Assert.That(Spread([0, 0, 0]).KeptEnergy(0.5), Is.NaN);
        Assert.That(Spread([0, 0, 0]).DensityFor(0.5), Is.NaN);
    }

    [Test]
    public void ByChance_IsTheShareOverAllSigns()
    {
        // Three models that move half, a quarter and all of eight elements, counted over every choice of signs.
        bool[][] moves =
        [
            [true, true, true, true, false, false, false, false],
            [true, true, false, false, false, false, false, false],
            [.. Enumerable.Repeat(true, 8)],
        ];
        double Expected()
        {
            double sum = 0;
            foreach (var (first, second) in from first in moves[0] from second in moves[1] select (first, second))
            {
                foreach (var signs in Enumerable.Range(0, 8))
                {
                    bool[] moved = [first, second, true];
                    var ups = moved.Where((isMoved, model) => isMoved && (signs >> model & 1) == 1).Any();
                    var downs = moved.Where((isMoved, model) => isMoved && (signs >> model & 1) == 0).Any();
                    sum += ups && downs ? 1 : 0;
                }
            }

            return sum / (64 * 8);
        }

        var vectors = moves.Select(model => model.Select(isMoved => isMoved ? 1f : 0f).ToArray()).Prepend(new float[8]).ToArray();
        Assert.That(TaskVectorChecks.ByChance(Survey(vectors)), Is.EqualTo(Expected()).Within(1e-12));
    }

    [TestCase("model.layers.7.self_attn.q_proj.weight", "7", "q_proj")]
    [TestCase("transformer.h.0.attn.c_proj.weight", "0", "attn.c_proj")]
    [TestCase("transformer.h.11.mlp.c_proj.weight", "11", "mlp.c_proj")]
    [TestCase("model.layers.3.mlp.experts.5.w1.weight", "3", "w1")]
    [TestCase("model.embed_tokens.weight", null, "embed_tokens")]
    public void TensorPlace_OfAMatrix_IsItsLayerAndKind(string name, string? layer, string kind) =>
        Assert.That(TensorPlace.Of(name, new TensorShape(2, 2), hasSeveralStacks: false), Is.EqualTo((layer, kind)));

    [Test]
    public void Shorten_KeepsPathsThatShareTheirLastPart() =>
        Assert.That(ModelNames.Shorten(["a/base", "b/base", "a/one/", "two"]), Is.EqualTo(new[] { "a/base", "b/base", "one", "two" }));

    private static TaskVectorSurvey Survey(float[][] vectors)
    {
        using var device = new CpuDevice(1);
        var survey = new TaskVectorSurvey(vectors.Length - 1);
        device.Merging.Survey(
            MemoryModels.Vector(vectors[0]), [.. vectors.Skip(1).Select(vector => MemoryModels.Vector(vector))], 0.005, survey);
        return survey;
    }

    private static MagnitudeSpread Spread(float[] values)
    {
        using var device = new CpuDevice(1);
        var counts = new long[1 << MagnitudeSpread.BucketBitCount];
        device.Merging.CountMagnitudes(
            MemoryModels.Vector(new float[values.Length]), [MemoryModels.Vector(values)], [0u], 0, MagnitudeSpread.BucketBitCount, counts);
        var spread = new MagnitudeSpread();
        spread.Add(counts);
        return spread;
    }

    private static float[] Minus(float[] left, float[] right) => [.. left.Zip(right, (a, b) => a - b)];

    private static double Norm(float[] vector) => Math.Sqrt(vector.Sum(value => (double)value * value));

    private static double Cosine(float[] left, float[] right) => Norm(left) > 0 && Norm(right) > 0
        ? left.Zip(right, (a, b) => (double)a * b).Sum() / (Norm(left) * Norm(right))
        : double.NaN;
}

using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Transformer;

namespace Convergence.Tensors.Tests.Cpu.Transformer;

public sealed class LanesTests
{
    [Test]
    public void Exp_WholeRange_IsWithinTwoUnitsInTheLastPlace()
    {
        for (var start = -87f; start < 88; start += 0.003f)
        {
            var inputs = Enumerable.Range(0, Lanes.Count).Select(lane => MathF.Min(88, start + (lane * 0.00017f))).ToArray();
            var results = Lanes.Exp(Vector512.Create(inputs));
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                var expected = Math.Exp(inputs[lane]);
                var unit = (double)MathF.BitIncrement((float)expected) - (float)expected;
                Assert.That(results[lane], Is.EqualTo(expected).Within(2 * unit), $"e^{inputs[lane]:R}");
            }
        }
    }

    [TestCase(0f, 1f)]
    [TestCase(float.NegativeInfinity, 0f)]
    [TestCase(-87.01f, 0f)]
    [TestCase(-1e30f, 0f)]
    [TestCase(float.NaN, float.NaN)]
    public void Exp_SpecialValues_AreExact(float input, float expected) =>
        Assert.That(Lanes.Exp(Vector512.Create(input))[7], Is.EqualTo(expected));

    [TestCase(88.5f)]
    [TestCase(float.PositiveInfinity)]
    public void Exp_AboveTheRange_StaysFinite(float input) =>
        Assert.That(Lanes.Exp(Vector512.Create(input))[0], Is.EqualTo(Lanes.Exp(Vector512.Create(88f))[0]).And.GreaterThan(1e38f));

    [Test]
    public unsafe void LoadAndStorePartial_EveryCount_TouchOnlyTheirElements([Range(0, 15)] int count)
    {
        var source = Enumerable.Range(1, 16).Select(value => (float)value).ToArray();
        var target = new float[16];
        fixed (float* from = source)
        fixed (float* to = target)
        {
            var loaded = Lanes.LoadPartial(from, count);
            Assert.That(Enumerable.Range(0, 16).Select(lane => loaded[lane]), Is.EqualTo(source.Select((v, i) => i < count ? v : 0)));
            Lanes.StorePartial(Vector512.Create(9f), to, count);
        }

        Assert.That(target, Is.EqualTo(Enumerable.Range(0, 16).Select(i => i < count ? 9f : 0f)));
    }

    [Test]
    public void SumAndMax_Lanes_AreComplete()
    {
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            var single = Vector512.WithElement(Vector512.Create(-1f), lane, 100f);
            Assert.That(Lanes.Max(single), Is.EqualTo(100f));
            Assert.That(Lanes.Sum(single), Is.EqualTo(85f));
        }
    }
}

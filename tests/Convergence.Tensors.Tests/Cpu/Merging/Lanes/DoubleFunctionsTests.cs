using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Tests.Cpu.Merging.Lanes;

/// <summary>Exponential and logarithm against the runtime's.</summary>
public sealed class DoubleFunctionsTests
{
    [Test]
    public void ExpAndLog_OverTheirRanges_AreExactToTwoPlaces()
    {
        for (var step = 0; step < 20_000; step++)
        {
            var x = -708 * Math.Pow(step / 20_000.0, 3);
            Assert.That(DoubleFunctions.ExpOfNegative(Vector512.Create(x))[3], Is.EqualTo(Math.Exp(x)).Within(4).Ulps, $"exp {x}");
            var y = Math.Pow(10, (step - 10_000) / 1000.0);
            Assert.That(DoubleFunctions.Log(Vector512.Create(y))[3], Is.EqualTo(Math.Log(y)).Within(4).Ulps, $"log {y}");
        }

        for (var step = -2000; step <= 2000; step++)
        {
            // From one millionth to a factor of e^2 apart, so on both sides of the bound.
            var y = 0.001 * (1 + (step % 7));
            var x = y * (1 + (Math.Sign(step) * Math.Pow(Math.Abs(step) / 2000.0, 4)) + (step > 0 ? 1e-6 : -1e-6 * (step + 2000) / 2000));
            var expected = Math.Log(x / y);
            if (x > 0)
            {
                Assert.That(
                    DoubleFunctions.LogOfRatio(Vector512.Create(x), Vector512.Create(y))[5],
                    Is.EqualTo(expected).Within(1e-15 + (1e-15 * Math.Abs(expected))),
                    $"log {x}/{y}");
            }
        }

        Assert.That(DoubleFunctions.ExpOfNegative(Vector512.Create(-800.0))[0], Is.Zero);
        Assert.That(DoubleFunctions.Log(Vector512<double>.One)[0], Is.Zero);
    }
}

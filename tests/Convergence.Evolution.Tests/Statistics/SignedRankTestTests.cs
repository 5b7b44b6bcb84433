using Convergence.Testing.Statistics;

namespace Convergence.Evolution.Tests.Statistics;

internal sealed class SignedRankTestTests
{
    [TestCase(new[] { 1.0, 2, 3, 4, 5 }, 1 / 32.0, Description = "all positive: one pattern of 2^5")]
    [TestCase(new[] { -1.0, 2, 3, 4, 5 }, 2 / 32.0)]
    [TestCase(new[] { -1.0, -2, -3, -4, -5 }, 1.0)]
    [TestCase(new[] { 1.0, -1 }, 0.75, Description = "ties share the rank 1.5")]
    [TestCase(new[] { 0.0, 0, 7 }, 0.5, Description = "zeros are dropped")]
    public void PValue_KnownCases_IsExact(double[] differences, double expected) =>
        Assert.That(SignedRankTest.PValue(differences), Is.EqualTo(expected).Within(1e-12));
}

using Convergence.Evolution.Surrogates;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;

namespace Convergence.Evolution.Tests.Surrogates;

internal sealed class CholeskyFactorTests
{
    [Test]
    public void Of_RandomMatrices_AgreesWithMathNet([Values(1, 2, 3, 4, 5, 8, 31)] int size)
    {
        var random = new Convergence.Evolution.Randomness.SearchRandom((ulong)size);
        var root = Matrix<double>.Build.Dense(size, size, (_, _) => Normal.Sample(random, 0, 1));
        var matrix = root * root.Transpose();
        var right = Vector<double>.Build.Dense(size, _ => Normal.Sample(random, 0, 1));
        var expected = (matrix + (0.5 * Matrix<double>.Build.DenseIdentity(size))).Cholesky();
        var factor = CholeskyFactor.Of(matrix.ToRowMajorArray(), size, 0.5);

        Assert.That(factor.LogDeterminant, Is.EqualTo(expected.DeterminantLn).Within(1e-9));
        Assert.That(factor.Solve(right.ToArray()), Is.EqualTo(expected.Solve(right).ToArray()).Within(1e-9));
        var half = right.ToArray();
        factor.SolveLower(half);
        Assert.That((expected.Factor * Vector<double>.Build.Dense(half)).ToArray(), Is.EqualTo(right.ToArray()).Within(1e-9));
        Assert.That(factor.MultiplyLower(half), Is.EqualTo(right.ToArray()).Within(1e-9));
        var inverse = factor.Inverse();
        var full = Matrix<double>.Build.Dense(size, size, (i, j) => inverse[(Math.Max(i, j) * size) + Math.Min(i, j)]);
        Assert.That((full * right).ToArray(), Is.EqualTo(expected.Solve(right).ToArray()).Within(1e-9));
    }

    [Test]
    public void Of_IndefiniteMatrix_IsRefused() =>
        Assert.That(() => CholeskyFactor.Of([1, 2, 2, 1], 2, 0), Throws.ArgumentException);
}

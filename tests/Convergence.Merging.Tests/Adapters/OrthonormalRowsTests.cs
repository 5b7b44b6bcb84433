using System.Numerics.Tensors;
using Convergence.Tensors.Randomness;

namespace Convergence.Merging.Tests.Adapters;

/// <summary>Rows come out orthonormal, in the span of what they were.</summary>
public sealed class OrthonormalRowsTests
{
    [TestCase(1, 1)]
    [TestCase(3, 700, Description = "more columns than are solved together")]
    [TestCase(40, 40)]
    [TestCase(17, 129, Description = "neither blocks nor segments come out even")]
    public void Make_IndependentRows_AreOrthonormalAndSpanTheSame(int rowCount, int columnCount)
    {
        var rows = Random(rowCount, columnCount, decay: 0.8);
        var before = Array.ConvertAll(rows, row => row.ToArray());
        OrthonormalRows.Make(rows);
        AssertOrthonormal(rows, 1e-13);
        foreach (var row in before)
        {
            var inside = rows.Sum(direction => Math.Pow(TensorPrimitives.Dot<double>(direction, row), 2));
            Assert.That(Math.Sqrt(inside), Is.EqualTo(TensorPrimitives.Norm<double>(row)).Within(1e-9).Percent);
        }
    }

    [Test]
    public void Make_RowsOfFallingLengthAlmostOneDirection_AreOrthonormalNonetheless()
    {
        // What products leave of a steep spectrum: all rows are nearly the first, told apart by a hundred-thousandth.
        var rows = Random(24, 300, decay: 1);
        for (var row = 1; row < rows.Length; row++)
        {
            TensorPrimitives.Multiply<double>(rows[row], 1e-5, rows[row]);
            TensorPrimitives.Add<double>(rows[row], rows[0], rows[row]);
        }

        OrthonormalRows.Make(rows);
        AssertOrthonormal(rows, 1e-13);
    }

    [Test]
    public void Make_DependentRows_BecomeZero()
    {
        var rows = Random(5, 30, decay: 1);
        TensorPrimitives.Multiply<double>(rows[0], -3, rows[1]);
        TensorPrimitives.Add<double>(rows[0], rows[2], rows[3]);
        Array.Clear(rows[4]);
        OrthonormalRows.Make(rows);
        Assert.That(new[] { 1, 3, 4 }.Select(row => rows[row].Max(Math.Abs)), Is.All.Zero);
        AssertOrthonormal([rows[0], rows[2]], 1e-14);
    }

    [Test]
    public void Gram_IsTheProductsOfAllPairs()
    {
        var rows = Random(19, 515, decay: 0.9);
        var gram = RowProducts.Gram(rows);
        for (var row = 0; row < rows.Length; row++)
        {
            Assert.That(gram[row], Has.Length.EqualTo(row + 1));
            for (var other = 0; other <= row; other++)
            {
                var exact = rows[row].Zip(rows[other], (left, right) => left * right).Sum();
                Assert.That(gram[row][other], Is.EqualTo(exact).Within(1e-12));
            }
        }
    }

    private static double[][] Random(int rowCount, int columnCount, double decay)
    {
        var key = Philox.Key(2, "rows");
        return [.. Enumerable.Range(0, rowCount).Select(row => Enumerable.Range(0, columnCount)
            .Select(column => Math.Pow(decay, row) * (Philox.UniformAt(key, 0, (row * columnCount) + column) - 0.5)).ToArray())];
    }

    private static void AssertOrthonormal(double[][] rows, double tolerance)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            for (var other = 0; other <= row; other++)
            {
                Assert.That(
                    TensorPrimitives.Dot<double>(rows[row], rows[other]), Is.EqualTo(row == other ? 1.0 : 0.0).Within(tolerance),
                    $"{row}, {other}");
            }
        }
    }
}

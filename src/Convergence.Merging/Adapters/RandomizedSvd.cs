using System.Numerics.Tensors;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;
using MathNet.Numerics.LinearAlgebra;

namespace Convergence.Merging;

/// <summary>
/// The leading singular triples of a matrix by random projection: Halko, Martinsson and Tropp 2011, "Finding structure with randomness"
/// (SIAM Review 53), algorithms 4.4 (subspace iteration) and 5.1 (the projected matrix). Products are float32 and run on the device;
/// orthonormalisation and the small eigenproblem are float64. The result does not depend on the number of threads.
/// </summary>
/// <param name="device">Multiplies.</param>
internal sealed class RandomizedSvd(CpuDevice device)
{
    // Halko et al. recommend 5 to 10 more directions than wanted and one or two iterations; fine-tuning's spectra decay slowly.
    internal const int Oversampling = 16;
    private const int IterationCount = 3;

    /// <summary>Products with the matrix that a decomposition takes.</summary>
    internal const int ProductCount = (2 * IterationCount) + 2;

    /// <summary>D is about left^T right, with the scale of each triple divided evenly between the two.</summary>
    /// <param name="matrix">D, F32, [rows, columns].</param>
    /// <param name="rank">Triples wanted at most, from 1.</param>
    /// <param name="key">Decides the random directions.</param>
    /// <returns>
    /// The singular values, largest first, and rows of <c>left</c> [k][rows] and <c>right</c> [k][columns]; zero directions are left out.
    /// </returns>
    public (double[] Values, double[][] Left, double[][] Right) Decompose(HostTensor matrix, int rank, ulong key)
    {
        var (rows, columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        var width = Math.Min(rank + Oversampling, Math.Min(rows, columns));
        using var byRows = device.Transformer.Pack([matrix], WeightLayout.OutputByInput);
        using var byColumns = device.Transformer.Pack([matrix], WeightLayout.InputByOutput);

        // Everything is kept transposed, one direction a row: Y^T = Omega^T D^T, then Z^T = Y^T D.
        var directions = Multiply(Gaussian(width, columns, key), byRows);
        for (var iteration = 0; iteration < IterationCount; iteration++)
        {
            OrthonormalRows.MakeNearly(directions);
            var other = Multiply(directions, byColumns);
            OrthonormalRows.MakeNearly(other);
            directions = Multiply(other, byRows);
        }

        OrthonormalRows.Make(directions);
        return Rotate(directions, Multiply(directions, byColumns), rank);
    }

    // With Q^T = directions and P = Q^T D = U S V^T: U and S^2 are the eigenpairs of P P^T, and D is about Q U U^T P.
    private (double[] Values, double[][] Left, double[][] Right) Rotate(double[][] directions, double[][] projected, int rank)
    {
        var products = RowProducts.Gram(projected);
        var gram = Matrix<double>.Build.Dense(projected.Length, projected.Length, (i, j) => i >= j ? products[i][j] : products[j][i]);
        var eigen = gram.Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, projected.Length).OrderByDescending(index => eigen.EigenValues[index].Real).Take(rank).ToList();
        var largest = eigen.EigenValues[order[0]].Real;
        order.RemoveAll(index => eigen.EigenValues[index].Real <= largest * 1e-14 || eigen.EigenValues[index].Real <= 0);
        var values = order.ConvertAll(index => Math.Sqrt(eigen.EigenValues[index].Real)).ToArray();
        var vectors = order.ConvertAll(index => eigen.EigenVectors.Column(index).ToArray());
        return (
            values,
            Combine([.. vectors.Select((vector, triple) => Scaled(vector, Math.Sqrt(values[triple])))], directions),
            Combine([.. vectors.Select((vector, triple) => Scaled(vector, 1 / Math.Sqrt(values[triple])))], projected));
    }

    private static double[] Scaled(double[] vector, double scale)
    {
        var scaled = new double[vector.Length];
        TensorPrimitives.Multiply<double>(vector, scale, scaled);
        return scaled;
    }

    /// <summary>Sums of rows: weights [k][rows] times rows. They become float32 factors in the end, so the device's products will
    /// do.</summary>
    private double[][] Combine(double[][] weights, double[][] rows)
    {
        using var tensor = ToTensor(rows);
        using var packed = device.Transformer.Pack([tensor], WeightLayout.InputByOutput);
        return Multiply(weights, packed);
    }

    private double[][] Multiply(double[][] rows, PackedMatrix matrix)
    {
        using var input = ToTensor(rows);
        using var output = device.Allocate(DType.F32, new TensorShape(rows.Length, matrix.OutputCount));
        device.Transformer.MatMul(MatrixView.Of(input), matrix, bias: null, MatrixView.Of(output));
        return FromTensor(output);
    }

    private HostTensor ToTensor(double[][] rows)
    {
        var tensor = device.Allocate(DType.F32, new TensorShape(rows.Length, rows[0].Length));
        for (var row = 0; row < rows.Length; row++)
        {
            TensorPrimitives.ConvertTruncating<double, float>(
                rows[row], tensor.AsSpan<float>().Slice(row * rows[0].Length, rows[0].Length));
        }

        return tensor;
    }

    private static double[][] FromTensor(HostTensor tensor)
    {
        var width = (int)tensor.Shape[1];
        var rows = new double[(int)tensor.Shape[0]][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new double[width];
            TensorPrimitives.ConvertTruncating<float, double>(tensor.AsSpan<float>().Slice(row * width, width), rows[row]);
        }

        return rows;
    }

    // Box and Muller (1958); 1 - u is never zero.
    private static double[][] Gaussian(int rows, int columns, ulong key)
    {
        var directions = new double[rows][];
        Parallel.For(0, rows, row =>
        {
            directions[row] = new double[columns];
            for (var column = 0; column < columns; column++)
            {
                var index = ((long)row * columns) + column;
                directions[row][column] = Math.Sqrt(-2 * Math.Log(1 - Philox.UniformAt(key, 0, index)))
                    * Math.Cos(2 * Math.PI * Philox.UniformAt(key, 1, index));
            }
        });

        return directions;
    }
}

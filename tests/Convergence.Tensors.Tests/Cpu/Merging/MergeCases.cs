using System.Globalization;
using System.Security.Cryptography;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Cpu.Merging;

/// <summary>Inputs for the merge kernels, and every operator run over them.</summary>
internal static class MergeCases
{
    public const int InputCount = 3;

    /// <summary>Below, at and above a vector, a granule, a tile and a chunk.</summary>
    public static readonly int[] Lengths = [0, 1, 2, 3, 7, 15, 16, 17, 63, 64, 65, 255, 513, 4095, 4097, 70_001];

    // Sums of powers of two: votes that cancel then cancel exactly, in any order of additions.
    public static readonly double[] Weights = [0.5, -0.25, 0.75];

    public static readonly double[] Densities = [0.25, 0.5, 1];

    /// <summary>A base and three relatives: a seventh of the changes zero, many of equal magnitude.</summary>
    public static (HostTensor Base, DeviceTensor[] Inputs) Tensors(int length, DType baseType, params DType[] inputTypes)
    {
        var baseValues = Values(length, 1, 1);
        var inputs = inputTypes.Select((dtype, input) =>
        {
            var changes = Values(length, (ulong)input + 2, 0.125f);
            return (DeviceTensor)Tensor(dtype, baseValues.Zip(changes, (origin, change) => change > 0.1f ? origin : origin + change));
        });
        return (Tensor(baseType, baseValues), [.. inputs]);
    }

    public static HostTensor Tensor(DType dtype, IEnumerable<float> values)
    {
        var array = values.ToArray();
        var tensor = HostTensor.Allocate(dtype, new TensorShape(array.Length));
        FloatConversion.Narrow(array, tensor);
        return tensor;
    }

    public static double[] Doubles(DeviceTensor tensor)
    {
        var host = (HostTensor)tensor;
        if (tensor.DType == DType.F64)
        {
            return host.AsSpan<double>().ToArray();
        }

        var floats = new float[tensor.ElementCount];
        FloatConversion.Widen(host, floats);
        return Array.ConvertAll(floats, value => (double)value);
    }

    /// <summary>Runs every operator and hashes every bit of the results.</summary>
    public static string Fingerprint(int threads, int length, DType outputType, DType baseType, params DType[] inputTypes)
    {
        using var device = new CpuDevice(threads);
        var kernels = device.Merging;
        var (origin, inputs) = Tensors(length, baseType, inputTypes);
        var output = HostTensor.Allocate(outputType, origin.Shape);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Run(Action merge)
        {
            merge();
            hash.AppendData(output.Bytes(0, int.MaxValue));
        }

        Run(() => kernels.Combine(inputs, Weights, output));
        Run(() => kernels.AddTaskVectors(origin, inputs, Weights, output));
        var gram = new double[InputCount * InputCount];
        kernels.Gram(inputs, gram);
        var pair = new double[4];
        kernels.Gram(inputs.AsSpan(0, 2), pair);
        var cuts = new MagnitudeCut[InputCount];
        kernels.SelectLargest(origin, inputs, [.. Densities.Select(density => (long)(density * length))], cuts);
        Run(() => kernels.Ties(origin, inputs, Weights, cuts, new TiesOptions(0.7), output));
        Run(() => kernels.Ties(origin, inputs, Weights, cuts, new TiesOptions(Normalize: false, SignOfZero: -1), output));
        var balance = kernels.SumElectedSigns(origin, inputs, Weights, cuts);
        Run(() => kernels.Dare(origin, inputs, Weights, Densities, new DareOptions(99), output));
        Run(() => kernels.Dare(origin, inputs, Weights, Densities, new DareOptions(99, ElectSign: true, Normalize: true), output));
        var energies = new double[InputCount * length];
        kernels.FeatureEnergies(origin, inputs, energies);
        Run(() => kernels.AddFeatures(origin, inputs, energies, output));
        var sparse = SparseCases.Run(kernels, origin, inputs, merge => Run(() => merge(output)));
        var (rows, columns) = (Math.Max(1, length / 100), length >= 100 ? 100 : length);
        var matrix = Array.ConvertAll(inputs, input => input.Slice(0, rows * columns));
        var matrixOrigin = origin.Slice(0, rows * columns);
        var products = new List<double> { kernels.CombinedLength(origin, inputs, Weights) };
        VectorLayout[] layouts =
            [new(rows, columns, false), new(rows, columns, true), new(1, rows * columns, false)];
        foreach (var vectors in layouts)
        {
            foreach (var start in new[] { null, matrixOrigin })
            {
                var grams = new double[MergeKernels.PairCount(InputCount) * vectors.Count];
                kernels.VectorGrams(start, matrix, vectors, grams);
                products.AddRange(grams);
                Run(() => kernels.CombineVectors(
                    start, matrix, vectors, grams.AsSpan(0, InputCount * vectors.Count), output.Slice(0, rows * columns)));
            }
        }

        Run(() => kernels.AddClamped(origin, inputs[0], 0.01, 1, output));
        var divergences = new double[rows];
        kernels.RowDivergences(matrixOrigin, matrix[0], 1e-8, divergences);
        products.AddRange(divergences);
        if (length > 0)
        {
            var quartiles = new float[2];
            kernels.SelectImportances(matrixOrigin, matrix[0], divergences, [0, rows * columns / 2], quartiles);
            Run(() => kernels.TakeImportant(matrixOrigin, matrix[0], divergences, quartiles[1], output.Slice(0, rows * columns)));
        }

        var histogram = new long[InputCount << 11];
        kernels.CountMagnitudes(origin, inputs, new uint[InputCount], 0, 11, histogram);
        var numbers = gram.Concat(pair)
            .Concat(energies)
            .Concat(products)
            .Concat(sparse)
            .Select(BitConverter.DoubleToInt64Bits)
            .Concat(histogram)
            .Append(balance)
            .Concat(cuts.SelectMany(cut => new[] { cut.MagnitudeBits, cut.LastTieIndex }));
        hash.AppendData([.. numbers.SelectMany(BitConverter.GetBytes)]);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Prints fingerprints of all lengths and of mixed types: the check that runs again with narrower instructions.</summary>
    public static void PrintFingerprints()
    {
        foreach (var length in Lengths)
        {
            Print(length, DType.F32, DType.F32, DType.F32, DType.F32, DType.F32);
        }

        Print(5_000, DType.BF16, DType.BF16, DType.BF16, DType.F32, DType.F16);
        Print(5_000, DType.F16, DType.F32, DType.BF16, DType.F32, DType.F16);
        Print(5_000, DType.F64, DType.F32, DType.BF16, DType.F32, DType.F16);
        Print(5_000, DType.F32, DType.F64, DType.F64, DType.F32, DType.BF16);
        Print(5_000, DType.BF16, DType.F32, DType.F64, DType.F64, DType.F64);
    }

    private static void Print(int length, DType output, DType origin, params DType[] inputs) =>
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{length} {output}: {Fingerprint(2, length, output, origin, inputs)}"));

    // Multiples of 2^-10, so that equal magnitudes and exact draws are frequent.
    private static float[] Values(int length, ulong seed, float scale)
    {
        var key = Philox.Key(seed, "values");
        var values = new float[length];
        for (var index = 0; index < length; index++)
        {
            values[index] = (float)Math.Round(((Philox.UniformAt(key, 0, index) * 2) - 1) * scale * 1024) / 1024;
        }

        return values;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Randomness;

namespace Convergence.Tensors.Tests.Devices.Merging;

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

    /// <summary>Every byte of a tensor.</summary>
    public static byte[] BytesOf(ComputeDevice device, DeviceTensor tensor)
    {
        var exported = device.Export(tensor);
        var bytes = exported.Bytes(0, int.MaxValue).ToArray();

        // It may be a copy that nobody else holds: collected while it is read, its memory would be another's.
        GC.KeepAlive(exported);
        return bytes;
    }

    public static double[] Doubles(DeviceTensor tensor)
    {
        var host = (HostTensor)tensor;
        if (tensor.DType == DType.F64)
        {
            var doubles = host.AsSpan<double>().ToArray();
            GC.KeepAlive(tensor);
            return doubles;
        }

        var floats = new float[tensor.ElementCount];
        FloatConversion.Widen(host, floats);
        return Array.ConvertAll(floats, value => (double)value);
    }

    /// <summary>Runs every operator on the CPU and hashes every bit of the results.</summary>
    public static string Fingerprint(int threads, int length, DType outputType, DType baseType, params DType[] inputTypes)
    {
        using var device = new CpuDevice(threads);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var result in OperatorResults.Of(device, length, outputType, baseType, inputTypes))
        {
            hash.AppendData(result.Bytes);
        }

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

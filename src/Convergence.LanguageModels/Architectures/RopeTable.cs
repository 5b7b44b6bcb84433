using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>Cosines and sines of every position's angles, made as far as sequences have reached so far.</summary>
internal sealed class RopeTable(ComputeDevice device, double[] frequencies, int maxPositions) : IDisposable
{
    private const int SmallestLength = 256;

    private int _length;

    public DeviceTensor Cosines { get; private set; } = null!;

    public DeviceTensor Sines { get; private set; } = null!;

    /// <summary>Makes sure that positions below <paramref name="length"/> are there.</summary>
    public void Reach(int length)
    {
        if (length <= _length)
        {
            return;
        }

        _length = (int)Math.Min(maxPositions, Math.Max(SmallestLength, 2L * length));
        var cosines = new float[_length * frequencies.Length];
        var sines = new float[cosines.Length];
        for (var position = 0; position < _length; position++)
        {
            for (var pair = 0; pair < frequencies.Length; pair++)
            {
                var (sine, cosine) = Math.SinCos(position * frequencies[pair]);
                cosines[(position * frequencies.Length) + pair] = (float)cosine;
                sines[(position * frequencies.Length) + pair] = (float)sine;
            }
        }

        Dispose();
        Cosines = Upload(cosines);
        Sines = Upload(sines);
    }

    public void Dispose()
    {
        Cosines?.Dispose();
        Sines?.Dispose();
    }

    private DeviceTensor Upload(float[] values)
    {
        var tensor = device.Allocate(DType.F32, new TensorShape(_length, frequencies.Length));
        device.Write(values, tensor);
        return tensor;
    }
}

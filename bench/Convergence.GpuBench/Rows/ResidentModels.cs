using Convergence.Bench.Models;
using Convergence.Evolution.Randomness;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.GpuBench.Rows;

/// <summary>A base, three models around it and an output, in bfloat16, in a GPU's memory.</summary>
internal sealed class ResidentModels : IDisposable
{
    public const int ModelCount = 3;

    // So many different weights there are; models repeat them.
    private const int DrawnCount = 1 << 24;
    private const double BaseScale = 0.03;
    private const double ChangeScale = 0.003;

    private readonly List<Layer> _layers = [];

    public ResidentModels(ComputeDevice device, LlamaShape shape)
    {
        var count = (int)Math.Min(DrawnCount, shape.ParameterCount);
        DeviceTensor[] drawn = [.. Draw(count).Select(device.Import)];
        long offset = 0;
        foreach (var (_, tensorShape) in shape.TensorShapes())
        {
            var tensors = drawn.Select(from => Fill(device, tensorShape, from, offset)).ToArray();
            _layers.Add(new Layer(tensors[0], tensors[1..], device.Allocate(DType.BF16, tensorShape)));
            offset = (offset + tensorShape.ElementCount) % count;
        }

        foreach (var tensor in drawn)
        {
            tensor.Dispose();
        }
    }

    /// <summary>The models' tensors of one name.</summary>
    public sealed record Layer(DeviceTensor Base, DeviceTensor[] Models, DeviceTensor Output);

    public IReadOnlyList<Layer> Layers => _layers;

    public void Dispose()
    {
        foreach (var tensor in _layers.SelectMany(layer => layer.Models.Append(layer.Base).Append(layer.Output)))
        {
            tensor.Dispose();
        }
    }

    // The base's weights, then each model's.
    private static IEnumerable<HostTensor> Draw(int count)
    {
        var random = new SearchRandom(1);
        var origin = new float[count];
        var values = new float[count];
        for (var model = 0; model <= ModelCount; model++)
        {
            for (var index = 0; index < count; index++)
            {
                var bell = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
                values[index] = origin[index] + (float)(bell * (model == 0 ? BaseScale : ChangeScale));
            }

            if (model == 0)
            {
                values.CopyTo(origin, 0);
            }

            yield return FloatReader.Write(values, DType.BF16, new TensorShape(count));
        }
    }

    private static DeviceTensor Fill(ComputeDevice device, TensorShape shape, DeviceTensor drawn, long offset)
    {
        var tensor = device.Allocate(DType.BF16, shape);
        for (long done = 0; done < tensor.ElementCount;)
        {
            var part = Math.Min(drawn.ElementCount - offset, tensor.ElementCount - done);
            device.Merging.Copy(drawn.Slice(offset, part), tensor.Slice(done, part));
            done += part;
            offset = 0;
        }

        return tensor;
    }
}

using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Models;

namespace Convergence.Testing;

/// <summary>Models of one configuration that differ in their weights: one that is there, and others drawn from it.</summary>
public sealed class TestStack : IDisposable
{
    private readonly ModelDirectory _directory;
    private readonly List<TensorSet> _others = [];

    /// <param name="device">Any device on the processors.</param>
    /// <param name="path">A model's directory.</param>
    /// <param name="count">How many models, the one in the directory included.</param>
    public TestStack(ComputeDevice device, string path, int count)
    {
        _directory = ModelDirectory.Open(path);
        for (var member = 1; member < count; member++)
        {
            var others = new TensorSet();
            foreach (var name in _directory.Weights.Names)
            {
                _directory.Weights.TryGet(name, out var tensor);
                others.Add(name, Changed(device, tensor!, member));
            }

            _others.Add(others);
        }
    }

    public JsonObject Config => _directory.Config;

    /// <summary>The weights of every model.</summary>
    public IReadOnlyList<ITensorSource> Weights => [_directory.Weights, .. _others];

    public void Dispose()
    {
        _others.ForEach(others => others.Dispose());
        _directory.Dispose();
    }

    // Every element a little larger or smaller, by its place and the model's number.
    private static HostTensor Changed(ComputeDevice device, DeviceTensor tensor, int member)
    {
        var values = new float[tensor.ElementCount];
        device.Read(tensor, values);
        for (var place = 0; place < values.Length; place++)
        {
            values[place] *= 1 + (0.05f * member * ((place * 7 % 11) - 5));
        }

        var changed = HostTensor.Allocate(tensor.DType, tensor.Shape);
        device.Write(values, changed);
        return changed;
    }
}

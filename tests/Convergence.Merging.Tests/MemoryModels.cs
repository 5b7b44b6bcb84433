using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Randomness;

namespace Convergence.Merging.Tests;

/// <summary>Models in memory, merged on a CPU device of a few threads.</summary>
internal sealed class MemoryModels : IDisposable
{
    public const string TensorName = "model.w";

    private readonly List<TensorSet> _sets = [];

    public ParentModels Parents { get; } = new(".");

    public MemoryModels Add(string name, params (string Tensor, HostTensor Values)[] tensors) => Add(name, [], tensors);

    public MemoryModels Add(string name, JsonObject config, params (string Tensor, HostTensor Values)[] tensors)
    {
        var set = new TensorSet();
        foreach (var (tensor, values) in tensors)
        {
            set.Add(tensor, values);
        }

        _sets.Add(set);
        Parents.Add(name, config, set);
        return this;
    }

    /// <summary>A model of one float vector.</summary>
    public MemoryModels Add(string name, params float[] values) => Add(name, (TensorName, Vector(values)));

    public static HostTensor Vector(params float[] values) => HostTensor.From(values, new TensorShape(values.Length));

    public (TensorSet Output, MergeReport Report) Merge(MergeRecipe recipe, int threads = 2)
    {
        using var device = new CpuDevice(threads);
        var output = new TensorSet();
        _sets.Add(output);
        return (output, new MergeExecutor(device).Execute(MergePlanner.Plan(recipe, Parents), output));
    }

    /// <summary>Merges models of one float vector.</summary>
    public float[] MergeVector(MergeRecipe recipe, int threads = 2) => Values(Merge(recipe, threads).Output, TensorName);

    public static float[] Values(ITensorSource source, string name)
    {
        Assert.That(source.TryGet(name, out var tensor), name);
        using var device = new CpuDevice(1);
        var values = new float[tensor!.ElementCount];
        device.Read(tensor, values);
        return values;
    }

    /// <summary>A base and three models tuned from it: <c>base</c>, <c>a</c>, <c>b</c>, <c>c</c>, of two layers.</summary>
    public static MemoryModels Relatives(int rows = 37, int columns = 29)
    {
        var models = new MemoryModels();
        foreach (var (name, seed) in new[] { ("base", 0UL), ("a", 1UL), ("b", 2UL), ("c", 3UL) })
        {
            models.Add(
                name,
                ("model.layers.0.w.weight", Tensor("w0", seed, new TensorShape(rows, columns))),
                ("model.layers.1.w.weight", Tensor("w1", seed, new TensorShape(13, 64))),
                ("model.norm.weight", Tensor("norm", seed, new TensorShape(70))),
                ("model.scale", Tensor("scale", seed, new TensorShape())));
        }

        return models;
    }

    public void Dispose()
    {
        Parents.Dispose();
        _sets.ForEach(set => set.Dispose());
    }

    private static HostTensor Tensor(string name, ulong seed, TensorShape shape)
    {
        var values = new float[shape.ElementCount];
        var origin = Philox.Key(0, name);
        var change = Philox.Key(seed, name);
        for (var index = 0; index < values.Length; index++)
        {
            values[index] =
                (float)(Philox.UniformAt(origin, 0, index) - 0.5 + (seed == 0 ? 0 : 0.1 * (Philox.UniformAt(change, 1, index) - 0.5)));
        }

        return HostTensor.From(values, shape);
    }
}

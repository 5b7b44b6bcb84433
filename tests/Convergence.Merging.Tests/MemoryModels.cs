using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;

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

    public void Dispose()
    {
        Parents.Dispose();
        _sets.ForEach(set => set.Dispose());
    }
}

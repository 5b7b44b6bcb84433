using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Tensors.Randomness;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging.Tests.Models.Lora;

/// <summary>Writes adapters as the PEFT library lays them out.</summary>
internal static class AdapterFiles
{
    public static string Write(string directory, string more, params (string Name, HostTensor Values)[] tensors)
    {
        Directory.CreateDirectory(directory);
        var config = (JsonObject)JsonNode.Parse("""{"peft_type": "LORA", "r": 2, "lora_alpha": 4}""")!;
        foreach (var (key, value) in ((JsonObject)JsonNode.Parse(more)!).ToList())
        {
            config[key] = value?.DeepClone();
        }

        File.WriteAllText(Path.Combine(directory, "adapter_config.json"), config.ToJsonString());
        using var set = new TensorSet();
        foreach (var (name, values) in tensors)
        {
            set.Add("base_model.model." + name, HostTensor.From(values.AsSpan<float>(), values.Shape));
        }

        SafetensorsWriter.Write(Path.Combine(directory, "adapter_model.safetensors"), set);
        return directory;
    }

    /// <summary>Numbers in [-0.5, 0.5) that the name decides.</summary>
    public static HostTensor Random(string name, params long[] extents)
    {
        var shape = new TensorShape(extents);
        var key = Philox.Key(7, name);
        return HostTensor.From(
            [.. Enumerable.Range(0, (int)shape.ElementCount).Select(index => (float)(Philox.UniformAt(key, 0, index) - 0.5))], shape);
    }
}

using System.Text.Json.Nodes;
using Convergence.Tensors.Safetensors;

namespace Convergence.Cli.Inspection;

/// <summary>What a single weight file holds.</summary>
internal static class SafetensorsReport
{
    public static JsonObject Describe(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return new JsonObject
        {
            ["kind"] = "safetensors",
            ["path"] = file.Path,
            ["metadata"] = new JsonObject(file.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        }.With(TensorReport.Describe(file));
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        output.WriteLine($"weights       {report["path"]}");
        foreach (var (key, value) in report["metadata"]!.AsObject())
        {
            output.WriteLine($"  {key}: {value}");
        }

        TensorReport.Print(output, report);
    }
}

using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>
/// A plan's numbers as JSON: tensors that are made in the same way share an entry, so that a merge with one weight for all is one entry,
/// and a gradient has one per layer.
/// </summary>
internal static class ResolvedPlan
{
    // Follows from the seed and the tensor's name, both of which stand in the lock.
    private const string MaskKey = "Key";

    public static JsonArray Describe(MergePlan plan)
    {
        var groups = new Dictionary<string, (JsonObject Entry, JsonArray Tensors)>(StringComparer.Ordinal);
        var entries = new JsonArray();
        foreach (var task in plan.Tasks)
        {
            var entry = new JsonObject
            {
                ["operation"] = Operation(task.Operation),
                ["base"] = task.Base?.Model,
                ["models"] = new JsonArray([.. task.Inputs.Select(input => (JsonNode)input.Model)]),
                ["dtype"] = task.DType.SafetensorsName(),
            };
            var key = entry.ToJsonString();
            if (!groups.TryGetValue(key, out var group))
            {
                group = (entry, []);
                groups.Add(key, group);
                entry["tensors"] = group.Tensors;
                entries.Add(entry);
            }

            group.Tensors.Add(Tensor(task));
        }

        return entries;
    }

    // A tensor that is made from others of its own name is its name.
    private static JsonNode Tensor(MergeTask task)
    {
        var sources = task.Base is { } baseInput ? task.Inputs.Add(baseInput) : task.Inputs;
        return sources.All(source => source.Tensor == task.Name)
            ? JsonValue.Create(task.Name)
            : new JsonObject
            {
                ["name"] = task.Name,
                ["from"] = new JsonArray([.. sources.Select(source => (JsonNode)source.Tensor)]),
            };
    }

    /// <summary>The kind of an operation and its numbers.</summary>
    public static JsonObject Operation(TensorMerge operation)
    {
        var name = operation.GetType().Name;
        var described = new JsonObject { ["kind"] = name.EndsWith("Merge", StringComparison.Ordinal) ? name[..^5] : name };
        var properties = operation.GetType().GetProperties();
        foreach (var property in properties.Where(one => one.Name != MaskKey && one.GetIndexParameters().Length == 0))
        {
            described[property.Name] = Value(property.GetValue(operation));
        }

        return described;
    }

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        double number => double.IsFinite(number) ? number : number.ToString(CultureInfo.InvariantCulture),
        int number => number,
        long number => number,
        ulong number => number,
        Enum word => word.ToString(),
        string text => text,
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Value)]),
        var other => other.ToString(),
    };
}

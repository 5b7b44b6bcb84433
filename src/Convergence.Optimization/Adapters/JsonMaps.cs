using System.Text.Json.Nodes;

namespace Convergence.Optimization.Adapters;

/// <summary>Small operations on JSON maps.</summary>
internal static class JsonMaps
{
    /// <summary>A new map; where both have a key, the second's value.</summary>
    public static JsonObject Merge(JsonObject first, JsonObject second)
    {
        var merged = (JsonObject)first.DeepClone();
        foreach (var (key, value) in second)
        {
            merged[key] = value?.DeepClone();
        }

        return merged;
    }

    /// <summary>Takes a value out of a map.</summary>
    public static JsonNode? Take(JsonObject map, string key)
    {
        map.Remove(key, out var value);
        return value;
    }

    /// <summary>Gives a value another name, unless that one is taken.</summary>
    public static void Rename(JsonObject map, string key, string newKey)
    {
        if (map.ContainsKey(key) && Take(map, key) is var value)
        {
            map.TryAdd(newKey, value);
        }
    }
}

using System.Collections.Frozen;
using System.Text.Json;
using Convergence.Foundation.Files;

namespace Convergence.Tensors.Safetensors;

/// <summary>A <c>model.safetensors.index.json</c>: which shard holds which tensor.</summary>
internal sealed class ShardIndex
{
    private const string WeightMapKey = "weight_map";

    private readonly Dictionary<string, string> _shardOfTensor;

    private ShardIndex(string path, Dictionary<string, string> shardOfTensor)
    {
        Path = path;
        _shardOfTensor = shardOfTensor;
        var directory = System.IO.Path.GetDirectoryName(path)!;
        ShardPaths = [.. shardOfTensor.Values
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => System.IO.Path.Combine(directory, name))];
    }

    public string Path { get; }

    /// <summary>The full paths of the shards, in ordinal order.</summary>
    public IReadOnlyList<string> ShardPaths { get; }

    /// <exception cref="SafetensorsException">The index is unreadable or malformed.</exception>
    public static ShardIndex Read(string path)
    {
        using var document = ParseDocument(path);
        try
        {
            return new ShardIndex(path, ReadWeightMap(path, document));
        }
        catch (InvalidOperationException exception)
        {
            // An escape such as \ud800 that is half of a surrogate pair shows only when the text is asked for.
            throw Invalid(path, "holds a string with a broken escape.", exception);
        }
    }

    private static Dictionary<string, string> ReadWeightMap(string path, JsonDocument document)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty(WeightMapKey, out var weightMap)
            || weightMap.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(path, $"has no object \"{WeightMapKey}\".");
        }

        foreach (var property in weightMap.EnumerateObject())
        {
            var shard = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : null;
            if (shard is null || !IsPlainFileName(shard))
            {
                throw Invalid(
                    path, $"maps tensor \"{property.Name}\" to {property.Value.GetRawText()}, which is not the name of a file next to it.");
            }

            map.Add(property.Name, shard);
        }

        return map.Count > 0 ? map : throw Invalid(path, $"has an empty \"{WeightMapKey}\".");
    }

    /// <summary>Checks that the open shards hold exactly what the index says, and returns who holds what.</summary>
    /// <exception cref="SafetensorsException">A tensor is missing, unlisted, or held twice.</exception>
    public FrozenDictionary<string, SafetensorsFile> Resolve(IReadOnlyList<SafetensorsFile> shards)
    {
        var holders = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var shard in shards)
        {
            foreach (var name in shard.Names)
            {
                CheckHolder(name, shard, holders);
                holders.Add(name, shard);
            }
        }

        foreach (var (name, shardName) in _shardOfTensor)
        {
            if (!holders.TryGetValue(name, out var holder) || System.IO.Path.GetFileName(holder.Path) != shardName)
            {
                throw new SafetensorsException(
                    SafetensorsError.TensorNotInShard,
                    Path,
                    $"maps tensor \"{name}\" to {shardName}, which does not hold it. "
                    + "Index and shards are of different exports: download both again.");
            }
        }

        return holders.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private void CheckHolder(string name, SafetensorsFile shard, Dictionary<string, SafetensorsFile> holders)
    {
        if (holders.TryGetValue(name, out var other))
        {
            throw new SafetensorsException(
                SafetensorsError.DuplicateTensor,
                Path,
                $"tensor \"{name}\" is in two shards, {System.IO.Path.GetFileName(other.Path)} "
                + $"and {System.IO.Path.GetFileName(shard.Path)}. "
                    + "Export the model again.");
        }

        if (!_shardOfTensor.ContainsKey(name))
        {
            throw new SafetensorsException(
                SafetensorsError.TensorNotInIndex,
                Path,
                $"shard {System.IO.Path.GetFileName(shard.Path)} holds tensor \"{name}\", which the index does not name. "
                    + "Index and shards are of different exports: download both again.");
        }
    }

    private static JsonDocument ParseDocument(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false };
            return JsonDocument.Parse(CappedFile.ReadAllBytes(path, SafetensorsFormat.MaxHeaderByteCount), options);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Invalid(path, $"is not valid JSON: {exception.Message}", exception);
        }
        catch (ConvergenceException exception)
        {
            throw new SafetensorsException(SafetensorsError.InvalidIndex, path, exception.Message, exception);
        }
    }

    // Anything with a separator could lead out of the model's directory.
    private static bool IsPlainFileName(string name) =>
        name.Length > 0 && name is not "." and not ".." && name.AsSpan().IndexOfAny("/\\\0:") < 0;

    private static SafetensorsException Invalid(string path, string detail, Exception? inner = null) =>
        new(SafetensorsError.InvalidIndex, path, $"{detail} Download or export the index again.", inner);
}

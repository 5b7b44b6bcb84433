using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Convergence.Tensors.Safetensors;

namespace Convergence.Merging;

/// <summary>
/// Shares the tensors of a merge out among weight files, as Hugging Face tools lay them out:
/// one file where everything fits, else numbered ones and an index.
/// </summary>
internal static class OutputShards
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>
    /// The files, in the order of their numbers. Tensors are taken in the order of their names;
    /// one that is larger than a shard gets its own.
    /// </summary>
    /// <param name="tasks">The tensors, in ordinal order of names.</param>
    /// <param name="shardByteCount">The most bytes of tensors in a file.</param>
    public static ImmutableArray<OutputShard> Of(ImmutableArray<MergeTask> tasks, long shardByteCount)
    {
        var groups = new List<List<MergeTask>> { new() };
        long filled = 0;
        foreach (var task in tasks)
        {
            if (groups[^1].Count > 0 && task.ByteCount > shardByteCount - filled)
            {
                groups.Add([]);
                filled = 0;
            }

            groups[^1].Add(task);
            filled += task.ByteCount;
        }

        return [.. groups.Select((group, index) => Shard(NameOf(index, groups.Count), group))];
    }

    /// <summary>The content of the index: bytes of all tensors, and which file holds which.</summary>
    public static string Index(ImmutableArray<OutputShard> shards)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", shards.Sum(shard => shard.Tasks.Sum(task => task.ByteCount)));
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            var places = shards.SelectMany(shard => shard.Tasks.Select(task => (task.Name, shard.FileName)));
            foreach (var (name, file) in places.OrderBy(place => place.Name, StringComparer.Ordinal))
            {
                json.WriteString(name, file);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static OutputShard Shard(string fileName, List<MergeTask> tasks)
    {
        var byName = tasks.ToDictionary(task => task.Name, StringComparer.Ordinal);
        var layout = SafetensorsLayout.Of(
            fileName, tasks.Select(task => new TensorDescription(task.Name, task.DType, task.Shape)), Metadata);
        return new OutputShard(fileName, layout, [.. layout.Tensors.Select(tensor => byName[tensor.Name])]);
    }

    private static string NameOf(int index, int count) => count == 1
        ? SafetensorsFormat.SingleFileName
        : string.Create(CultureInfo.InvariantCulture, $"model-{index + 1:00000}-of-{count:00000}.safetensors");
}

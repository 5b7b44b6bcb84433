using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>
/// Remembers in a partial output directory which merge it belongs to and which of its weight files are complete,
/// so that an interrupted merge goes on after the last of them. Replaced as a whole after every file; see docs/formats/merge-journal.md.
/// </summary>
internal sealed class MergeJournal
{
    /// <summary>Its name in the partial directory.</summary>
    public const string FileName = "merge.journal";

    private const int Version = 1;
    private const int MaxByteCount = 64 << 20;

    private readonly string _directory;
    private readonly string _identity;
    private readonly List<FileDigest> _finished = [];

    private MergeJournal(string directory, string identity)
    {
        _directory = directory;
        _identity = identity;
    }

    public IReadOnlyList<FileDigest> Finished => _finished;

    /// <summary>Why what lay in the directory was thrown away; <see langword="null"/> when there was nothing or it is used.</summary>
    public string? Discarded { get; private set; }

    /// <summary>Opens the journal of a directory. What does not belong to this merge, or is not sound, is deleted.</summary>
    /// <param name="directory">The partial directory.</param>
    /// <param name="identity">This merge.</param>
    /// <param name="shards">Its weight files.</param>
    /// <param name="restart">Whether to throw away what is there.</param>
    public static MergeJournal Open(string directory, string identity, IReadOnlyList<OutputShard> shards, bool restart)
    {
        var journal = new MergeJournal(directory, identity);
        var hadContent = Directory.EnumerateFileSystemEntries(directory).Any();
        journal.Discarded = restart ? (hadContent ? "as asked" : null) : journal.Read(hadContent);
        if (journal.Discarded is null)
        {
            journal._finished.RemoveAll(shard => !journal.IsSound(shard, shards));
        }
        else
        {
            journal._finished.Clear();
        }

        journal.DeleteEverythingElse();
        return journal;
    }

    /// <summary>Adds a file that is complete on the disk.</summary>
    public void Add(FileDigest shard)
    {
        _finished.Add(shard);
        var content = Content();
        var text = new JsonObject { ["content"] = content, ["checksum"] = ChecksumOf(content) }.ToJsonString() + "\n";
        AtomicFile.WriteAllText(Path.Combine(_directory, FileName), text);
    }

    /// <summary>Removes the journal, the last step before the directory becomes the output.</summary>
    public void Delete() => File.Delete(Path.Combine(_directory, FileName));

    private string? Read(bool hadContent)
    {
        var path = Path.Combine(_directory, FileName);
        if (!File.Exists(path))
        {
            // Killed before the first file was complete: nothing that could have been used.
            return null;
        }

        try
        {
            var root = JsonNode.Parse(CappedFile.ReadAllBytes(path, MaxByteCount)) as JsonObject;
            if (root?["content"] is not JsonObject content || (string?)root["checksum"] != ChecksumOf(content))
            {
                return "its journal is damaged";
            }

            if ((int?)content["version"] != Version || (string?)content["product"] != MergeIdentity.ProductVersion)
            {
                return "another version of this program made it";
            }

            if ((string?)content["merge"] != _identity)
            {
                return "the recipe, its options or the parents' files have changed since";
            }

            _finished.AddRange(((JsonArray)content["shards"]!).Select(node => new FileDigest(
                (string)node!["file"]!, (long)node["bytes"]!, (string)node["sha256"]!)));
            return hadContent ? null : "it is empty";
        }
        catch (Exception exception) when (
            exception is JsonException
                or InvalidOperationException or FormatException or ConvergenceException or NullReferenceException or OverflowException)
        {
            return "its journal is damaged";
        }
    }

    private JsonObject Content() => new()
    {
        ["format"] = "convergence merge journal",
        ["version"] = Version,
        ["product"] = MergeIdentity.ProductVersion,
        ["merge"] = _identity,
        ["shards"] = new JsonArray([.. _finished.Select(shard => (JsonNode)new JsonObject
        {
            ["file"] = shard.Name,
            ["bytes"] = shard.ByteCount,
            ["sha256"] = shard.Sha256,
        })]),
    };

    private static string ChecksumOf(JsonObject content) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToJsonString())));

    // A file counts when it is one of this merge's, as long as planned, and has the bytes that were written.
    private bool IsSound(FileDigest finished, IReadOnlyList<OutputShard> shards)
    {
        var planned = shards.FirstOrDefault(shard => shard.FileName == finished.Name);
        var path = Path.Combine(_directory, finished.Name);
        if (planned is null || planned.Layout.ByteCount != finished.ByteCount || !File.Exists(path))
        {
            return false;
        }

        return new FileInfo(path).Length == finished.ByteCount && FileDigest.Of(path) == finished;
    }

    private void DeleteEverythingElse()
    {
        var kept = _finished.Select(shard => shard.Name).ToHashSet(StringComparer.Ordinal);
        if (kept.Count > 0)
        {
            kept.Add(FileName);
        }

        foreach (var entry in new DirectoryInfo(_directory).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else if (!kept.Contains(entry.Name))
            {
                entry.Delete();
            }
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.EvoMerge.Serialization;
using Convergence.Foundation.Files;
using Convergence.Foundation.Json;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>Reads and writes one checkpoint file: JSON with a format name, a version, and a checksum over the body.</summary>
public static class CheckpointFile
{
    /// <summary>The value of <c>format</c>.</summary>
    public const string FormatName = "convergence.evomerge.checkpoint";

    /// <summary>The version that this program writes; it reads no newer one.</summary>
    public const int FormatVersion = 1;

    private const int MaxByteCount = 1 << 29;

    private const string Cure = "Resume from an older checkpoint of the run.";

    /// <summary>Writes a checkpoint: it is there in full or not at all.</summary>
    public static void Write(string path, Checkpoint checkpoint)
    {
        var body = JsonSerializer.SerializeToNode(checkpoint, RunJson.Compact)!;
        var root = new JsonObject
        {
            ["format"] = FormatName,
            ["version"] = FormatVersion,
            ["checksum"] = Checksum(body),
            ["body"] = body,
        };
        AtomicFile.WriteAllText(path, root.ToJsonString(RunJson.Compact) + "\n");
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="ResumeException">It is missing, cut short, damaged, or of a newer format.</exception>
    public static Checkpoint Read(string path)
    {
        var root = Load(path);
        if (Text(root, "format") != FormatName)
        {
            throw new ResumeException(
                $"{path}: is not a checkpoint of an evolution run (its \"format\" is not \"{FormatName}\"). "
                + "Name a file like generation_0010.json.");
        }

        if (root["version"] is not JsonValue value || !value.TryGetValue<int>(out var version) || version < 1)
        {
            throw new ResumeException(
                $"{path}: its \"version\" is {root["version"]?.ToJsonString() ?? "missing"}, not a whole number from 1 on. "
                + "Resume from an older checkpoint of the run.");
        }

        if (version > FormatVersion)
        {
            throw new ResumeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: has format version {version}; this program reads up to {FormatVersion}. "
                + $"Resume with the newer program that wrote it."));
        }

        if (root["body"] is not { } body || Text(root, "checksum") is not { } checksum || checksum != Checksum(body))
        {
            throw new ResumeException(
                $"{path}: is damaged (its checksum does not match its body). Resume from an older checkpoint of the run.");
        }

        return Deserialize(path, body);
    }

    private static JsonObject Load(string path)
    {
        try
        {
            return JsonFile.ReadObject(path, MaxByteCount, (problem, cause) => new ResumeException(cause is null
                ? $"{path}: is not a checkpoint: the file is not a JSON object."
                : $"{path}: is cut short or damaged: it is not valid JSON. Resume from an older checkpoint of the run.", cause));
        }
        catch (ConvergenceException exception) when (exception is not ResumeException)
        {
            throw new ResumeException($"{exception.Message} Or resume from another checkpoint of the run.", exception);
        }
    }

    private static string? Text(JsonObject root, string key) =>
        root[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static Checkpoint Deserialize(string path, JsonNode body)
    {
        if (CheckpointJson.FindGap(body) is { } gap)
        {
            throw new ResumeException($"{path}: {gap}, where a value must be. {Cure}");
        }

        try
        {
            return body.Deserialize<Checkpoint>(RunJson.Compact) ?? throw new ResumeException($"{path}: its body is null. {Cure}");
        }
        catch (GenomeFormatException exception)
        {
            throw new ResumeException(
                $"{path}: its body is not a checkpoint's, at {exception.Path?.TrimStart('$', '.')}: {exception.Message} {Cure}", exception);
        }
        catch (JsonException exception)
        {
            throw new ResumeException(
                $"{path}: its body is not a checkpoint's: {CheckpointJson.Describe(body, exception.Path)}. {Cure}", exception);
        }
    }

    /// <summary>SHA-256 of the body in compact form, so that white space does not matter.</summary>
    private static string Checksum(JsonNode body) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToJsonString(RunJson.Compact))));
}

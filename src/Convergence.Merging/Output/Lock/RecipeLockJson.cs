using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>The format of <c>recipe.lock</c>, described in docs/formats/recipe-lock.md.</summary>
internal static class RecipeLockJson
{
    private const string Format = "convergence.recipe-lock";
    private const string ChecksumKey = "checksum";
    private const int Version = 1;
    private const int HashDigitCount = 64;

    // Models of a hundred thousand tensors have locks of some ten megabytes.
    private const int MaxByteCount = 256 << 20;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string path, RecipeLock recipeLock)
    {
        var root = new JsonObject
        {
            ["format"] = Format,
            ["version"] = Version,
            ["product"] = recipeLock.Product,
            ["recipe"] = recipeLock.Recipe.Steps.Length > 1
                ? RecipeWriter.ToYaml(recipeLock.Recipe)
                : RecipeWriter.ToYaml(recipeLock.Recipe.Result),
            ["seed"] = recipeLock.Recipe.Result.Seed,
            ["parents"] = new JsonArray([.. recipeLock.Parents.Select(Parent)]),
            ["resolved"] = recipeLock.Resolved.DeepClone(),
            ["output"] = new JsonObject { ["max_shard_bytes"] = recipeLock.MaxShardByteCount, ["files"] = Files(recipeLock.Output) },
        };
        root[ChecksumKey] = Checksum(root);
        AtomicFile.WriteAllText(path, root.ToJsonString(Indented) + "\n");
    }

    public static RecipeLock Read(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false };
            var root = JsonNode.Parse(CappedFile.ReadAllBytes(path, MaxByteCount), nodeOptions: null, options) as JsonObject;
            if (root is null || Text(root["format"]) != Format)
            {
                throw new MergeException(
                    $"{path}: is not a recipe.lock (\"format\" is not \"{Format}\"). Name the recipe.lock of a merged model.");
            }

            if (ConfigSections.WholeNumber(root["version"]) is not Version)
            {
                throw new MergeException(
                    $"{path}: has version {root["version"]?.ToJsonString() ?? "none"} of the format; this product reads version {Version}. "
                    + $"Use the product that it names: {Text(root["product"])}.");
            }

            return Parse(path, root);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new MergeException(
                $"{path}: is not valid JSON of a lock: {exception.Message} Take the file as the merge wrote it.", exception);
        }
    }

    private static RecipeLock Parse(string path, JsonObject root)
    {
        var output = root["output"] as JsonObject ?? throw Missing(path, "output");
        var parents = root["parents"] as JsonArray ?? throw Missing(path, "parents");
        var recipe = RecipeReader.ParseSequence(Text(root["recipe"]) ?? throw Missing(path, "recipe"), $"{path}: recipe");
        RefuseOtherSeed(path, root["seed"], recipe.Result.Seed);
        var read = new RecipeLock
        {
            Product = Text(root["product"]) ?? throw Missing(path, "product"),
            Recipe = recipe,
            Parents = [.. parents.Select(parent => ParseParent(path, parent))],
            Resolved = (JsonArray)(root["resolved"] as JsonArray ?? throw Missing(path, "resolved")).DeepClone(),
            MaxShardByteCount = output["max_shard_bytes"] is { } limit ? Limit(path, limit) : null,
            Output = ParseFiles(path, output["files"]),
        };
        RefuseEdited(path, root);
        return read;
    }

    // A key that is left out of a recipe has a default, so that an edit may leave a lock that reads well and proves another merge.
    private static void RefuseEdited(string path, JsonObject root)
    {
        if (Text(root[ChecksumKey]) is not { } checksum)
        {
            throw Missing(path, ChecksumKey);
        }

        if (checksum != Checksum(root))
        {
            throw new MergeException(
                $"{path}: \"{ChecksumKey}\" does not fit the rest: the file was edited after the merge wrote it, and proves nothing. "
                + "Take the file as the merge wrote it.");
        }
    }

    private static string Checksum(JsonObject root)
    {
        var rest = (JsonObject)root.DeepClone();
        rest.Remove(ChecksumKey);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rest.ToJsonString(Compact))));
    }

    // The seed stands beside the recipe for readers that know no YAML: the two must not contradict each other.
    private static void RefuseOtherSeed(string path, JsonNode? value, ulong seed)
    {
        if (value is not JsonValue || value.GetValueKind() != JsonValueKind.Number
            || !ulong.TryParse(value.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var given))
        {
            throw new MergeException(
                $"{path}: \"seed\" is {value?.ToJsonString() ?? "missing or null"}; it must be a whole number from 0 to {ulong.MaxValue}. "
                + "Take the file as the merge wrote it.");
        }

        if (given != seed)
        {
            throw new MergeException(
                $"{path}: \"seed\" is {given}, but the recipe in \"recipe\" has seed {seed}. Take the file as the merge wrote it.");
        }
    }

    private static JsonObject Parent(LockedParent parent)
    {
        var described = new JsonObject { ["name"] = parent.Name, ["files"] = Files(parent.Files) };
        if (parent.AdapterFiles.Length > 0)
        {
            described["adapter_files"] = Files(parent.AdapterFiles);
        }

        return described;
    }

    private static JsonArray Files(IEnumerable<FileDigest> files) =>
        [.. files.Select(file => new JsonObject { ["name"] = file.Name, ["bytes"] = file.ByteCount, ["sha256"] = file.Sha256 })];

    private static LockedParent ParseParent(string path, JsonNode? parent) => new(
        Text(parent?["name"]) ?? throw Missing(path, "parents: name"),
        ParseFiles(path, parent!["files"]),
        parent["adapter_files"] is { } adapter ? ParseFiles(path, adapter) : []);

    private static ImmutableArray<FileDigest> ParseFiles(string path, JsonNode? files) =>
        [.. (files as JsonArray ?? throw Missing(path, "files")).Select(file => ParseFile(path, file))];

    private static FileDigest ParseFile(string path, JsonNode? file)
    {
        var name = Text(file?["name"]);
        var hash = Text(file?["sha256"]);
        var count = ConfigSections.WholeNumber(file?["bytes"]);
        return name is { Length: > 0 }
            && Path.GetFileName(name) == name
            && count >= 0
            && hash is { Length: HashDigitCount }
            && hash.All(char.IsAsciiHexDigitLower)
            ? new FileDigest(name, count.Value, hash)
            : throw new MergeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: has an entry of \"files\" that is no file name, size and SHA-256: {file?.ToJsonString() ?? "null"}. "
                + $"Take the file as the merge wrote it."));
    }

    private static long Limit(string path, JsonNode limit) =>
        ConfigSections.WholeNumber(limit) is > 0 and var count ? count : throw Missing(path, "output: max_shard_bytes");

    private static string? Text(JsonNode? value) =>
        value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : null;

    private static MergeException Missing(string path, string key) =>
        new($"{path}: \"{key}\" is missing or of another kind. Take the file as the merge wrote it.");
}

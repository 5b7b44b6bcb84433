using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Tensors.Models;

namespace Convergence.Merging;

/// <summary>
/// The Python code that a model brings along, as <c>auto_map</c> of its configurations names it ("modeling_own.OwnForCausalLM"): files of
/// its own directory, or of another model's ("owner/model--modeling_own.OwnForCausalLM"). It is copied, never run. Immutable.
/// </summary>
internal sealed class CustomCode
{
    private const string Key = "auto_map";
    private const string ForeignMark = "--";
    private const int MaxByteCount = 16 << 20;

    private static readonly string[] ConfigFiles =
        ["tokenizer_config.json", "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json"];

    private CustomCode(IReadOnlyDictionary<string, string> files, IEnumerable<string> missing, IEnumerable<string> foreign)
    {
        Files = files;
        Missing = [.. missing];
        Foreign = [.. foreign];
    }

    /// <summary>The files to copy by their names, with their paths: all of the directory's, since one imports another.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>Files that are named and not there.</summary>
    public ImmutableArray<string> Missing { get; }

    /// <summary>Models that code is taken from when this one is loaded.</summary>
    public ImmutableArray<string> Foreign { get; }

    /// <summary>The code of a model; nothing where no configuration names any.</summary>
    /// <param name="directory">The model's; <see langword="null"/> for one in memory.</param>
    /// <exception cref="ConvergenceException">A code file is larger than any.</exception>
    public static CustomCode Of(ModelDirectory? directory)
    {
        var references = directory is null ? [] : ConfigFiles.Select(name => Read(directory, name)).Prepend(directory.Config)
            .SelectMany(config => References(config?[Key])).ToHashSet(StringComparer.Ordinal);
        var own = references.Where(reference => !reference.Contains(ForeignMark, StringComparison.Ordinal)).Select(FileOf)
            .ToHashSet(StringComparer.Ordinal);
        var files = own.Count == 0 ? [] : PlainFiles(directory!);
        return new CustomCode(
            files,
            own.Where(name => !files.ContainsKey(name)).Order(StringComparer.Ordinal),
            references.Where(reference => reference.Contains(ForeignMark, StringComparison.Ordinal))
                .Select(reference => reference[..reference.IndexOf(ForeignMark, StringComparison.Ordinal)])
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>Whether a file of that name has other content in another model.</summary>
    public bool Differs(CustomCode other, string name) =>
        other.Files.TryGetValue(name, out var theirs)
        && !CappedFile.ReadAllBytes(Files[name], MaxByteCount).AsSpan().SequenceEqual(CappedFile.ReadAllBytes(theirs, MaxByteCount));

    // A configuration that cannot be read is a matter for those who use it for more than its code.
    private static JsonObject? Read(ModelDirectory directory, string name)
    {
        try
        {
            return directory.FindFile(name) is { } path ? JsonNode.Parse(CappedFile.ReadAllBytes(path, MaxByteCount)) as JsonObject : null;
        }
        catch (Exception exception) when (exception is JsonException or ConvergenceException)
        {
            return null;
        }
    }

    // A class, or several of which some may be null: a slow and a fast tokenizer.
    private static IEnumerable<string> References(JsonNode? map) => (map as JsonObject ?? [])
        .SelectMany(pair => pair.Value is JsonArray list ? list.AsEnumerable() : [pair.Value])
        .Select(TokenizerDocument.TextOf).OfType<string>().Where(reference => reference.Contains('.', StringComparison.Ordinal));

    private static string FileOf(string reference) => reference[..reference.IndexOf('.', StringComparison.Ordinal)] + ".py";

    private static Dictionary<string, string> PlainFiles(ModelDirectory directory)
    {
        var paths = Directory.EnumerateFiles(directory.Path, "*.py").Where(path => !FileContent.IsAbsent(path)).ToList();
        return paths.FirstOrDefault(path => new FileInfo(path).ResolveLinkTarget(true) is FileInfo { Length: > MaxByteCount }
                || new FileInfo(path).Length > MaxByteCount) is { } large
            ? throw new MergeException(FormattableString.Invariant(
                $"{large}: is larger than {MaxByteCount:N0} bytes, which no model's code is. Remove it, or download it again."))
            : paths.ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal);
    }
}

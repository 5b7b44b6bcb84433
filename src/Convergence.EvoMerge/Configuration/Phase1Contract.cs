using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Configuration;
using Convergence.Foundation.Json;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Configuration;

/// <summary>
/// What the phase before hands over (<c>phase1.json</c>): <c>models</c>, a list of directories relative to the file;
/// <c>specializations</c>, a
/// name for each; and <c>metrics</c>, free-form, kept for the record.
/// </summary>
/// <param name="Models">Absolute directories.</param>
/// <param name="Specializations">A name for each model, in order.</param>
/// <param name="Metrics">The metrics as they were given; <see langword="null"/> when absent.</param>
public sealed record Phase1Contract(ImmutableArray<string> Models, ImmutableArray<string> Specializations, JsonNode? Metrics)
{
    private const int MaxByteCount = 1 << 20;

    /// <exception cref="ConfigurationException">With all errors at once.</exception>
    /// <exception cref="ConvergenceException">The file cannot be read, or has more than a megabyte.</exception>
    public static Phase1Contract ReadFile(string path)
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        var root = Load(path);
        var models = ReadNames(root, "models", errors);
        var specializations = ReadNames(root, "specializations", errors);
        if (errors.Count == 0 && models.Length != specializations.Length)
        {
            errors.Add($"specializations: {specializations.Length} names for {models.Length} models; give one for each.");
        }

        if (specializations.Distinct(StringComparer.Ordinal).Count() != specializations.Length)
        {
            errors.Add("specializations: a name is given twice.");
        }

        if (specializations.FirstOrDefault(PlainName.IsNot) is { } hostile)
        {
            errors.Add($"specializations: {PlainName.Quote(hostile)} holds control characters. Give a name that can be printed.");
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return errors.Count == 0
            ? new Phase1Contract([.. models.Select(model => Path.GetFullPath(model, directory))], specializations, root["metrics"])
            : throw new ConfigurationException(path, errors.ToImmutable());
    }

    private static JsonObject Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new ConfigurationException(path, ["there is no such file."]);
        }

        return JsonFile.ReadObject(path, MaxByteCount, (problem, _) => new ConfigurationException(path, [$"the file {problem}"]));
    }

    private static ImmutableArray<string> ReadNames(JsonObject root, string key, ImmutableArray<string>.Builder errors)
    {
        if (root[key] is JsonArray array && array.Count > 0 && array.All(IsName))
        {
            return [.. array.Select(node => node!.GetValue<string>())];
        }

        errors.Add(root[key] is { } found
            ? $"{key}: {Shorten(found.ToJsonString())} is not a list of non-empty texts."
            : $"{key}: missing. Give a list of non-empty texts.");
        return [];
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 56), " ...");

    private static bool IsName(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>().Length > 0;
}

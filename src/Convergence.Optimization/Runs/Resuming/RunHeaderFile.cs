using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Foundation.Json;
using Convergence.Optimization.Storage;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>A run's header as a file.</summary>
internal static class RunHeaderFile
{
    private const int Format = 2;
    private const int MaxByteCount = 16 << 20;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns><see langword="null"/> where there is no file.</returns>
    /// <exception cref="OptimizationRunException">The file is not one of a run, or of another version.</exception>
    public static RunHeader? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var map = JsonFile.ReadObject(path, MaxByteCount, (problem, cause) => Unusable(path, problem, cause));
        try
        {
            if ((int?)map["format"] != Format)
            {
                throw Unusable(path, $"has the format {map["format"]?.ToJsonString() ?? "null"}; this version reads {Format}.", null);
            }

            return new RunHeader
            {
                RunId = (string)map["run_id"]!,
                Started = DateTimeOffset.Parse((string)map["started"]!, CultureInfo.InvariantCulture),
                Window = Math.Max(1, (int)map["window"]!),
                Sections = map["sections"]!.AsObject().ToImmutableSortedDictionary(
                    section => section.Key, section => (string)section.Value!, StringComparer.Ordinal),
                FormerGenerations = (int)map["former_generations"]!,
                WarmStart = [.. map["warm_start"]!.AsArray().Select(parameters => parameters!.DeepClone().AsObject())],
                FormerSearches = [.. (map["former_searches"]?.AsArray() ?? []).Select(search => SearchOf(search!))],
                IsOutage = (bool)map["outage"]!,
            };
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException
            or NullReferenceException)
        {
            throw Unusable(path, "is not a run's header: keys are missing, or are of another kind.", exception);
        }
    }

    public static void Write(string path, RunHeader header) => AtomicFile.WriteAllText(path, new JsonObject
    {
        ["format"] = Format,
        ["run_id"] = header.RunId,
        ["started"] = header.Started.ToString("O", CultureInfo.InvariantCulture),
        ["window"] = header.Window,
        ["sections"] = new JsonObject(header.Sections.Select(section => KeyValuePair.Create(section.Key, (JsonNode?)section.Value))),
        ["former_generations"] = header.FormerGenerations,
        ["warm_start"] = new JsonArray([.. header.WarmStart.Select(parameters => parameters.DeepClone())]),
        ["former_searches"] = new JsonArray([.. header.FormerSearches.Select(NodeOf)]),
        ["outage"] = header.IsOutage,
    }.ToJsonString(Indented) + "\n");

    private static JsonArray NodeOf(ImmutableArray<ScoredParameters> search) => new(
    [
        .. search.Select(former => new JsonObject
        {
            ["parameters"] = former.Parameters.DeepClone(),
            ["score"] = former.Score,
            ["origin"] = former.Origin,
        }),
    ]);

    private static ImmutableArray<ScoredParameters> SearchOf(JsonNode search) =>
    [
        .. search.AsArray().Select(former =>
            new ScoredParameters(former!["parameters"]!.DeepClone().AsObject(), (double)former["score"]!)
            {
                Origin = (string?)former["origin"],
            }),
    ];

    private static OptimizationRunException Unusable(string path, string problem, Exception? cause) => new(
        $"{path}: {problem} Restore the file, or begin anew with --restart; kept answers are used again.", cause);
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;
using Convergence.EvoMerge.Runs.Checkpoints;

namespace Convergence.EvoMerge.Tests.Runs.Checkpoints;

/// <summary>
/// Checkpoints whose checksum fits but whose content somebody has changed: refused in plain words, or good enough to go on from.
/// </summary>
internal sealed partial class DamagedCheckpointTests
{
    private static readonly string[] Extremes =
        [
            "null", "-1", "0", "1e12", "1e300", "-1e308", "2147483647", "9223372036854775807",
            "\"\"", "\"\\u001b[31m\"", "true", "[]", "{}", "[null]",
        ];

    private TinyJob _job = null!;
    private EvoMergeConfig _config = null!;
    private JsonNode _sound = null!;

    [OneTimeSetUp]
    public void RunOnce()
    {
        _job = new TinyJob();
        _config = _job.NewConfig(("generations", "3"));
        TinyJob.Run(_config);
        _sound = JsonNode.Parse(File.ReadAllText(new CheckpointStore(_config.Checkpoints, 9).PathOf(2)))!;
        _config = _config with { Out = _job.Combine("resumed"), Checkpoints = _job.Combine("resumed-checkpoints") };
    }

    [OneTimeTearDown]
    public void RemoveModels() => _job.Dispose();

    [Test]
    public void Resume_AnyFieldMadeExtreme_IsRefusedInPlainWordsOrLoads()
    {
        var (refused, loaded) = (0, 0);
        foreach (var place in Places(_sound["body"]!, []).DistinctBy(path => Digits().Replace(string.Join('.', path), "0")))
        {
            foreach (var extreme in Extremes)
            {
                var path = Write(place, JsonNode.Parse(extreme));
                try
                {
                    EvolutionRun.Create(_config, path).Dispose();
                    loaded++;
                }
                catch (ConvergenceException exception)
                {
                    Assert.That(
                        exception.Message,
                        Does.Not.Match("annotation|`1|Parameter '|System\\.|Exception|JSON value"),
                        $"{string.Join('.', place)} = {extreme}");
                    refused++;
                }
            }
        }

        Assert.That(refused, Is.GreaterThan(500), $"{loaded} loaded");
    }

    private string Write(object[] place, JsonNode? value)
    {
        var root = _sound.DeepClone();
        var parent = root["body"]!;
        foreach (var step in place[..^1])
        {
            parent = step is int index ? parent[index]! : parent[(string)step]!;
        }

        if (place[^1] is int last)
        {
            parent[last] = value;
        }
        else
        {
            parent[(string)place[^1]] = value;
        }

        root["checksum"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root["body"]!.ToJsonString(Compact))));
        var path = _job.Combine("damaged.json");
        File.WriteAllText(path, root.ToJsonString(Compact), new UTF8Encoding(false));
        return path;
    }

    private static System.Text.Json.JsonSerializerOptions Compact { get; } = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static IEnumerable<object[]> Places(JsonNode? node, object[] prefix)
    {
        IEnumerable<(object Step, JsonNode? Value)> children = node switch
        {
            JsonObject map => map.Select(pair => ((object)pair.Key, pair.Value)),
            JsonArray list => list.Select((item, index) => ((object)index, item)),
            _ => [],
        };
        return children.SelectMany(child => Places(child.Value, [.. prefix, child.Step]).Prepend([.. prefix, child.Step]));
    }

    [GeneratedRegex(@"(?<=^|\.)[0-9]+(?=\.|$)")]
    private static partial Regex Digits();
}

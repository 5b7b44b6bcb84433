using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Runs;
using Convergence.Tensors;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests;

/// <summary>A job of tiny models made in code, with perplexity and multiple-choice tasks in three disjoint splits.</summary>
internal sealed class TinyJob : IDisposable
{
    private const ulong BaseSeed = 11;

    private readonly TemporaryDirectory _directory = new();
    private int _runCount;

    public TinyJob(DType dtype = DType.BF16, int layerCount = 2)
    {
        var options = new TinyModelOptions { VocabularySize = 100, DType = dtype, LayerCount = layerCount };
        AddTokenizer(TinyModels.Write(Combine("base"), options, BaseSeed));
        foreach (var (name, seed) in Specialists.Zip([21UL, 22UL, 23UL]))
        {
            AddTokenizer(TinyModels.WriteSpecialist(Combine(name), options, BaseSeed, seed, deviation: 0.05));
        }

        var random = new SearchRandom(5);
        foreach (var split in new[] { "search", "validation", "test" })
        {
            WriteTasks(split, random);
        }
    }

    public static string[] Specialists { get; } = ["first", "second", "third"];

    public string Combine(params string[] parts) => _directory.Combine(parts);

    /// <summary>The smallest configuration as YAML lines, with other values for some keys.</summary>
    public string Yaml(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string>
        {
            ["name"] = "tiny",
            ["seed"] = "3",
            ["base"] = "base",
            ["models"] = "[first, second, third]",
            ["tasks"] = "{search: search.yaml, validation: validation.yaml, test: test.yaml}",
            ["generations"] = "4",
            ["population_size"] = "6",
            ["speed"] = "analytic",
            ["early_stopping"] = "false",
            ["checkpoint_interval"] = "2",
            ["out"] = Combine(FormattableString.Invariant($"out-{_runCount}")),
            ["checkpoints"] = Combine(FormattableString.Invariant($"checkpoints-{_runCount}")),
        };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        return string.Join('\n', values.Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Key}: {pair.Value}"));
    }

    /// <summary>The configuration of a new run, in directories of its own.</summary>
    public EvoMergeConfig NewConfig(params (string Key, string Value)[] settings)
    {
        _runCount++;
        return EvoMergeConfigReader.Parse(Yaml(settings), "tiny.yaml", _directory.Path);
    }

    /// <summary>Runs a job to its end.</summary>
    public static RunOutcome Run(
        EvoMergeConfig config, string? resume = null, IProgress<RunEvent>? progress = null, CancellationToken cancellation = default)
    {
        using var run = EvolutionRun.Create(config, resume);
        return run.Run(progress, cancellation);
    }

    public void Dispose() => _directory.Dispose();

    private static void AddTokenizer(string directory)
    {
        var vocabulary = new JsonObject { ["<unk>"] = 0, ["<s>"] = 1, ["</s>"] = 2, ["Ġ"] = 3 };
        for (var letter = '!'; letter <= '~'; letter++)
        {
            vocabulary[letter.ToString()] = 4 + letter - '!';
        }

        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] =
                new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] =
                new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        File.WriteAllText(Path.Combine(directory, "tokenizer.json"), tokenizer.ToJsonString());
    }

    private void WriteTasks(string split, SearchRandom random)
    {
        File.WriteAllLines(Combine(split + "-text.jsonl"), Enumerable.Range(0, 6).Select(_ =>
            "{\"ids\": ["
            + string.Join(", ", Enumerable.Range(0, 24).Select(_ => random.Next(4, 98).ToString(CultureInfo.InvariantCulture)))
            + "]}"));
        File.WriteAllLines(Combine(split + "-choices.jsonl"), Enumerable.Range(0, 12).Select(_ =>
            $"{{\"prompt\": \"{Word(random, 6)} \", \"choices\": [\"{Word(random, 3)}\", \"{Word(random, 3)}\"], "
            + $"\"answer\": {random.Next(2)}}}"));
        File.WriteAllText(Combine(split + ".yaml"), $"""
            tasks:
              - name: text
                kind: perplexity
                data: {split}-text.jsonl
                keep_tail: true
              - name: choices
                kind: multiple_choice
                data: {split}-choices.jsonl
            """);
    }

    private static string Word(SearchRandom random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z' + 1)));
}

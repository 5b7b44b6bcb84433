using System.Text;
using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tests.Tokenizers;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests;

/// <summary>
/// Files from outside may be anything; what comes out is a result or a <see cref="ConvergenceException"/>, never another failure.
/// </summary>
public sealed class HostileFilesTests
{
    private const int Rounds = 400;

    private static readonly string[] Splices =
        [
            "null", "{}", "[]", "\"\"", "-1", "1e99", "\"\\ud800\"", "[[[[", "}",
            "\"Sequence\"", "99999999999999999999", ":", "&a [*a]", "- ", "\0",
        ];

    [Test]
    public void Tokenizer_SpoiledFiles_AreRefusedOrWork()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Combine("tokenizer.json");
        var refused = 0;
        foreach (var text in Spoiled(TokenizerJson.ByteLevelWithBos().ToJsonString(), seed: 1))
        {
            File.WriteAllText(path, text);
            refused += IsRefused(() => Tokenizer.Load(path).Encode("some text")) ? 1 : 0;
        }

        Assert.That(refused, Is.GreaterThan(Rounds / 4));
    }

    [Test]
    public void TaskFile_SpoiledFiles_AreRefusedOrWork()
    {
        const string Yaml = """
            splits: {search: 0.5, test: 0.5}
            split: test
            tasks:
              - {name: a, kind: exact_match, data: a.jsonl, stop: ["\n"], limit: 3, seed: 4}
              - {name: b, kind: perplexity, data: b.txt, block_length: 8, keep_tail: true}
            """;
        var refused = Spoiled(Yaml, seed: 2).Count(text => IsRefused(() => TaskFile.Parse(text, "t", "/d")));
        Assert.That(refused, Is.GreaterThan(Rounds / 4));
    }

    [Test]
    public void TaskData_SpoiledLines_AreRefusedOrWork()
    {
        using var directory = new TemporaryDirectory();
        var tokenizer = new ModelTokenizer(TokenizerJson.Load(TokenizerJson.ByteLevelWithBos()), 256, [257]);
        var path = directory.Combine("a.jsonl");
        var task = new EvaluationTask { Name = "a", Kind = TaskKind.MultipleChoice, DataPath = path, Metric = TaskMetrics.Accuracy };
        var refused = 0;
        foreach (var text in Spoiled("{\"prompt\": \"a b\", \"choices\": [\"c\", \"d\"], \"answer\": 1}\n", seed: 3))
        {
            File.WriteAllText(path, text, Encoding.Latin1);
            refused += IsRefused(() => PreparedTask.Prepare(task, tokenizer, 64)) ? 1 : 0;
        }

        Assert.That(refused, Is.GreaterThan(Rounds / 4));
    }

    [Test]
    public void TaskFile_NestedWithoutEnd_IsRefusedAndNotAStackOverflow() =>
        Assert.That(
            () => TaskFile.Parse(new string('[', 200_000), "tasks.yaml", "/d"),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("levels deep"));

    [Test]
    public void Tokenizer_NestedWithoutEnd_IsRefusedAndNotAStackOverflow()
    {
        var text = "{\"model\": " + string.Concat(Enumerable.Repeat("[", 200_000));
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("tokenizer.json"), text);
        Assert.That(() => Tokenizer.Load(directory.Path), Throws.TypeOf<LanguageModelException>());
    }

    // Cuts, splices and changed characters.
    private static IEnumerable<string> Spoiled(string good, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var start = random.Next(good.Length);
            var end = Math.Min(good.Length, start + random.Next(1, 12));
            yield return random.Next(4) switch
            {
                0 => good[..start],
                1 => good[..start] + good[end..],
                2 => good[..start] + Splices[random.Next(Splices.Length)] + good[end..],
                _ => good[..start] + (char)random.Next(1, 128) + good[(start + 1)..],
            };
        }
    }

    private static bool IsRefused(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ConvergenceException)
        {
            return true;
        }
    }
}

using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tests.Tokenizers;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Tasks;

/// <summary>From files to token sequences.</summary>
public sealed class TaskDataTests
{
    private const int Bos = 256;

    private static readonly ModelTokenizer Bytes = new(TokenizerJson.Load(TokenizerJson.ByteLevelWithBos()), Bos, [257]);
    private readonly TemporaryDirectory _directory = new();

    [OneTimeTearDown]
    public void Delete() => _directory.Dispose();

    [Test]
    public void Prepare_TokenIds_AreCutIntoBlocksAfterBosWithoutTheTail()
    {
        var path = _directory.Combine("a.u16");
        File.WriteAllBytes(path, [.. Enumerable.Range(1, 8).SelectMany(id => new byte[] { (byte)id, (byte)(id == 2 ? 1 : 0) })]);
        var task = Task(TaskKind.Perplexity, path) with { BlockLength = 4 };
        var dropped = PreparedTask.Prepare(task, Bytes, 512).Scored!;
        var kept = PreparedTask.Prepare(task with { KeepsTail = true }, Bytes, 512).Scored!;
        Assert.Multiple(() =>
        {
            Assert.That(dropped.Sequences, Is.EqualTo(new int[][] { [Bos, 1, 258, 3], [Bos, 4, 5, 6] }));
            Assert.That(kept.Sequences, Is.EqualTo(new int[][] { [Bos, 1, 258, 3], [Bos, 4, 5, 6], [Bos, 7, 8] }));
            Assert.That(dropped.FirstScored, Has.All.EqualTo(1));
            Assert.That(
                PreparedTask.Prepare(task with { AddsBos = false }, Bytes, 512).Scored!.Sequences[0], Is.EqualTo(new[] { 1, 258, 3, 4 }));
        });
    }

    [Test]
    public void Prepare_Texts_KeepTheirTails()
    {
        var path = Write("{\"text\": \"abcde\"}", "", "{\"ids\": [1, 2, 3, 4, 5]}", "{\"prompt\": \"ab\", \"completion\": \"cd\"}");
        var scored = PreparedTask.Prepare(Task(TaskKind.Perplexity, path) with { BlockLength = 4 }, Bytes, 512).Scored!;
        Assert.Multiple(() =>
        {
            Assert.That(
                scored.Sequences,
                Is.EqualTo(new int[][] { [Bos, 'a', 'b', 'c'], [Bos, 'd', 'e'], [Bos, 1, 2, 3], [Bos, 'a', 'b', 'c', 'd'] }));
            Assert.That(scored.FirstScored, Is.EqualTo(new[] { 1, 1, 1, 3 }));
        });
    }

    [TestCase("[-1, 3]", "'ids' holds -1 at place 0")]
    [TestCase("[5, 6, 7, 8, -2147483648]", "'ids' holds -2147483648 at place 4", Description = "in a tail that is not scored")]
    public void Prepare_TokenIdBelowZero_IsNamedWithItsLine(string ids, string error)
    {
        var path = Write("{\"text\": \"abc\"}", $"{{\"ids\": {ids}}}");
        Assert.That(
            () => PreparedTask.Prepare(Task(TaskKind.Perplexity, path) with { BlockLength = 4 }, Bytes, 512),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains($"{path}, line 2: {error}"));
    }

    [Test]
    public void Prepare_DefaultBlock_IsTheContextButAtMost256()
    {
        var path = _directory.Combine("long.txt");
        File.WriteAllText(path, new string('x', 1000));
        var task = Task(TaskKind.Perplexity, path);
        Assert.Multiple(() =>
        {
            Assert.That(PreparedTask.Prepare(task, Bytes, 512).Scored!.Sequences[0], Has.Length.EqualTo(256));
            Assert.That(PreparedTask.Prepare(task, Bytes, 100).Scored!.Sequences[0], Has.Length.EqualTo(100));
            Assert.That(
                () => PreparedTask.Prepare(task with { BlockLength = 101 }, Bytes, 100),
                Throws.TypeOf<LanguageModelException>().With.Message.Contains("101").And.Message.Contains("block_length"));
        });
    }

    [Test]
    public void Prepare_Choices_ScoreWhatFollowsThePrompt()
    {
        var path = Write("{\"prompt\": \"a\", \"choices\": [\"bc\", \"d\"], \"answer\": 1}");
        var scored = PreparedTask.Prepare(Task(TaskKind.MultipleChoice, path), Bytes, 512).Scored!;
        Assert.Multiple(() =>
        {
            Assert.That(scored.Sequences, Is.EqualTo(new int[][] { [Bos, 'a', 'b', 'c'], [Bos, 'a', 'd'] }));
            Assert.That(scored.FirstScored, Is.EqualTo(new[] { 2, 2 }));
            Assert.That(scored.ByteCounts, Is.EqualTo(new[] { 2, 1 }));
            Assert.That(scored.Answers, Is.EqualTo(new[] { 1 }));
        });
    }

    [Test]
    public void Prepare_ChoicesThatMergeWithThePrompt_ScoreFromWhereTheyDiffer()
    {
        var merging = new ModelTokenizer(TokenizerJson.Load(TokenizerJson.ByteLevel("a b")), BosToken: null, []);
        var path = Write("{\"prompt\": \"xa\", \"choices\": [\"b\", \"c\"], \"answer\": 0}");
        var scored = PreparedTask.Prepare(Task(TaskKind.MultipleChoice, path), merging, 512).Scored!;
        Assert.Multiple(() =>
        {
            Assert.That(scored.Sequences, Is.EqualTo(new int[][] { ['x', 256], ['x', 'a', 'c'] }));
            Assert.That(scored.FirstScored, Is.EqualTo(new[] { 1, 2 }));
        });
    }

    [Test]
    public void Prepare_Pairs_ScoreWholeSentencesAfterBos()
    {
        var path = Write("{\"sentence_good\": \"ab\", \"sentence_bad\": \"ba\", \"UID\": \"x\"}");
        var scored = PreparedTask.Prepare(Task(TaskKind.MinimalPairs, path), Bytes, 512).Scored!;
        Assert.Multiple(() =>
        {
            Assert.That(scored.Sequences, Is.EqualTo(new int[][] { [Bos, 'a', 'b'], [Bos, 'b', 'a'] }));
            Assert.That(scored.FirstScored, Has.All.EqualTo(1));
        });
    }

    [TestCase(true, new[] { Bos, 'a' })]
    [TestCase(false, new[] { (int)'a' })]
    public void Prepare_AddBos_OverridesTheTemplate(bool addsBos, int[] expected)
    {
        var path = Write("{\"prompt\": \"a\", \"completion\": \"b\"}");
        var prompts = PreparedTask.Prepare(Task(TaskKind.ExactMatch, path) with { AddsBos = addsBos }, Bytes, 512).Completions!.Prompts;
        Assert.That(prompts[0], Is.EqualTo(expected));
    }

    [Test]
    public void Prepare_LimitAndSplits_AreSeededAndDisjoint()
    {
        var path = Write([.. Enumerable.Range(0, 100).Select(index => $"{{\"sentence_good\": "
            + $"\"{(char)('A' + (index % 26))}{index}\", \"sentence_bad\": \"b\"}}")]);
        var task = Task(TaskKind.MinimalPairs, path) with { Seed = 3 };
        var limited = Sentences(task with { Limit = 10 });
        var parts = new[] { new TaskSplit("search", 0, 0.5), new TaskSplit("test", 0.5, 1) }
            .Select(split => Sentences(task with { Split = split }))
            .ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(limited, Has.Length.EqualTo(10));
            Assert.That(Sentences(task with { Limit = 10 }), Is.EqualTo(limited));
            Assert.That(Sentences(task with { Limit = 10, Seed = 4 }), Is.Not.EqualTo(limited));
            Assert.That(parts[0], Has.Length.EqualTo(50));
            Assert.That(parts[0].Intersect(parts[1]), Is.Empty);
            Assert.That(parts[0].Concat(parts[1]).Order(), Is.EqualTo(Sentences(task).Order()));
            Assert.That(Sentences(task with { Split = new TaskSplit("test", 0.5, 1), Limit = 5 }), Is.SubsetOf(parts[1]));
        });

        static string[] Sentences(EvaluationTask task) =>
            [.. PreparedTask.Prepare(task, Bytes, 512)
                .Scored!.Sequences.Where((_, index) => index % 2 == 0)
                .Select(tokens => string.Join(' ', tokens))];
    }

    [TestCase(TaskKind.ExactMatch, "{\"prompt\": 3, \"completion\": \"b\"}", "'prompt'", "line 1")]
    [TestCase(TaskKind.ExactMatch, "{\"prompt\": \"a\"}", "'completion'", "line 1")]
    [TestCase(TaskKind.ExactMatch, "[1]", "not a JSON object", "line 1")]
    [TestCase(TaskKind.ExactMatch, "{\"prompt\": ", "not valid JSON", "line 1")]
    [TestCase(TaskKind.MultipleChoice, "{\"prompt\": \"a\", \"choices\": [\"b\", \"c\"], \"answer\": 2}", "'answer' is 2", "0 to 1")]
    [TestCase(TaskKind.MultipleChoice, "{\"prompt\": \"a\", \"choices\": [\"b\"], \"answer\": 0}", "'choices'", "at least two")]
    [TestCase(TaskKind.Perplexity, "{\"ids\": [1, 70000000000]}", "'ids'", "integers")]
    [TestCase(TaskKind.MinimalPairs, "", "no example", "Check")]
    public void Prepare_BadLine_IsAClearError(TaskKind kind, string line, string first, string second)
    {
        var path = Write(line);
        Assert.That(
            () => PreparedTask.Prepare(Task(kind, path), Bytes, 512),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains(path).And.Message.Contains(first).And.Message.Contains(second));
    }

    [Test]
    public void Prepare_TooLongForTheContext_NamesTheLine()
    {
        var path = Write("{\"prompt\": \"a\", \"completion\": \"b\"}", "{\"prompt\": \"aaaaaaaa\", \"completion\": \"bbbbbbbb\"}");
        Assert.That(
            () => PreparedTask.Prepare(Task(TaskKind.ExactMatch, path), Bytes, 16),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("line 2").And.Message.Contains("17 tokens"));
    }

    [Test]
    public void Prepare_OddTokenFile_IsAClearError()
    {
        var path = _directory.Combine("odd.u16");
        File.WriteAllBytes(path, [1, 0, 2]);
        Assert.That(
            () => PreparedTask.Prepare(Task(TaskKind.Perplexity, path), Bytes, 512),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("3 bytes"));
    }

    [Test]
    public void Prepare_NoTokenizer_IsAClearErrorForTexts()
    {
        var path = Write("{\"text\": \"abc\"}");
        Assert.That(
            () => PreparedTask.Prepare(Task(TaskKind.Perplexity, path), new ModelTokenizer(null, Bos, []), 512),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("tokenizer.json"));
    }

    private static EvaluationTask Task(TaskKind kind, string path) =>
        new() { Name = "task", Kind = kind, DataPath = path, Metric = TaskMetrics.Of(kind)[0] };

    private string Write(params string[] lines)
    {
        var path = _directory.Combine($"{TestContext.CurrentContext.Test.ID}.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }
}

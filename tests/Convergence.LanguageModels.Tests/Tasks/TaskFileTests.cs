using Convergence.LanguageModels.Tasks;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Tasks;

public sealed class TaskFileTests
{
    [Test]
    public void ReadFile_AllKeys_AreTaken()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Combine("tasks.yaml"), """
            tasks:
              - name: reasoning
                kind: exact_match
                data: sub/reasoning.jsonl
                metric: exact_match
                limit: 200
                seed: 7
                max_new_tokens: 48
                stop: ["\n", "."]
                add_bos: true
              - name: text
                kind: perplexity
                data: text.txt
                block_length: 128
                keep_tail: false
              - name: choices
                kind: multiple_choice
                data: choices.jsonl
                metric: acc_norm
              - name: pairs
                kind: minimal_pairs
                data: pairs.jsonl
            """);
        var tasks = TaskFile.ReadFile(directory.Combine("tasks.yaml"));
        Assert.Multiple(() =>
        {
            Assert.That(
                tasks.Select(task => task.Kind),
                Is.EqualTo(new[] { TaskKind.ExactMatch, TaskKind.Perplexity, TaskKind.MultipleChoice, TaskKind.MinimalPairs }));
            Assert.That(tasks.Select(task => task.Metric), Is.EqualTo(new[] { "exact_match", "perplexity", "acc_norm", "acc" }));
            Assert.That(tasks[0].DataPath, Is.EqualTo(directory.Combine("sub", "reasoning.jsonl")));
            Assert.That((tasks[0].Limit, tasks[0].Seed, tasks[0].MaxNewTokens, tasks[0].AddsBos), Is.EqualTo((200, 7ul, 48, true)));
            Assert.That(tasks[0].Stop, Is.EqualTo(new[] { "\n", "." }));
            Assert.That((tasks[1].BlockLength, tasks[1].KeepsTail), Is.EqualTo((128, false)));
            Assert.That(
                (tasks[3].Limit, tasks[3].Seed, tasks[3].MaxNewTokens, tasks[3].AddsBos), Is.EqualTo(((int?)null, 0ul, 64, (bool?)null)));
            Assert.That(tasks[3].Stop, Is.EqualTo(new[] { "\n" }));
        });
    }

    [Test]
    public void Parse_SplitPlaceholder_NamesTheFile()
    {
        const string Yaml = """
            split: search
            tasks:
              - {name: a, kind: minimal_pairs, data: "a.{split}.jsonl"}
              - {name: b, kind: minimal_pairs, data: "b.{split}.jsonl", split: validation}
            """;
        Assert.Multiple(() =>
        {
            Assert.That(Names(TaskFile.Parse(Yaml, "t", "/d")), Is.EqualTo(new[] { "a.search.jsonl", "b.validation.jsonl" }));
            Assert.That(Names(TaskFile.Parse(Yaml, "t", "/d", split: "test")), Is.EqualTo(new[] { "a.test.jsonl", "b.test.jsonl" }));
        });

        static IEnumerable<string> Names(IEnumerable<EvaluationTask> tasks) => tasks.Select(task => Path.GetFileName(task.DataPath));
    }

    [Test]
    public void Parse_Splits_ArePartsThatDoNotOverlap()
    {
        const string Yaml = """
            splits: {search: 0.6, validation: 0.2, test: 0.2}
            tasks:
              - {name: a, kind: minimal_pairs, data: a.jsonl}
            """;
        var parts = new[] { "search", "validation", "test" }.Select(split => TaskFile.Parse(Yaml, "t", "/d", split)[0].Split!).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(parts[0].Start, Is.Zero);
            Assert.That(parts[1].Start, Is.EqualTo(parts[0].End));
            Assert.That(parts[2].Start, Is.EqualTo(parts[1].End));
            Assert.That(parts[2].End, Is.EqualTo(1).Within(1e-12));
        });
    }

    [TestCase("tasks: [{name: a, kind: perplexity, data: x, blok_length: 3}]", "blok_length", "block_length")]
    [TestCase("tasks: [{name: a, kind: guess, data: x}]", "guess", "perplexity, exact_match")]
    [TestCase("tasks: [{kind: perplexity, data: x}]", "'name'", "line 1")]
    [TestCase("tasks: [{name: a, kind: perplexity}]", "'data'", "line 1")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, limit: 0}]", "'limit' is '0'", "from 1 on")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, limit: many}]", "'limit' is 'many'", "integer")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, max_new_tokens: 3}]", "max_new_tokens", "not a key here")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, metric: acc}]", "'metric' is 'acc'", "perplexity")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, seed: -1}]", "'seed' is '-1'", "integer")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, keep_tail: maybe}]", "'keep_tail' is 'maybe'", "true or false")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x, split: test}]", "no split 'test'", "{split}")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: 'x.{split}'}]", "no split is chosen", "Set 'split'")]
    [TestCase("splits: {a: 0.7, b: 0.7}\ntasks: [{name: a, kind: perplexity, data: x, split: a}]", "'splits'", "at most 1")]
    [TestCase("tasks: [{name: a, kind: perplexity, data: x}, {name: a, kind: perplexity, data: y}]", "two tasks", "'a'")]
    [TestCase("tasks: [{name: \"te\\e[2Jxt\", kind: perplexity, data: x}]", "u001B[2Jxt\", which holds control characters", "line 1")]
    [TestCase("tasks: [{name: \"two\\nlines\", kind: perplexity, data: x}]", "'name' is \"two\\nlines\"", "line 1")]
    [TestCase("tusks: []", "tusks", "Did you mean \"tasks\"")]
    [TestCase("tasks: []", "lists no tasks", "Add")]
    [TestCase("tasks: 3", "must be a list", "tasks")]
    [TestCase("- 1", "mapping", "tasks")]
    [TestCase("tasks: [", "not valid YAML", "tasks.yaml:2:")]
    [TestCase("tasks: &a [*a]", "stands for nothing", "tasks.yaml:1:")]
    [TestCase("tasks: []\ntasks: []", "gives \"tasks\" twice", "tasks.yaml:2:")]
    public void Parse_BadFile_IsAClearError(string yaml, string first, string second) =>
        Assert.That(
            () => TaskFile.Parse(yaml, "tasks.yaml", "/d"),
            Throws.TypeOf<LanguageModelException>()
                .With.Message.Contains("tasks.yaml").And.Message.Contains(first).And.Message.Contains(second));

    [Test]
    public void Parse_SeveralErrors_AreReportedTogether()
    {
        const string Yaml = """
            tasks:
              - {name: a, kind: perplexity, data: x, limit: 0}
              - {name: b, kind: exact_match, data: x, stopp: "."}
            """;
        Assert.That(
            () => TaskFile.Parse(Yaml, "t", "/d"),
            Throws.TypeOf<LanguageModelException>().With.Message.Contains("limit").And.Message.Contains("stopp")
                .And.Message.Contains("line 3"));
    }
}

using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tests.Tokenizers;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Tasks;

public sealed class TaskEvaluatorTests
{
    private const int VocabularySize = 258;
    private const int Bos = 256;
    private const int Eos = 257;

    private static readonly ModelTokenizer Bytes = new(TokenizerJson.Load(TokenizerJson.ByteLevelWithBos()), Bos, [Eos]);
    private readonly TemporaryDirectory _directory = new();
    private readonly CpuDevice _device = new(2);

    [OneTimeTearDown]
    public void Release()
    {
        _directory.Dispose();
        _device.Dispose();
    }

    [Test]
    public void Perplexity_OfAUniformModel_IsTheVocabularySize()
    {
        using var model = ToyModels.Uniform(_device, VocabularySize);
        var result = Evaluate(model, TaskKind.Perplexity, "{\"text\": \"any text at all\"}", "{\"ids\": [5, 6, 7, 200]}");
        Assert.Multiple(() =>
        {
            Assert.That(result.Value, Is.EqualTo(VocabularySize).Within(1e-3));
            Assert.That(result.TokenCounts, Is.EqualTo(new[] { 15 }), "the ids' tail is dropped");
            Assert.That(result.PerExample[0], Is.EqualTo(-15 * Math.Log(VocabularySize)).Within(1e-4));
        });
    }

    [Test]
    public void Perplexity_OfAModelThatKnowsTheAlphabet_IsShiftCorrect()
    {
        // The model holds the next letter certain. A reader that is off by one in either direction finds a perplexity of the order
        // of the vocabulary or worse.
        using var model = ToyModels.Bigram(
            _device, VocabularySize, (previous, next) => next == (previous == Bos ? 'a' : previous + 1) ? 30 : 0);
        Assert.Multiple(() =>
        {
            Assert.That(Evaluate(model, TaskKind.Perplexity, "{\"text\": \"abcdefgh\"}").Value, Is.EqualTo(1).Within(1e-4));
            Assert.That(Evaluate(model, TaskKind.Perplexity, "{\"text\": \"bcdefghi\"}").Value, Is.GreaterThan(10));
            Assert.That(Evaluate(model, TaskKind.Perplexity, "{\"text\": \"acegikmo\"}").Value, Is.GreaterThan(1e6));
        });
    }

    [Test]
    public void Accuracy_OfAModelThatKnowsTheAlphabet_IsShiftCorrect()
    {
        using var model = Alphabet();

        // Choices read one place too late or too early would both be equally likely or wrong.
        var result = Evaluate(
            model,
            TaskKind.MultipleChoice,
            "{\"prompt\": \"ab\", \"choices\": [\"c\", \"d\"], \"answer\": 0}",
            "{\"prompt\": \"ab\", \"choices\": [\"ef\", \"cd\"], \"answer\": 1}",
            "{\"prompt\": \"ab\", \"choices\": [\"c\", \"d\"], \"answer\": 1}");
        Assert.Multiple(() =>
        {
            Assert.That(result.PerExample, Is.EqualTo(new[] { 1.0, 1.0, 0.0 }));
            Assert.That(result.Value, Is.EqualTo(2.0 / 3).Within(1e-12));
        });
    }

    [Test]
    public void Accuracy_Normalised_DividesByBytes()
    {
        // Any letter costs about log 258 nats except 'x', which costs half: "xxx" is less likely than "a" but likelier per byte.
        using var model = ToyModels.Bigram(_device, VocabularySize, (_, next) => next == 'x' ? 3 : 0);
        const string Line = "{\"prompt\": \"q\", \"choices\": [\"a\", \"xxx\"], \"answer\": 1}";
        var plain = Evaluate(model, TaskKind.MultipleChoice, Line);
        Assert.Multiple(() =>
        {
            Assert.That(plain.Value, Is.Zero);
            Assert.That(plain.Metrics["acc_norm"], Is.EqualTo(1));
        });
        var normalized = Evaluate(model, TaskKind.MultipleChoice, metric: "acc_norm", lines: Line);
        Assert.That((normalized.Metric, normalized.Value, normalized.PerExample[0]), Is.EqualTo(("acc_norm", 1.0, 1.0)));
    }

    [Test]
    public void Accuracy_OfAUniformModel_IsZeroAndNotLuck()
    {
        using var model = ToyModels.Uniform(_device, VocabularySize);
        Assert.That(
            Evaluate(model, TaskKind.MultipleChoice, "{\"prompt\": \"a\", \"choices\": [\"b\", \"c\"], \"answer\": 0}").Value, Is.Zero);
    }

    [Test]
    public void MinimalPairs_TheLikelierSentenceWins()
    {
        using var model = Alphabet();
        var result = Evaluate(
            model,
            TaskKind.MinimalPairs,
            "{\"sentence_good\": \"abcd\", \"sentence_bad\": \"abdc\"}",
            "{\"sentence_good\": \"badc\", \"sentence_bad\": \"abcd\"}");
        Assert.That(result.PerExample, Is.EqualTo(new[] { 1.0, 0.0 }));
    }

    [Test]
    public void ExactMatch_Completions_AreDecidedAsByFullGeneration()
    {
        using var model = Alphabet();
        string[] lines =
        [
            "{\"prompt\": \"a\", \"completion\": \"bcdefghij\"}",
            "{\"prompt\": \"x\", \"completion\": \"yz\"}",
            "{\"prompt\": \"x\", \"completion\": \" yz \"}",
            "{\"prompt\": \"x\", \"completion\": \"yy\"}",
            "{\"prompt\": \"x\", \"completion\": \"y\"}",
            "{\"prompt\": \"y\", \"completion\": \"zz\"}",
            "{\"prompt\": \"z\", \"completion\": \"\"}",
        ];
        var decided = Evaluate(model, TaskKind.ExactMatch, maxNewTokens: 9, lines: lines);
        var generated = Evaluate(model, TaskKind.ExactMatch, maxNewTokens: 9, completes: true, lines: lines);
        Assert.Multiple(() =>
        {
            // "bcdefghij" has just the nine tokens that are allowed; the model ends its line after z.
            Assert.That(generated.PerExample, Is.EqualTo(new[] { 1.0, 1, 1, 0, 0, 0, 1 }));
            Assert.That(decided.PerExample, Is.EqualTo(generated.PerExample));
            Assert.That(generated.TruncatedCount, Is.EqualTo(1));
            Assert.That(decided.TruncatedCount, Is.Null);
            Assert.That(decided.Value, Is.EqualTo(4.0 / 7).Within(1e-12));
        });
    }

    [Test]
    public void ExactMatch_RandomModels_AreDecidedAsByFullGeneration()
    {
        // Its own greedy continuations, some of them spoiled, are what the model is asked for.
        var shape = new TinyModelOptions { VocabularySize = VocabularySize, Deviation = 0.3 };
        using var model = ToyModels.Random(_device, seed: 11, shape);
        var lines = new List<string>();
        var random = new Random(5);
        for (var index = 0; index < 40; index++)
        {
            var prompt = new string([.. Enumerable.Range(0, 6).Select(_ => (char)random.Next('a', 'z'))]);
            var tokens = model.Generate([Bytes.Tokenizer!.Encode(prompt)], new() { MaxNewTokens = 8 })[0].Tokens;
            var text = Bytes.Tokenizer.Decode([.. tokens]);
            lines.Add(System.Text.Json.JsonSerializer.Serialize(new { prompt, completion = index % 3 == 0 ? text[..^1] + "?" : text }));
        }

        var decided = Evaluate(model, TaskKind.ExactMatch, maxNewTokens: 8, lines: [.. lines]);
        var generated = Evaluate(model, TaskKind.ExactMatch, maxNewTokens: 8, completes: true, lines: [.. lines]);
        Assert.Multiple(() =>
        {
            Assert.That(decided.PerExample, Is.EqualTo(generated.PerExample));
            Assert.That(decided.Value, Is.GreaterThan(0).And.LessThan(1));
        });
    }

    [Test]
    public void ExactMatch_AnotherTokenisationOfTheSameText_IsRight()
    {
        // The draft is the token "bc", but the model spells b, c and ends: only the text counts.
        var merged = TokenizerJson.ByteLevel("b c");
        var tokenizer = new ModelTokenizer(TokenizerJson.Load(merged), null, []);
        using var model = ToyModels.Bigram(_device, VocabularySize, (previous, next) => (previous, next) switch
        {
            ('a', 'b') or ('b', 'c') or ('c', '\n') => 20,
            _ => 0,
        });
        var path = Write("{\"prompt\": \"a\", \"completion\": \"bc\"}");
        var task = new EvaluationTask { Name = "t", Kind = TaskKind.ExactMatch, DataPath = path, Metric = TaskMetrics.ExactMatch };
        var prepared = PreparedTask.Prepare(task, tokenizer, 64);
        Assert.That(prepared.Completions!.Drafts[0], Is.EqualTo(new[] { 256 }));
        Assert.That(new TaskEvaluator(model).Evaluate(prepared).Value, Is.EqualTo(1));
    }

    [Test]
    public void Evaluate_Cancelled_Throws()
    {
        using var model = Alphabet();
        var prepared = Prepare(TaskKind.Perplexity, TaskMetrics.Perplexity, 64, "{\"text\": \"abc\"}");
        Assert.That(
            () => new TaskEvaluator(model).Evaluate(prepared, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    // a to z, then a new line; BOS is followed by a.
    private LanguageModel Alphabet() => ToyModels.Bigram(
        _device,
        VocabularySize,
        (previous, next) => next == (previous switch { Bos => 'a', 'z' => '\n', _ => previous + 1 }) ? 20 : 0);

    private TaskResult Evaluate(LanguageModel model, TaskKind kind, params string[] lines) =>
        Evaluate(model, kind, metric: null, maxNewTokens: 64, completes: false, lines: lines);

    private TaskResult Evaluate(
        LanguageModel model, TaskKind kind, string? metric = null, int maxNewTokens = 64, bool completes = false, params string[] lines) =>
        new TaskEvaluator(model, new EvaluationOptions { CompletesGenerations = completes })
            .Evaluate(Prepare(kind, metric ?? TaskMetrics.Of(kind)[0], maxNewTokens, lines));

    private PreparedTask Prepare(TaskKind kind, string metric, int maxNewTokens, params string[] lines)
    {
        var task = new EvaluationTask { Name = "task", Kind = kind, DataPath = Write(lines), Metric = metric, MaxNewTokens = maxNewTokens };
        return PreparedTask.Prepare(task, Bytes, 64);
    }

    private string Write(params string[] lines)
    {
        var path = _directory.Combine($"{TestContext.CurrentContext.Test.ID}.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }
}

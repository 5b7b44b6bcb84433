using System.Globalization;
using System.Text.Json;
using Convergence.Cli.Hosting;
using Convergence.Cli.Tests.Support;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Commands;

/// <summary>merge, eval, inspect and generate on small good models.</summary>
public sealed class ModelCommandTests
{
    private TemporaryDirectory _directory = null!;

    private string First => _directory.Combine("first");

    private string Recipe => _directory.Combine("recipe.yaml");

    [SetUp]
    public void MakeModels()
    {
        _directory = new TemporaryDirectory();
        TinyModels.Write(First, TinyJob.Options, seed: 1);
        TinyModels.Write(_directory.Combine("second"), TinyJob.Options, seed: 2);
        TinyTokenizer.Write(First);
        TinyJob.WriteTask(_directory.Path, "search", seed: 1);
        File.WriteAllText(
            Recipe, "merge_method: slerp\nbase_model: first\nmodels:\n  - model: first\n  - model: second\nparameters: {t: 0.25}\n");
    }

    [TearDown]
    public void RemoveModels() => _directory.Dispose();

    [Test]
    public void Merge_WritesADirectoryThatOtherCommandsRead()
    {
        var merged = _directory.Combine("merged");
        var result = CliRunner.Run("merge", Recipe, "-o", merged, "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.StartWith("slerp of first, second: 20 tensors, "));
        Assert.That(
            Directory.GetFiles(merged).Select(Path.GetFileName),
            Is.SupersetOf(new List<string> { "config.json", "model.safetensors", "recipe.yaml", "README.md", "tokenizer.json" }));
        Assert.That(CliRunner.Run("inspect", merged).ExitCode, Is.Zero);
        Assert.That(CliRunner.Run("eval", merged, "--tasks", _directory.Combine("search.yaml")).ExitCode, Is.Zero);
        Assert.That(CliRunner.Run("generate", merged, "--prompt", "a").ExitCode, Is.Zero);
    }

    [Test]
    public void Merge_Twice_GivesTheSameBytes()
    {
        foreach (var name in (string[])["one", "two"])
        {
            var result = CliRunner.Run("merge", Recipe, "--out", _directory.Combine(name), "--root", _directory.Path, "--json");
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
            Assert.That(result.JsonLines().Single().GetProperty("method").GetString(), Is.EqualTo("slerp"));
        }

        Assert.That(
            File.ReadAllBytes(_directory.Combine("one", "model.safetensors")),
            Is.EqualTo(File.ReadAllBytes(_directory.Combine("two", "model.safetensors"))));
    }

    [TestCase("base-org/base-7b", "Nothing is downloaded", "hf download base-org/base-7b --local-dir", "--root")]
    [TestCase(
        "base-org/base-7b@main",
        "A revision cannot be chosen",
        "hf download base-org/base-7b --revision main",
        "write base-org/base-7b alone")]
    [TestCase("first@v1.0", "A revision cannot be chosen", "If {root}/first holds the revision v1.0, write first alone")]
    [TestCase("first+someone/lora", "hf download someone/lora", "What follows the \"+\" is the directory of a LoRA adapter")]
    [TestCase("first+adapter@v2", "A revision cannot be chosen", "Download the model into a directory and name that")]
    [TestCase("nowhere", "Models are directories", "--root")]
    public void Merge_ModelThatIsNoDirectory_SaysWhatItsNameMeansElsewhere(string name, params string[] fragments)
    {
        File.WriteAllText(Recipe, $"merge_method: passthrough\nmodels: [{{model: {name}}}]\n");
        var result = CliRunner.Run("merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), result.ToString());
        Assert.That(result.Error, Does.Contain($"Model {name}: there is no directory "));
        foreach (var fragment in fragments)
        {
            Assert.That(result.Error, Does.Contain(fragment.Replace("{root}", _directory.Path, StringComparison.Ordinal)));
        }
    }

    [Test]
    public void OutputInsideAParent_IsRefusedByEveryCommandThatReadsIt([Values("first/merged", "first", "link/deep/merged")] string output)
    {
        Directory.CreateSymbolicLink(_directory.Combine("link"), _directory.Combine("first"));
        var place = _directory.Combine(output);
        Assert.That(CliRunner.Run("merge", Recipe, "-o", _directory.Combine("good"), "--root", _directory.Path).ExitCode, Is.Zero);
        var before = FolderSnapshot.Take(_directory.Path);
        string[][] commands =
        [
            ["merge", Recipe, "-o", place, "--root", _directory.Path],
            ["reproduce", _directory.Combine("good", "recipe.lock"), "-o", place, "--root", _directory.Path],
            ["extract-lora", _directory.Combine("second"), "--base", First, "-o", place],
        ];
        foreach (var command in commands)
        {
            var result = CliRunner.Run(command);
            Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput), $"{command[0]}: {result}");
            Assert.That(
                result.Error,
                output == "first"
                    ? Does.Contain("already exists")
                    : Does.Contain("lies inside the folder of the parent").And.Contain("Choose an output directory elsewhere"),
                command[0]);
            Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before), command[0]);
        }
    }

    [TestCase(new string[0], "mergekit")]
    [TestCase(new[] { "--dialect", "evomerge" }, "evomerge")]
    public void Merge_Dialect_IsOverriddenByTheOption(string[] option, string expected)
    {
        var result = CliRunner.Run(["merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path, .. option]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(
            File.ReadAllText(_directory.Combine("merged", "recipe.yaml")).Contains("dialect: evomerge", StringComparison.Ordinal),
            Is.EqualTo(expected == "evomerge"));
    }

    [Test]
    public void Inspect_Recipe_ShowsStepsDialectAndTokenizer()
    {
        File.WriteAllText(
            Recipe,
            "name: one\nmerge_method: passthrough\nmodels: [{model: first}]\n---\nmerge_method: linear\nmodels:\n- model: "
            + "one\nparameters: {weight: 1}\ntokenizer_source: union\n");
        var result = CliRunner.Run("inspect", Recipe);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(
            result.Output,
            Does.Contain("dialect  mergekit").And.Contain("step 1   one: passthrough of first").And.Contain("all tokens of all models"));
    }

    [Test]
    public void Inspect_TaskFileAndJob_AreNamedAsWhatTheyAre()
    {
        var tasks = CliRunner.Run("inspect", _directory.Combine("search.yaml"));
        Assert.That(tasks.ExitCode, Is.Zero, tasks.ToString());
        Assert.That(tasks.Output, Does.StartWith("tasks ").And.Contain("a task file for \"convergence eval\" and jobs: 1 tasks"));
        var shipped = CliRunner.Run("inspect", RepositoryRoot.Combine("models", "tasks", "tasks.yaml"), "--split", "test");
        Assert.That(shipped.ExitCode, Is.Zero, shipped.ToString());
        Assert.That(shipped.Output, Does.Contain("7 tasks").And.Contain("reasoning.test.jsonl"));
        File.WriteAllText(
            _directory.Combine("job.yaml"),
            "techniques: [linear]\nmodels: [first, second]\ntasks: {search: search.yaml, validation: "
            + "search.yaml, test: search.yaml}\ngenerations: 3\n");
        var job = CliRunner.Run("inspect", _directory.Combine("job.yaml"));
        Assert.That(job.ExitCode, Is.Zero, job.ToString());
        Assert.That(job.Output, Does.StartWith("job ").And.Contain("a job for \"convergence evolve\": 2 models, 3 generations"));
    }

    [Test]
    public void Merge_WhenCancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var before = FolderSnapshot.Take(_directory.Path);
        var result = CliRunner.Run(cancelled.Token, "merge", Recipe, "-o", _directory.Combine("merged"), "--root", _directory.Path);
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Cancelled), result.ToString());
        Assert.That(result.Error, Is.EqualTo("error: cancelled.\n"));
        Assert.That(FolderSnapshot.Take(_directory.Path), Is.EqualTo(before));
    }

    [Test]
    public void UnknownKeyOfARecipe_IsRefusedWithASuggestion()
    {
        File.WriteAllText(Recipe, "merge_methd: slerp\nmodels: []\n");
        var result = CliRunner.Run("merge", Recipe, "-o", _directory.Combine("merged"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.Contain("recipe.yaml").And.Contain("merge_methd").And.Contain("Did you mean \"merge_method\"?"));
    }

    [Test]
    public void UnknownKeyOfATaskFile_IsRefusedByName()
    {
        File.WriteAllText(_directory.Combine("tasks.yaml"), "tasks:\n  - name: tokens\n    kind: perplexity\n    dta: search.u16\n");
        var result = CliRunner.Run("eval", First, "--tasks", _directory.Combine("tasks.yaml"));
        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.BadInput));
        Assert.That(result.Error, Does.Contain("tasks.yaml").And.Contain("dta"));
    }

    [Test]
    public void Eval_PrintsTheScoreWithinItsInterval()
    {
        var tasks = _directory.Combine("search.yaml");
        var text = CliRunner.Run("eval", First, "--tasks", tasks);
        Assert.That(text.ExitCode, Is.Zero, text.ToString());
        Assert.That(text.Output, Does.Match(@"(?m)^tokens\s+perplexity\s+\d+\.\d+\s+\[\d+\.\d+, \d+\.\d+\]\s+\d+"));

        var json = CliRunner.Run("eval", First, "--tasks", tasks, "--json").JsonLines().Single();
        var score = json.GetProperty("tasks")[0];
        var value = score.GetProperty("value").GetDouble();
        Assert.That(score.GetProperty("lower95").GetDouble(), Is.LessThan(value));
        Assert.That(score.GetProperty("upper95").GetDouble(), Is.GreaterThan(value));
        Assert.That(text.Output, Does.Contain(value.ToString("0.000", CultureInfo.InvariantCulture)));
    }

    [Test]
    public void Eval_WithALimit_ScoresSoManyExamples()
    {
        var json = CliRunner.Run("eval", First, "--tasks", _directory.Combine("search.yaml"), "--limit", "5", "--json")
            .JsonLines()
            .Single();
        Assert.That(json.GetProperty("tasks")[0].GetProperty("examples").GetInt32(), Is.EqualTo(5));
    }

    [Test]
    public void Generate_IsGreedyByDefaultAndSampledBySeed()
    {
        var greedy = Generate();
        Assert.That(greedy, Does.Match("^abc[a-z]*$"));
        Assert.That(Generate(), Is.EqualTo(greedy));
        var sampled = Generate("--temperature", "5", "--seed", "1");
        Assert.That(Generate("--temperature", "5", "--seed", "1"), Is.EqualTo(sampled));
        Assert.That(Generate("--temperature", "5", "--seed", "2"), Is.Not.EqualTo(sampled));
        Assert.That(Generate("--temperature", "5", "--top-k", "1"), Is.EqualTo(greedy), "one token to choose from is the likeliest");
    }

    [Test]
    public void Generate_WithJson_TellsWhyItEnded()
    {
        var line = CliRunner.Run("generate", First, "--prompt", "abc", "--max-new-tokens", "3", "--json").JsonLines().Single();
        Assert.That(line.GetProperty("prompt").GetString(), Is.EqualTo("abc"));
        Assert.That(line.GetProperty("completion_tokens").GetInt32(), Is.LessThanOrEqualTo(3));
        Assert.That(line.GetProperty("finish_reason").GetString(), Is.AnyOf("length", "stop"));
    }

    [Test]
    public void Inspect_OfAModel_CountsParametersAndTensors()
    {
        var json = JsonSerializer.Deserialize<JsonElement>(CliRunner.Run("inspect", First, "--json").Output);
        var expected = TinyModels.Shapes(TinyJob.Options).Sum(tensor => tensor.Shape.ElementCount);
        Assert.That(json.GetProperty("parameters").GetInt64(), Is.EqualTo(expected));
        Assert.That(json.GetProperty("tensors").GetArrayLength(), Is.EqualTo(20));
        Assert.That(json.GetProperty("has_tokenizer").GetBoolean());
        Assert.That(CliRunner.Run("inspect", Path.Combine(First, "model.safetensors")).Output, Does.Contain("in 20 tensors"));
    }

    [Test]
    public void Inspect_OfARecipe_ChecksItAndSaysWhatIsMissing()
    {
        var result = CliRunner.Run("inspect", Recipe);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Output, Does.Contain("method   slerp")
            .And.Contain("models   first, second")
            .And.Contain("cannot be merged here: ")
            .And.Contain(":2: base_model: Model first:"));
    }

    private string Generate(params string[] more)
    {
        var result = CliRunner.Run(["generate", First, "--prompt", "abc", "--max-new-tokens", "12", .. more]);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        return result.Output.TrimEnd('\n');
    }
}

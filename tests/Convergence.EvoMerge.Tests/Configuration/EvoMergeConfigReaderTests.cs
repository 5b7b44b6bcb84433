using Convergence.EvoMerge.Configuration;
using Convergence.Foundation.Configuration;
using Convergence.Tensors.Devices;
using Convergence.Testing;

namespace Convergence.EvoMerge.Tests.Configuration;

internal sealed class EvoMergeConfigReaderTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeFiles()
    {
        _directory = new TemporaryDirectory();
        foreach (var model in new[] { "base", "one", "two", "three" })
        {
            Directory.CreateDirectory(_directory.Combine(model));
        }

        File.WriteAllText(_directory.Combine("tasks.yaml"), "tasks: []");
    }

    [TearDown]
    public void RemoveFiles() => _directory.Dispose();

    [Test]
    public void Parse_SmallestConfiguration_HasTheDefaultsOfTheSeed()
    {
        var config = Parse();

        Assert.Multiple(() =>
        {
            Assert.That(config.Generations, Is.EqualTo(50));
            Assert.That(config.PopulationSize, Is.EqualTo(8));
            Assert.That(config.EliteSize, Is.EqualTo(2));
            Assert.That(config.TournamentSize, Is.EqualTo(3));
            Assert.That(config.MutationRate, Is.EqualTo(0.1));
            Assert.That(config.MutationStrength, Is.EqualTo(0.05));
            Assert.That(config.CrossoverRate, Is.EqualTo(0.7));
            Assert.That(config.Techniques, Is.EqualTo(Enum.GetValues<MergeTechnique>()));
            Assert.That(config.FitnessWeights, Is.EqualTo(new FitnessWeights(0.4, 0.3, 0.2, 0.1)));
            Assert.That(config.ConvergenceThreshold, Is.EqualTo(0.001));
            Assert.That(config.ConvergencePatience, Is.EqualTo(5));
            Assert.That(config.EarlyStopping, Is.True);
            Assert.That(config.DiversityWeight, Is.EqualTo(0.3));
            Assert.That(config.MinDiversity, Is.EqualTo(0.2));
            Assert.That(config.EnableParallel, Is.True);
            Assert.That(config.NumWorkers, Is.EqualTo(Environment.ProcessorCount));
            Assert.That(config.EnableCaching, Is.True);
            Assert.That(config.Device, Is.EqualTo(DeviceRequest.Auto));
            Assert.That(config.MixedPrecision, Is.EqualTo(MixedPrecision.True));
            Assert.That(config.CheckpointInterval, Is.EqualTo(10));
            Assert.That(config.CheckpointKeep, Is.EqualTo(3));
            Assert.That(config.Speed, Is.EqualTo(SpeedMeasure.Measured));
            Assert.That(config.AdaptiveMutation, Is.True);
            Assert.That(config.TechniqueBandit, Is.True);
            Assert.That(config.Name, Is.EqualTo("job"));
            Assert.That(config.Checkpoints, Is.EqualTo(Path.GetFullPath("checkpoints/job")));
            Assert.That(config.Specializations, Is.EqualTo(new[] { "one", "two", "three" }));
        });
    }

    [TestCase("generations: 0", "generations: '0' is not a whole number in [1, 100000].")]
    [TestCase("generations: many", "generations: 'many' is not a whole number in [1, 100000].")]
    [TestCase("population_size: 1", "population_size: '1' is not a whole number in [2, 10000].")]
    [TestCase("elite_size: 8", "elite_size: '8' is not a whole number in [0, 7].")]
    [TestCase("tournament_size: 9", "tournament_size: '9' is not a whole number in [1, 8].")]
    [TestCase("mutation_rate: 1.5", "mutation_rate: '1.5' is not a number in [0, 1].")]
    [TestCase("mutation_strength: 0", "mutation_strength: '0' is not a number in (0, 1].")]
    [TestCase("crossover_rate: -0.1", "crossover_rate: '-0.1' is not a number in [0, 1].")]
    [TestCase("crossover_rate: .nan", "crossover_rate: '.nan' is not a number in [0, 1].")]
    [TestCase(
        "techniques: [linear, sleep]",
        "techniques: 'sleep' is not one of linear, slerp, ties, dare, frankenmerge, dfs. Did you mean \"slerp\"?")]
    [TestCase("techniques: [linear, linear]", "techniques: 'linear' is listed twice.")]
    [TestCase("techniques: []", "techniques: is empty; name at least one.")]
    [TestCase("fitness_weights: {perplexity: -1}", "fitness_weights.perplexity: '-1' is not a number in [0, 1000000].")]
    [TestCase("fitness_weights: {perplexity: 0}", "fitness_weights: the weights sum to 0")]
    [TestCase("fitness_weights: {perplexty: 1, speed: 1}", "fitness_weights.perplexty: unknown key (line 4). Did you mean \"perplexity\"?")]
    [TestCase("convergence_threshold: -1", "convergence_threshold: '-1' is not a number in [0, infinity).")]
    [TestCase("convergence_patience: 0", "convergence_patience: '0' is not a whole number in [1, 100000].")]
    [TestCase("early_stopping: maybe", "early_stopping: 'maybe' is neither true nor false.")]
    [TestCase("diversity_weight: 2", "diversity_weight: '2' is not a number in [0, 1].")]
    [TestCase("min_diversity: 2", "min_diversity: '2' is not a number in [0, 1].")]
    [TestCase("enable_parallel: 1", "enable_parallel: '1' is neither true nor false.")]
    [TestCase("num_workers: 0", "num_workers: '0' is not a whole number in [1, 256].")]
    [TestCase("enable_caching: no", "enable_caching: 'no' is neither true nor false.")]
    [TestCase("device: cuda:one", "device: 'cuda:one' is no device. There are auto, cpu, cuda, or cuda:N for the GPU of that number")]
    [TestCase("device: tpu", "device: 'tpu' is no device. There are auto, cpu, cuda, or cuda:N for the GPU of that number")]
    [TestCase("mixed_precision: half", "mixed_precision: 'half' is not one of true, false, tf32.")]
    [TestCase("checkpoint_interval: 0", "checkpoint_interval: '0' is not a whole number in [1, 100000].")]
    [TestCase("checkpoint_keep: 0", "checkpoint_keep: '0' is not a whole number in [1, 1000].")]
    [TestCase("speed: fast", "speed: 'fast' is not one of measured, analytic.")]
    [TestCase("adaptive_mutation: 3", "adaptive_mutation: '3' is neither true nor false.")]
    [TestCase("technique_bandit: 3", "technique_bandit: '3' is neither true nor false.")]
    [TestCase("model_assistance: 3", "model_assistance: '3' is neither true nor false.")]
    [TestCase("budget: {evaluations: 0}", "budget.evaluations: '0' is not a whole number in [1, 2147483647].")]
    [TestCase("budget: {evaluations: 5}", "budget.evaluations: 5 is less than population_size, 8")]
    [TestCase("budget: {minutes: 0}", "budget.minutes: '0' is not a number in (0, infinity).")]
    [TestCase("layer_groups: 17", "layer_groups: '17' is not a whole number in [1, 16].")]
    [TestCase("layers: {min: 0}", "layers.min: '0' is not a whole number in [1, 1000].")]
    [TestCase("layers: {min: 5, max: 4}", "layers.min: 5 is more than layers.max, 4.")]
    [TestCase("layers: {min: 2}\ntechniques: [linear]", "layers: only frankenmerge changes the depth")]
    [TestCase("finalists: 0", "finalists: '0' is not a whole number in [1, 100].")]
    [TestCase("batch_tokens: 1", "batch_tokens: '1' is not a whole number in [16, 1048576].")]
    [TestCase("seed: -1", "seed: '-1' is not a whole number in [0, 18446744073709551615].")]
    [TestCase("name: a/b", "name: 'a/b' is not 1 to 100 letters")]
    [TestCase("gradient_checkpointing: true", "gradient_checkpointing: it trades memory for time in training")]
    [TestCase("generatons: 5", "generatons: unknown key (line 4). Did you mean \"generations\"?")]
    [TestCase("out: work\ncheckpoints: work", "is also the output directory")]
    public void Parse_BadValue_NamesKeyValueAndAllowedRange(string yaml, string error)
    {
        Assert.That(
            () => Parse(yaml),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("job.yaml: ").And.Message.Contains(error));
    }

    [TestCase("auto", DeviceKind.Auto, null)]
    [TestCase("cpu", DeviceKind.Cpu, null)]
    [TestCase("cuda", DeviceKind.Cuda, null)]
    [TestCase("cuda:1", DeviceKind.Cuda, 1)]
    public void Parse_Device_IsWrittenBackAsItWasRead(string text, DeviceKind kind, int? index)
    {
        var device = Parse("device: " + text).Device;

        Assert.That(device, Is.EqualTo(new DeviceRequest(kind, index)));
        Assert.That(device.ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Parse_ManyErrors_ReportsAllAtOnce()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Parse("generations: 0\nmutation_rate: 7\nelitesize: 2\ndevice: gpu"));

        Assert.That(exception!.Errors, Has.Length.EqualTo(4));
        Assert.That(exception.Message, Does.StartWith("job.yaml: 4 errors\n  - "));
    }

    [Test]
    public void Parse_MissingModelsAndTasks_AreNamed()
    {
        var exception = Assert.Throws<ConfigurationException>(
            () => EvoMergeConfigReader.Parse(
                "base: nowhere\nmodels: [one, absent]\ntasks: {search: tasks.yaml, test: none.yaml}", "job.yaml", _directory.Path));

        Assert.That(exception!.Errors, Has.Some.StartsWith("models[1]: there is no model directory"));
        Assert.That(exception.Errors, Has.Some.StartsWith("base: there is no model directory"));
        Assert.That(exception.Errors, Has.Some.StartsWith("tasks.validation: missing"));
        Assert.That(exception.Errors, Has.Some.StartsWith("tasks.test: there is no task file"));
    }

    [Test]
    public void Parse_TaskVectorTechniqueWithoutBase_SaysWhoNeedsIt()
    {
        Assert.That(
            () => EvoMergeConfigReader.Parse("models: [one, two]\ntasks: tasks.yaml", "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("base: missing. ties, dare, dfs"));
        Assert.That(
            EvoMergeConfigReader.Parse(
                "models: [one, two]\ntechniques: [linear, slerp]\ntasks: tasks.yaml", "job.yaml", _directory.Path).Base,
            Is.Null);
    }

    [Test]
    public void Parse_Json_ReadsLikeYaml()
    {
        var config = EvoMergeConfigReader.Parse(
            """
            {
              "base": "base", "models": ["one", "two"],
              "tasks": {"search": "tasks.yaml", "validation": ["tasks.yaml"], "test": "tasks.yaml"},
              "generations": 7, "fitness_weights": {"accuracy": 1}
            }
            """,
            "job.json",
            _directory.Path);

        Assert.That(config.Generations, Is.EqualTo(7));
        Assert.That(config.FitnessWeights, Is.EqualTo(new FitnessWeights(0, 1, 0, 0)));
        Assert.That(config.Models, Is.EqualTo(new[] { _directory.Combine("one"), _directory.Combine("two") }));
    }

    [Test]
    public void Parse_Overrides_ReplaceKeysAndAreValidated()
    {
        var config = Parse("generations: 9", new() { ["generations"] = "3", ["seed"] = "77" });

        Assert.That((config.Generations, config.Seed), Is.EqualTo((3, 77UL)));
        Assert.That(
            () => Parse("", new() { ["device"] = "gpu" }),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("'gpu' is no device"));
    }

    [Test]
    public void Parse_OneTaskFile_TakesItsThreeSplits()
    {
        var tasks = EvoMergeConfigReader.Parse("base: base\nmodels: [one, two]\ntasks: tasks.yaml", "job.yaml", _directory.Path).Tasks;

        Assert.That(tasks.All.Select(split => split.Sources.Single().Split), Is.EqualTo(new[] { "search", "validation", "test" }));
    }

    [Test]
    public void Parse_InlineTasks_BecomeTaskFileText()
    {
        var config = EvoMergeConfigReader.Parse(
            """
            base: base
            models: [one, two]
            tasks:
              search:
                - {name: a, kind: perplexity, data: a.txt}
              validation: tasks.yaml
              test: [tasks.yaml]
            """,
            "job.yaml",
            _directory.Path);

        var source = config.Tasks.Search.Single();
        Assert.That(source.Path, Is.Null);
        Assert.That(source.Inline, Is.EqualTo("""{"tasks":[{"name":"a","kind":"perplexity","data":"a.txt"}]}"""));
        Assert.That(source.Directory, Is.EqualTo(_directory.Path));
    }

    [Test]
    public void Parse_Phase1_TakesModelsAndSpecializations()
    {
        File.WriteAllText(
            _directory.Combine("phase1.json"),
            """{"models": ["one", "two"], "specializations": ["reasoning", "memory_integration"], "metrics": {"loss": 1.5}}""");
        var config = EvoMergeConfigReader.Parse("base: base\nphase1: phase1.json\ntasks: tasks.yaml", "job.yaml", _directory.Path);

        Assert.That(config.Models, Is.EqualTo(new[] { _directory.Combine("one"), _directory.Combine("two") }));
        Assert.That(config.Specializations, Is.EqualTo(new[] { "reasoning", "memory_integration" }));
    }

    [TestCase("""{"models": ["one", "two"], "specializations": ["a"]}""", "1 names for 2 models")]
    [TestCase(
        """{"models": ["one", "two"], "specializations": ["a", "b\u001b[2J"]}""",
        "specializations: \"b\\u001B[2J\" holds control characters")]
    [TestCase("""{"models": ["one", "two\u0007"], "specializations": ["a", "b"]}""", "two\\u0007\" holds control characters")]
    [TestCase("""{"models": [], "specializations": ["a"]}""", "models: [] is not a list of non-empty texts")]
    [TestCase("""{"models": ["one", "two"]""", "not valid JSON")]
    public void Parse_BadPhase1_IsExplained(string json, string error)
    {
        File.WriteAllText(_directory.Combine("phase1.json"), json);

        Assert.That(
            () => EvoMergeConfigReader.Parse("base: base\nphase1: phase1.json\ntasks: tasks.yaml", "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("phase1").And.Message.Contains(error));
    }

    [TestCase("a: [", "line 2: is not valid YAML")]
    [TestCase("- a", "not one mapping")]
    [TestCase("", "not one mapping")]
    public void Parse_NotAConfiguration_SaysSo(string text, string error) =>
        Assert.That(
            () => EvoMergeConfigReader.Parse(text, "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains(error));

    [Test]
    public void Parse_HostileNesting_IsRefusedBeforeItIsBuilt() =>
        Assert.That(
            () => EvoMergeConfigReader.Parse("models: " + new string('[', 200_000), "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("nested more than 32 levels deep"));

    [TestCase("a: &a [*a]\ngenerations: *a", "stands for nothing")]
    [TestCase(
        "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        + "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nmodels: [*e, *e, *e]",
        "aliases written out")]
    [TestCase("? &z [x]\n: 1\n? *z\n: 2", "a key that is not a word")]
    public void Parse_HostileAliases_AreRefusedBeforeTheyAreWrittenOut(string text, string problem) =>
        Assert.That(
            () => EvoMergeConfigReader.Parse(text, "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("job.yaml: line ").And.Message.Contains(problem));

    [Test]
    public void Parse_AnAlias_StandsForWhatItNames()
    {
        var config = EvoMergeConfigReader.Parse(
            "base: base\nmodels: [one, two]\ntasks: {search: &t [tasks.yaml], validation: tasks.yaml, test: *t}",
            "job.yaml",
            _directory.Path);
        Assert.That(config.Tasks.Test, Is.EqualTo(config.Tasks.Search));
    }

    [TestCase("out: results\ncheckpoints: results/checkpoints", "lies in the output directory")]
    [TestCase("out: results/\ncheckpoints: results", "is also the output directory")]
    [TestCase("out: results\ncheckpoints: results/../results", "is also the output directory")]
    public void Parse_CheckpointsWhereTheOutputWillBe_AreRefusedBeforeTheSearch(string lines, string error) =>
        Assert.That(
            () => Parse(lines), Throws.TypeOf<ConfigurationException>().With.Message.Contains("checkpoints: ").And.Message.Contains(error));

    [TestCase("out: results\ncheckpoints: results-checkpoints")]
    [TestCase("out: results\ncheckpoints: ..results")]
    [TestCase("out: checkpoints/a/results\ncheckpoints: checkpoints/a")]
    public void Parse_CheckpointsBesideTheOutput_AreTaken(string lines) => Assert.That(() => Parse(lines), Throws.Nothing);

    [Test]
    [Platform("Linux,MacOsX", Reason = "elsewhere a backslash stands between folders")]
    public void Parse_PathWrittenTheWindowsWay_SaysHowToWriteIt() =>
        Assert.That(
            () => EvoMergeConfigReader.Parse("base: base\nmodels: [one, '.\\two']\ntasks: tasks.yaml", "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("models[1]").And.Message.Contains("Write / between folders"));

    [Test]
    public void Parse_BaseWithControlCharacters_IsRefusedWithoutThem() =>
        Assert.That(
            () => EvoMergeConfigReader.Parse("base: \"ba\\e[2Jse\"\nmodels: [one, two]\ntasks: tasks.yaml", "job.yaml", _directory.Path),
            Throws.TypeOf<ConfigurationException>()
                .With.Message.Contains("base: ")
                .And.Message.Contains("u001B[2Jse\" holds control characters")
                .And.Message.Not.Contains("\u001B"));

    [Test]
    public void Parse_KeyGivenTwice_IsRefused() =>
        Assert.That(() => Parse("seed: 1\nseed: 2"), Throws.TypeOf<ConfigurationException>().With.Message.Contains("line 5"));

    [Test]
    public void ReadFile_Missing_NamesTheFile() =>
        Assert.That(
            () => EvoMergeConfigReader.ReadFile(_directory.Combine("absent.yaml")),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("absent.yaml: there is no such file"));

    /// <summary>Every key of the effective configuration can be set, and setting it changes it.</summary>
    [TestCase("name", "other")]
    [TestCase("seed", "5")]
    [TestCase("out", "elsewhere")]
    [TestCase("checkpoints", "elsewhere")]
    [TestCase("generations", "7")]
    [TestCase("population_size", "9")]
    [TestCase("elite_size", "1")]
    [TestCase("tournament_size", "2")]
    [TestCase("mutation_rate", "0.3")]
    [TestCase("mutation_strength", "0.3")]
    [TestCase("crossover_rate", "0.3")]
    [TestCase("adaptive_mutation", "false")]
    [TestCase("technique_bandit", "false")]
    [TestCase("model_assistance", "false")]
    [TestCase("techniques", "[dfs]")]
    [TestCase("fitness_weights", "{accuracy: 1}")]
    [TestCase("convergence_threshold", "0.5")]
    [TestCase("convergence_patience", "9")]
    [TestCase("early_stopping", "false")]
    [TestCase("diversity_weight", "0.9")]
    [TestCase("min_diversity", "0.9")]
    [TestCase("enable_parallel", "false")]
    [TestCase("num_workers", "77")]
    [TestCase("enable_caching", "false")]
    [TestCase("device", "cpu")]
    [TestCase("mixed_precision", "false")]
    [TestCase("mixed_precision", "tf32")]
    [TestCase("checkpoint_interval", "3")]
    [TestCase("checkpoint_keep", "9")]
    [TestCase("speed", "analytic")]
    [TestCase("budget", "{minutes: 3, evaluations: 100}")]
    [TestCase("layer_groups", "2")]
    [TestCase("layers", "{min: 1, max: 9}")]
    [TestCase("finalists", "2")]
    [TestCase("batch_tokens", "512")]
    public void Parse_Key_ReachesTheEffectiveConfiguration(string key, string value)
    {
        var byDefault = EffectiveConfiguration.Of(Parse())[key]!.ToJsonString();

        Assert.That(EffectiveConfiguration.Of(Parse($"{key}: {value}"))[key]!.ToJsonString(), Is.Not.EqualTo(byDefault));
    }

    private EvoMergeConfig Parse(string more = "", Dictionary<string, string>? overrides = null) => EvoMergeConfigReader.Parse(
        "base: base\nmodels: [one, two, three]\ntasks: {search: tasks.yaml, validation: tasks.yaml, test: tasks.yaml}\n" + more,
        "job.yaml",
        _directory.Path,
        overrides);
}
